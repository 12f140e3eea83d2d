//! Making a wallet; making the first one, and the vault with it.

use async_trait::async_trait;
use satchel_app::VaultState;
use satchel_types::ScriptType;

use crate::home::{Home, home, wallet};
use crate::laws::{Flow, Law, Point, must, said, untouched, wallets};
use crate::process::{Process, RIGHT, Remains, passphrase};

/// A wallet beside others.
pub struct Create {
    home: Home,
    kind: ScriptType,
}

impl Create {
    pub fn new(others: &[ScriptType], kind: ScriptType) -> Self {
        Self {
            home: home(others, 0),
            kind,
        }
    }
}

#[async_trait(?Send)]
impl Flow for Create {
    fn name(&self) -> &'static str {
        "create"
    }

    fn before(&self) -> &Remains {
        &self.home.remains
    }

    async fn act(&self, process: &Process) -> String {
        let made = process
            .app
            .create_wallet(wallet(1, self.kind), &self.home.access);
        made.await.unwrap().id.to_string()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        process.unlock_by_keychain().await?;
        let found = wallets(&*process.store(), &self.home.key)?;
        untouched(&self.home.wallets, &found)?;
        let new = found.keys().find(|id| !self.home.wallets.contains_key(id));
        if let Some(told) = &point.told {
            let there = new.map(ToString::to_string);
            must(there.as_ref() == Some(told), || "the wallet is gone".into())?;
        }
        must(found.len() <= self.home.wallets.len() + 1, || "two".into())?;
        if !point.again {
            return Ok(());
        }
        // Asked again, it is the one that is there, or made now.
        let again = process
            .app
            .create_wallet(wallet(1, self.kind), &self.home.access);
        let again = again.await.map_err(said)?.id;
        must(new.is_none_or(|id| *id == again), || "another one".into())?;
        let after = wallets(&*process.store(), &self.home.key)?;
        untouched(&found, &after)?;
        must(after.len() == self.home.wallets.len() + 1, || {
            format!("{} wallets", after.len())
        })
    }
}

/// The vault and the first wallet, in a home that is empty.
pub struct First {
    nothing: Remains,
}

impl First {
    pub fn new() -> Self {
        Self {
            nothing: Remains::default(),
        }
    }
}

#[async_trait(?Send)]
impl Flow for First {
    fn name(&self) -> &'static str {
        "first"
    }

    fn before(&self) -> &Remains {
        &self.nothing
    }

    async fn open(&self, _: &Process) {}

    async fn act(&self, process: &Process) -> String {
        let access = process.app.create_vault(passphrase(RIGHT)).await.unwrap();
        let made = process
            .app
            .create_wallet(wallet(1, ScriptType::Taproot), &access);
        made.await.unwrap().id.to_string()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        if !point.close && point.told.is_none() {
            // Without a keychain each look takes a stretched passphrase.
            return Ok(());
        }
        let access = match process.app.vault_state().map_err(said)? {
            VaultState::None => process
                .app
                .create_vault(passphrase(RIGHT))
                .await
                .map_err(said)?,
            _ => process.app.unlock(passphrase(RIGHT)).await.map_err(said)?,
        };
        let there = process.app.wallets().map_err(said)?;
        if let Some(told) = &point.told {
            let kept = there
                .iter()
                .any(|(record, _)| record.id.to_string() == *told);
            must(kept, || "the first wallet is gone".into())?;
        }
        let again = process
            .app
            .create_wallet(wallet(1, ScriptType::Taproot), &access);
        let again = again.await.map_err(said)?;
        must(
            there.iter().all(|(record, _)| record.id == again.id),
            || "another one".into(),
        )?;
        must(process.app.wallets().map_err(said)?.len() == 1, || {
            "two".into()
        })
    }
}
