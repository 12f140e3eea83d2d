//! Bringing back what lost devices left where they met.

use std::path::Path;

use satchel_app::left_objects::LeftObjects;
use satchel_app::recover_circle::{MAGIC, MAX_OBJECT, RecoveredCircle};
use satchel_keys::RecoveryWords;
use satchel_types::PlaceAddress;
use satchel_wire::wallet_file::Imported;
use satchel_wire::{Code, IpcError};
use tokio_util::sync::CancellationToken;

use super::place_login::logged_in;
use crate::args::LeftArgs;
use crate::compose::Session;
use crate::output::Output;
use crate::secret_input;

pub async fn recover(
    from: LeftArgs,
    words_file: Option<&Path>,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let found = left(from, session, output).await?;
    let text = match words_file {
        Some(path) => secret_input::file(path)?,
        None => secret_input::ask("Words of the recovery key: ")?,
    };
    // Before a vault is made for it.
    let recovered = RecoveredCircle::of(&found.objects, &RecoveryWords::parse(&text)?)?;
    let passed_over = found.passed_over + recovered.passed_over;
    if passed_over > 0 || recovered.incomplete {
        output.note("Not everything that the devices left is here or can be read.");
    }
    let (app, access) = session.unlock_or_create().await?;
    let imported = app.take_recovered(&recovered, &access).await?;
    output.answer(&Imported::from(imported).lacking(passed_over, recovered.incomplete))
}

/// Reads what lies there. A folder is looked through whole: it may be a copy of a place, or one inside of another.
async fn left(from: LeftArgs, session: &Session, output: &Output) -> Result<LeftObjects, IpcError> {
    let address = match (from.webdav, from.s3, from.bucket) {
        (Some(url), _, _) => PlaceAddress::WebDav(url),
        (None, Some(endpoint), Some(bucket)) => PlaceAddress::S3 {
            endpoint,
            bucket,
            region: from.region,
        },
        _ => {
            let folder = from.folder.unwrap_or_default();
            let found = satchel_roads::objects_below(&folder, &MAGIC, MAX_OBJECT)
                .map_err(|_| IpcError::new(Code::FileNotFound, "the folder cannot be read"))?;
            return Ok(LeftObjects {
                objects: found.objects,
                passed_over: usize::from(found.passed_over),
            });
        }
    };
    let login = logged_in(from.login)?;
    let cancel = CancellationToken::new();
    let user = login.as_ref().map(|login| login.user.clone());
    let looking = format!("Looking at {address}…");
    let agreed = session.app.agree_to_look(address, user, &cancel).await?;
    output.note(&looking);
    let mut quiet = |_, _| {};
    let reading = session
        .app
        .objects_at(agreed, login.as_ref(), &cancel, &mut quiet);
    let mut reading = std::pin::pin!(reading);
    let left = tokio::select! {
        left = &mut reading => left,
        _ = tokio::signal::ctrl_c() => {
            cancel.cancel();
            reading.await
        }
    };
    Ok(left?)
}
