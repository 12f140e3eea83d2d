//! The devices that share, and the wallets they offer.

use satchel_app::found_circle::{CircleError, DeviceName};
use satchel_types::{DeviceId, WalletId};
use satchel_wire::circle::Circle;
use satchel_wire::conflict::Conflict;
use satchel_wire::wallet::WalletSummary;
use satchel_wire::{Code, IpcError};
use serde::Serialize;

use super::wallet::{only_on_a_terminal, show_words};
use super::{pair, sweep};
use crate::args::DeviceCommand;
use crate::compose::Session;
use crate::human::{Human, conflict};
use crate::output::Output;

/// The circle, and what of it is not settled.
#[derive(Debug, Serialize)]
pub struct Listed {
    #[serde(flatten)]
    circle: Circle,
    /// Values that two devices wrote without knowing of each other.
    conflicting: Vec<Conflict>,
}

impl Human for Listed {
    fn human(&self) -> String {
        let mut lines = vec![self.circle.human()];
        lines.extend(self.conflicting.iter().map(conflict));
        lines.join("\n")
    }
}

pub async fn run(
    command: DeviceCommand,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    match command {
        DeviceCommand::List => {
            let app = session.unlock().await?;
            let conflicting = app.conflicts()?.into_iter().map(Conflict::from);
            output.answer(&Listed {
                circle: Circle::from(app.circle()?),
                conflicting: conflicting.collect(),
            })
        }
        DeviceCommand::Start { name } => {
            let (app, _) = session.unlock_or_create().await?;
            app.found_circle(called(name)).await?;
            output.answer(&Circle::from(app.circle()?))
        }
        DeviceCommand::Add { code_to, give_keys } => {
            pair::add(code_to.as_deref(), give_keys, session, output).await
        }
        DeviceCommand::GiveKeys { code_to } => {
            pair::add(code_to.as_deref(), true, session, output).await
        }
        DeviceCommand::TakeKeys { code_file, at } => {
            pair::take_keys(code_file.as_deref(), &at, session, output).await
        }
        DeviceCommand::Join {
            name,
            code_file,
            at,
        } => pair::join(called(name), code_file.as_deref(), &at, session, output).await,
        DeviceCommand::Remove { device } => {
            let app = session.unlock().await?;
            let removed = app.remove_device(member(app, &device)?).await?;
            if removed.held_seeds {
                output.note("It may hold your keys: move your coins with `satchel device sweep`.");
            }
            output.answer(&Circle::from(app.circle()?))
        }
        DeviceCommand::Sweep {
            wallet,
            fee_rate,
            locked,
            status,
            leave_all,
        } => {
            let how = sweep::How {
                wallet: wallet.as_deref(),
                fee_rate,
                locked,
                status,
                leave_all,
            };
            sweep::run(&how, session, output).await
        }
        DeviceCommand::RecoveryWords => {
            only_on_a_terminal(output)?;
            let app = session.unlock().await?;
            show_words(&app.new_recovery_key().await?);
            Ok(())
        }
        DeviceCommand::Take { wallet } => {
            let app = session.unlock().await?;
            let record = app.take_wallet(offered(app, &wallet)?).await?;
            let selected = app.find_wallet(None).is_ok_and(|one| one.id == record.id);
            output.answer(&WalletSummary::new(&record, selected))
        }
    }
}

/// This device as it is called among the others.
fn called(name: String) -> DeviceName {
    let system = match std::env::consts::OS {
        "linux" => "Linux",
        "macos" => "macOS",
        "windows" => "Windows",
        other => other,
    };
    DeviceName {
        name,
        system: system.to_owned(),
    }
}

/// Finds a device by its id or name.
fn member(app: &satchel_app::App, text: &str) -> Result<DeviceId, IpcError> {
    let view = app.circle()?;
    let devices = view.map(|view| view.devices).unwrap_or_default();
    let mut named = devices
        .iter()
        .filter(|one| one.removed_at.is_none())
        .filter(|one| one.id.to_string() == text || one.name == text);
    match (named.next(), named.next()) {
        (Some(one), None) => Ok(one.id),
        (Some(_), Some(_)) => Err(IpcError::new(
            Code::BadInput,
            "Several devices have this name; take one by its id.",
        )),
        (None, _) => Err(CircleError::UnknownDevice.into()),
    }
}

/// Finds an offered wallet by its id or by the name that the others gave it.
fn offered(app: &satchel_app::App, text: &str) -> Result<WalletId, IpcError> {
    let view = app.circle()?;
    let view = view
        .ok_or_else(|| IpcError::new(Code::NotSharing, "This device shares with no others yet."))?;
    let mut named = view
        .offered
        .iter()
        .filter(|one| one.id.to_string() == text || one.name.as_deref() == Some(text));
    match (named.next(), named.next()) {
        (Some(one), None) => Ok(one.id),
        (Some(_), Some(_)) => Err(IpcError::new(
            Code::BadInput,
            "Several wallets have this name; take one by its id.",
        )),
        (None, _) => Err(IpcError::new(
            Code::UnknownWallet,
            "No device offers this wallet. Try `satchel bundle sync` first.",
        )),
    }
}
