//! Files of other wallets.

use std::path::Path;

use satchel_app::labels_file::{Differing, Form};
use satchel_wire::IpcError;
use satchel_wire::interop::{FoundDescriptors, TakenLabels};

use super::files::{no_folder, written};
use crate::args::{DescriptorsCommand, LabelsCommand, LabelsFormArg};
use crate::compose::Session;
use crate::output::Output;

pub async fn labels(
    command: LabelsCommand,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    match command {
        LabelsCommand::Export { file, form, force } => {
            let form = match form {
                LabelsFormArg::Bip329 => Form::Bip329,
                LabelsFormArg::Electrum => Form::Electrum,
            };
            let wallet = session.wallet()?;
            let done = app.write_labels(wallet, &file, form, force).await;
            answer_file(&file, done, output)
        }
        LabelsCommand::Import { file, replace } => {
            let differing = if replace {
                Differing::TakeTheirs
            } else {
                Differing::KeepOurs
            };
            let taken = app.take_labels(session.wallet()?, &file, differing).await?;
            output.answer(&TakenLabels::from(taken))
        }
    }
}

pub async fn descriptors(
    command: DescriptorsCommand,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    match command {
        DescriptorsCommand::Export { file, force } => {
            let done = app.write_descriptors(session.wallet()?, &file, force).await;
            answer_file(&file, done, output)
        }
        DescriptorsCommand::Describe { file, force } => {
            let done = app.write_metadata(session.wallet()?, &file, force).await;
            answer_file(&file, done, output)
        }
        DescriptorsCommand::Read { file, key } => {
            let found = app.read_descriptors(&file, key).await?;
            let found: Vec<_> = found.into_iter().map(FoundDescriptors::from).collect();
            output.answer(&found)
        }
    }
}

fn answer_file<E: Into<IpcError>>(
    path: &Path,
    done: Result<satchel_app::export::WrittenFile, E>,
    output: &Output,
) -> Result<(), IpcError> {
    let file = done.map_err(|error| no_folder(error.into()))?;
    output.answer(&written(path, &file))
}
