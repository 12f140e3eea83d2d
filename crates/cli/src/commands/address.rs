//! Addresses.

use satchel_wire::address::{Address, AddressPage, AddressQuery, Side};
use satchel_wire::{IpcError, parse};

use crate::args::{AddressCommand, SideArg};
use crate::compose::{Session, request_id};
use crate::output::Output;

pub async fn run(
    command: AddressCommand,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    match command {
        AddressCommand::New { label } => {
            let label = parse::label(label.as_deref())?;
            let app = session.unlock().await?;
            let row = app
                .generate_address(session.wallet()?, request_id()?, label)
                .await?;
            output.answer(&Address::from(row))
        }
        AddressCommand::List { page, side, unused } => {
            let query = AddressQuery {
                wallet_id: None,
                side: match side {
                    SideArg::Receive => Side::Receive,
                    SideArg::Change => Side::Change,
                },
                after: page.after,
                limit: Some(page.limit),
                unused_only: unused,
            };
            let app = session.unlock().await?;
            let page = app.addresses(session.wallet()?, &query.into())?;
            output.answer(&AddressPage::from(page))
        }
    }
}
