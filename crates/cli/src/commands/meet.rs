//! Meeting another device by codes on two screens.

use std::path::PathBuf;

use satchel_qr::{Kind, Payload};
use satchel_wire::IpcError;
use satchel_wire::scan::MetDevice;
use serde::Serialize;

use super::qr::{Shown, bad, gather, shown};
use crate::args::{QrCodeArg, ShowArgs};
use crate::compose::Session;
use crate::human::Human;
use crate::output::Output;

/// What came of another device's codes, and the codes that answer them.
#[derive(Debug, Serialize)]
pub struct Met {
    #[serde(flatten)]
    device: MetDevice,
    #[serde(flatten)]
    shown: Option<Shown>,
}

impl Human for Met {
    fn human(&self) -> String {
        match (&self.device, &self.shown) {
            // What is shown can be piped to where it is read.
            (MetDevice::Lacks { .. }, Some(shown)) => shown.human(),
            (MetDevice::Lacks { name, objects, .. }, None) => format!("{name} lacks {objects}."),
            (MetDevice::HasAll { name }, _) => {
                format!("{name} has everything that this device has.")
            }
            (MetDevice::TooMuch { name }, _) => format!(
                "{name} lacks more than codes carry: meet at a place, or take a wallet file along."
            ),
            (
                MetDevice::Took {
                    name,
                    taken,
                    passed_over,
                    missing,
                },
                _,
            ) => {
                let mut text = format!("Taken in from {name}: {taken}");
                if *passed_over > 0 {
                    text.push_str(&format!(", not to be read: {passed_over}"));
                }
                if *missing > 0 {
                    text.push_str(&format!(", still missing: {missing}"));
                }
                text
            }
        }
    }
}

/// Shows what this device has.
pub async fn code(show: ShowArgs, session: &Session, output: &Output) -> Result<(), IpcError> {
    let bytes = session.unlock().await?.own_heads()?;
    let payload = Payload {
        kind: Kind::Heads,
        bytes,
    };
    match shown(&payload, Some(QrCodeArg::Own), show, output).await? {
        Some(shown) => output.answer(&shown),
        None => Ok(()),
    }
}

/// Acts on what another device shows.
pub async fn meet(
    files: &[PathBuf],
    image: bool,
    show: ShowArgs,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let bytes = gather(files, image)?;
    let app = session.unlock().await?;
    if satchel_app::seen::is_heads(&bytes) {
        let lacking = app.lacking(&bytes).await?;
        let device = MetDevice::from(&lacking);
        let mut answer = None;
        if let Some(bytes) = lacking.shown {
            let payload = Payload {
                kind: Kind::Objects,
                bytes,
            };
            answer = shown(&payload, Some(QrCodeArg::Own), show, output).await?;
            if answer.is_none() {
                return Ok(());
            }
        }
        return output.answer(&Met {
            device,
            shown: answer,
        });
    }
    if !satchel_app::seen::is_met(&bytes) {
        return Err(bad(
            "No other device of yours showed this: `satchel qr read` says what it is.",
        ));
    }
    let device = app.take_met(&bytes).await?.into();
    output.answer(&Met {
        device,
        shown: None,
    })
}
