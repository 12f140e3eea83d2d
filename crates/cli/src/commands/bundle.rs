//! The bundle: places where devices meet, and rounds with them.

use satchel_app::App;
use satchel_ports::PlaceLogin;
use satchel_types::{PlaceAddress, PlaceRecord};
use satchel_wire::circle::{Digest, Place, PlaceList, RoundReport, Rounds};
use satchel_wire::{Code, IpcError};
use tokio_util::sync::CancellationToken;

use super::place_login::{logged_in, password_of_place};
use super::recover::recover;
use crate::args::{BundleCommand, PlaceArg, PlaceCommand};
use crate::compose::Session;
use crate::human::Done;
use crate::output::Output;

pub async fn run(
    command: BundleCommand,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    match command {
        BundleCommand::Sync { place } => sync(place.as_deref(), session, output).await,
        BundleCommand::Digest => {
            let digest = session.unlock().await?.circle_digest()?;
            let digest = digest.ok_or(satchel_app::sync_circle::SyncCircleError::NotIn)?;
            output.answer(&Digest::from(digest))
        }
        BundleCommand::Code { show } => super::meet::code(show, session, output).await,
        BundleCommand::Meet { files, image, show } => {
            super::meet::meet(&files, image, show, session, output).await
        }
        BundleCommand::Place(command) => places(command, session, output).await,
        BundleCommand::Recover { from, words_file } => {
            recover(*from, words_file.as_deref(), session, output).await
        }
    }
}

async fn places(command: PlaceCommand, session: &Session, output: &Output) -> Result<(), IpcError> {
    match command {
        PlaceCommand::List => {
            let places = session.unlock().await?.places()?;
            output.answer(&PlaceList {
                places: places.into_iter().map(Place::from).collect(),
            })
        }
        PlaceCommand::Add(place) => {
            let (address, login) = named(place)?;
            let record = session.unlock().await?.add_place(address, login).await?;
            output.answer(&Place::from(record))
        }
        PlaceCommand::Password {
            place,
            password_file,
        } => {
            let app = session.unlock().await?;
            let id = one(&app.places()?, &place)?.id;
            let password = password_of_place(password_file.as_deref())?;
            output.answer(&Place::from(app.set_place_password(id, &password)?))
        }
        PlaceCommand::Remove { place } => {
            let app = session.unlock().await?;
            app.remove_place(one(&app.places()?, &place)?.id)?;
            output.answer(&Done {})
        }
    }
}

fn named(place: PlaceArg) -> Result<(PlaceAddress, Option<PlaceLogin>), IpcError> {
    Ok(match place {
        PlaceArg::Folder { path } => {
            // Where this command was called does not matter the next time.
            let path = std::path::absolute(&path)
                .map_err(|_| IpcError::new(Code::BadPlace, "this is no path"))?;
            let path = path.to_str().ok_or_else(|| {
                IpcError::new(Code::BadPlace, "a folder's path must be readable text")
            })?;
            (PlaceAddress::Folder(path.to_owned()), None)
        }
        PlaceArg::Webdav { url, login } => (PlaceAddress::WebDav(url), logged_in(login)?),
        PlaceArg::S3 {
            endpoint,
            bucket,
            region,
            login,
        } => {
            let address = PlaceAddress::S3 {
                endpoint,
                bucket,
                region,
            };
            (address, logged_in(login)?)
        }
    })
}

/// Finds a place by its id or its address.
fn one<'a>(places: &'a [PlaceRecord], text: &str) -> Result<&'a PlaceRecord, IpcError> {
    let is_it =
        |place: &&PlaceRecord| place.id.to_string() == text || place.address.to_string() == text;
    places
        .iter()
        .find(is_it)
        .ok_or_else(|| IpcError::new(Code::UnknownPlace, "This device goes to no such place."))
}

/// Goes a round with each place, or with one.
async fn sync(place: Option<&str>, session: &Session, output: &Output) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    let mut places = app.places()?;
    if let Some(text) = place {
        places = vec![one(&places, text)?.clone()];
    }
    if places.is_empty() && app.circle()?.is_none() {
        return Err(satchel_app::sync_circle::SyncCircleError::NotIn.into());
    }
    let rounds = go_rounds(app, &places, output).await?;
    output.answer(&Rounds { rounds })
}

/// Goes a round with each of these places. Ctrl-C ends a round at the next object. A place that is away is no error:
/// its round says so.
pub async fn go_rounds(
    app: &App,
    places: &[PlaceRecord],
    output: &Output,
) -> Result<Vec<RoundReport>, IpcError> {
    let mut rounds = Vec::with_capacity(places.len());
    for place in places {
        output.note(&format!("Meeting at {}…", place.address));
        let cancel = CancellationToken::new();
        let mut ignore = |_| {};
        let round = app.sync_circle(place.id, cancel.clone(), &mut ignore);
        let mut round = std::pin::pin!(round);
        let done = tokio::select! {
            done = &mut round => done,
            _ = tokio::signal::ctrl_c() => {
                cancel.cancel();
                round.await
            }
        };
        rounds.push(RoundReport::new(place, done?));
    }
    Ok(rounds)
}
