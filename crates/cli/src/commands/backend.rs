//! Which server is asked.

use satchel_wire::IpcError;
use satchel_wire::backend::Backend;
use satchel_wire::wallet::Network;

use crate::args::{BackendCommand, BackendKindArg};
use crate::compose::Session;
use crate::output::Output;

pub async fn run(
    command: BackendCommand,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    match command {
        BackendCommand::Set {
            kind: BackendKindArg::Esplora,
            url,
            network,
        } => {
            let (app, _) = session.unlock_or_create().await?;
            let network = match network {
                Some(network) => Some(Network::from(network).into()),
                // A server that is down now can still be set for the wallet in hand.
                None => app
                    .find_wallet(session.wallet()?)
                    .ok()
                    .map(|record| record.network),
            };
            let backend = app.set_backend(network, &url).await?;
            output.answer(&Backend::new(
                backend.network,
                Some((backend, false)),
                false,
            ))
        }
        BackendCommand::Show => {
            let app = session.unlock().await?;
            let network = app.find_wallet(session.wallet()?)?.network;
            output.answer(&Backend::new(network, app.backend(network)?, false))
        }
    }
}
