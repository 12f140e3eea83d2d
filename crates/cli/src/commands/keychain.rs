//! The system's keychain as a way in.

use satchel_wire::IpcError;
use satchel_wire::keychain::{KeychainRemoved, KeychainStatus};

use crate::args::KeychainCommand;
use crate::compose::Session;
use crate::output::Output;

pub async fn run(
    command: KeychainCommand,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    match command {
        KeychainCommand::Status => status(session, output).await,
        KeychainCommand::Add => {
            session.unlock().await?.enrol_keychain().await?;
            status(session, output).await
        }
        KeychainCommand::Remove => {
            let shut = session.unlock().await?.remove_keychain().await?;
            output.answer(&KeychainRemoved::from(shut))
        }
    }
}

async fn status(session: &Session, output: &Output) -> Result<(), IpcError> {
    output.answer(&KeychainStatus::from(session.app.keychain_status().await?))
}
