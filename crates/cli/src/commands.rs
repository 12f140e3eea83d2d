//! One function a command group; each is a use case called and its answer written.

mod address;
mod backend;
mod bundle;
mod contact;
mod device;
mod files;
mod interop;
mod keychain;
mod limits;
mod meet;
mod money;
mod node;
mod notices;
mod pair;
mod pay;
mod place_login;
mod qr;
mod recover;
mod restore;
mod sweep;
mod wallet;

use satchel_wire::IpcError;

use crate::args::{Args, Command};
use crate::compose::{Session, compose};
use crate::output::Output;

/// Runs one command.
pub async fn run(args: Args, output: &Output) -> Result<(), IpcError> {
    let command = match args.command {
        // No wallet of this home is opened, and the window may have it.
        Command::Node(node) => return Box::pin(node::run(node, &args.global, output)).await,
        command => command,
    };
    let session: Session = compose(args.global)?;
    let done = dispatch(command, &session, output).await;
    session.app.high_water_noted().await;
    session.app.lock();
    done
}

async fn dispatch(command: Command, session: &Session, output: &Output) -> Result<(), IpcError> {
    match command {
        Command::Wallet(command) => wallet::run(command, session, output).await,
        Command::Address(command) => address::run(command, session, output).await,
        Command::Balance { address } => money::balance(address, session, output).await,
        Command::History {
            page,
            search,
            direction,
        } => money::history(page, search, direction, session, output).await,
        Command::Coins {
            command: None,
            page,
            search,
        } => money::coins(page, search, session, output).await,
        Command::Coins {
            command: Some(command),
            ..
        } => money::coin_lock(command, session, output).await,
        Command::Sync { full, no_places } => money::sync(full, !no_places, session, output).await,
        Command::Fees => money::fees(session, output).await,
        Command::Label {
            kind,
            target,
            label,
        } => money::label(kind, target, label, session, output).await,
        Command::Contact(command) => contact::run(command, session, output).await,
        Command::Send(args) => pay::send(args, session, output).await,
        Command::Sign(args) => pay::sign(args, session, output).await,
        Command::Draft(command) => pay::draft(command, session, output).await,
        Command::Tx(command) => pay::tx(command, session, output).await,
        Command::Cancel {
            txid,
            draft,
            fee_rate,
        } => pay::cancel(txid, draft, fee_rate, session, output).await,
        Command::Labels(command) => interop::labels(command, session, output).await,
        Command::Descriptors(command) => interop::descriptors(command, session, output).await,
        Command::Qr(command) => qr::run(command, session, output).await,
        Command::Export(args) => files::export(args, session, output).await,
        Command::Import(args) => files::import(args, session, output).await,
        Command::Backup {
            to,
            folder,
            file_passphrase_file,
        } => files::backup(to.or(folder), file_passphrase_file, session, output).await,
        Command::Check(args) => files::check(args, session, output).await,
        Command::Passphrase(command) => wallet::passphrase(command, session, output).await,
        Command::Limits {
            per_payment,
            per_day,
            by_presence,
        } => limits::run(per_payment, per_day, by_presence, session, output).await,
        Command::Keychain(command) => keychain::run(command, session, output).await,
        Command::Device(command) => device::run(command, session, output).await,
        Command::Bundle(command) => bundle::run(command, session, output).await,
        Command::Notices { command, all } => notices::run(command, all, session, output).await,
        Command::Backend(command) => backend::run(command, session, output).await,
        Command::Node(args) => node::run(args, &session.global, output).await,
    }
}
