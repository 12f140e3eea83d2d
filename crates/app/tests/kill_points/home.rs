//! Homes that flows begin in.

use std::collections::BTreeMap;

use bitcoin::Network;
use satchel_app::SeedAccess;
use satchel_app::create_wallet::CreateWallet;
use satchel_app::sync::SyncScope;
use satchel_testkit::{ScriptedScan, paid_at_first, rows};
use satchel_types::{LabelTarget, RequestId, ScriptType, WalletId, WalletName};
use satchel_vault::VaultKey;
use tokio_util::sync::CancellationToken;

use crate::laws::{runtime, wallets};
use crate::process::{Process, RIGHT, Remains, passphrase};

/// A home that is shut, and what a test knows of it.
pub struct Home {
    pub remains: Remains,
    pub access: SeedAccess,
    pub key: VaultKey,
    /// What is kept of each wallet.
    pub wallets: BTreeMap<WalletId, String>,
}

/// Asks for a wallet.
pub fn wallet(number: u8, script_type: ScriptType) -> CreateWallet {
    CreateWallet {
        request: RequestId::from_bytes([number; 16]),
        name: WalletName::new(&format!("Wallet {number}")).unwrap(),
        network: Network::Regtest,
        script_type,
    }
}

/// Makes a home with wallets of these script types, a label on each, and `coins` coins in the first one.
/// The keychain opens it.
pub fn home(kinds: &[ScriptType], coins: u32) -> Home {
    runtime().block_on(async {
        let process = Process::on(&Remains::default()).await;
        let access = process.app.create_vault(passphrase(RIGHT)).await.unwrap();
        process.app.enrol_keychain().await.unwrap();
        let mut first = None;
        for (number, kind) in kinds.iter().enumerate() {
            let record = process
                .app
                .create_wallet(wallet(100 + number as u8, *kind), &access);
            let id = record.await.unwrap().id;
            let target = LabelTarget::Tx(rows::txid(number as u32));
            let label = Some(rows::label("kept"));
            process.app.set_label(Some(id), target, label).unwrap();
            first = first.or(Some(id));
        }
        if let (Some(id), 1..) = (first, coins) {
            fund(&process, id, coins).await;
        }
        let key = process.key().await.unwrap();
        let wallets = wallets(&*process.store(), &key).unwrap();
        Home {
            remains: process.leave(),
            access,
            key,
            wallets,
        }
    })
}

/// Lets a wallet find so many coins on the chain.
async fn fund(process: &Process, id: WalletId, coins: u32) {
    let request = RequestId::from_bytes([250; 16]);
    let row = process.app.generate_address(Some(id), request, None);
    let address: bitcoin::Address<_> = row.await.unwrap().address.parse().unwrap();
    let script = address.assume_checked().script_pubkey();
    let (block, batch) = paid_at_first(&script, coins);
    process.chain.set_tip(block);
    process.chain.then(ScriptedScan::of(vec![batch]));
    let cancel = CancellationToken::new();
    let sync = process.app.sync(Some(id), SyncScope::Usual, cancel);
    sync.await.unwrap();
}
