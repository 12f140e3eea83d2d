//! Opening, another passphrase, the keychain's door.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use satchel_ports::{AttemptsFile, KeychainItem};
use satchel_store::FileAttempts;
use satchel_types::ScriptType;

use crate::home::{Home, home};
use crate::laws::{Flow, Law, Point, must, said, untouched, wallets};
use crate::process::{Process, RIGHT, Remains, passphrase};

const NEW: &str = "another horse, another battery";
const WRONG: &str = "no horse and no battery";

/// Which of two passphrases opens which vault file, stretched once for each.
#[derive(Default)]
struct Tried(Mutex<HashMap<Vec<u8>, (bool, bool)>>);

impl Tried {
    fn opens(&self, vault: &[u8]) -> (bool, bool) {
        let mut known = self.0.lock().unwrap();
        *known.entry(vault.to_vec()).or_insert_with(|| {
            let opens = |text| satchel_vault::unlock(vault, &passphrase(text)).is_ok();
            (opens(RIGHT), opens(NEW))
        })
    }
}

/// Another passphrase.
pub struct ChangePassphrase {
    home: Home,
    tried: Tried,
}

impl ChangePassphrase {
    pub fn new(kinds: &[ScriptType]) -> Self {
        Self {
            home: home(kinds, 0),
            tried: Tried::default(),
        }
    }
}

#[async_trait(?Send)]
impl Flow for ChangePassphrase {
    fn name(&self) -> &'static str {
        "passphrase"
    }

    fn before(&self) -> &Remains {
        &self.home.remains
    }

    async fn act(&self, process: &Process) -> String {
        let changed = process
            .app
            .set_passphrase(passphrase(RIGHT), passphrase(NEW));
        changed.await.unwrap();
        "changed".into()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        let vault = process.vault().ok_or("the vault is gone")?;
        let (old, new) = self.tried.opens(&vault);
        must(old != new, || format!("old opens: {old}, new opens: {new}"))?;
        must(new || point.told.is_none(), || {
            "the new one does not open".into()
        })?;
        process.unlock_by_keychain().await?;
        let found = wallets(&*process.store(), &self.home.key)?;
        untouched(&self.home.wallets, &found)?;
        if point.close {
            let text = if new { NEW } else { RIGHT };
            process.app.unlock(passphrase(text)).await.map_err(said)?;
        }
        Ok(())
    }
}

/// Opening with a passphrase, right or wrong, after some that were wrong.
pub struct Unlock {
    home: Home,
    text: &'static str,
    /// How many were wrong before.
    wrong: u32,
}

impl Unlock {
    pub fn new(kinds: &[ScriptType], right: bool, wrong: u32) -> Self {
        let mut home = home(kinds, 0);
        crate::laws::runtime().block_on(async {
            let process = Process::on(&home.remains).await;
            for _ in 0..wrong {
                let opened = process.app.unlock(passphrase(WRONG)).await;
                opened.expect_err("a wrong one");
            }
            home.remains = process.leave();
        });
        Self {
            home,
            text: if right { RIGHT } else { WRONG },
            wrong,
        }
    }
}

#[async_trait(?Send)]
impl Flow for Unlock {
    fn name(&self) -> &'static str {
        "unlock"
    }

    fn before(&self) -> &Remains {
        &self.home.remains
    }

    async fn open(&self, _: &Process) {}

    async fn act(&self, process: &Process) -> String {
        let opened = process.app.unlock(passphrase(self.text)).await.is_ok();
        if opened { "opened" } else { "wrong" }.into()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        let kept = FileAttempts::new(&process.home()).read().map_err(said)?;
        let count = match &kept {
            None => 0,
            Some(bytes) => {
                let text = std::str::from_utf8(bytes).map_err(said)?;
                let count = text.split(' ').nth(1).ok_or("half a count")?;
                count.parse().map_err(said)?
            }
        };
        let (before, after) = (self.wrong, self.wrong + 1);
        let holds = match point.told.as_deref() {
            Some("opened") => count == 0,
            Some(_) => count == after,
            None if self.text == RIGHT => [0, before, after].contains(&count),
            None => [before, after].contains(&count),
        };
        must(holds, || format!("{count} wrong passphrases are counted"))?;
        process.unlock_by_keychain().await?;
        let found = wallets(&*process.store(), &self.home.key)?;
        untouched(&self.home.wallets, &found)
    }
}

/// The keychain's door is made anew.
pub struct Enrol {
    home: Home,
    old: Option<satchel_types::SlotId>,
}

impl Enrol {
    pub fn new(kinds: &[ScriptType]) -> Self {
        let home = home(kinds, 0);
        let vault = home.remains.disk.get("home/vault.satchel").unwrap();
        let old = satchel_vault::doors(vault).unwrap().keychain;
        Self { home, old }
    }
}

#[async_trait(?Send)]
impl Flow for Enrol {
    fn name(&self) -> &'static str {
        "enrol"
    }

    fn before(&self) -> &Remains {
        &self.home.remains
    }

    async fn act(&self, process: &Process) -> String {
        process.app.enrol_keychain().await.unwrap();
        "enrolled".into()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        let door = |process: &Process| {
            let vault = process.vault().ok_or("the vault is gone")?;
            Ok::<_, String>(satchel_vault::doors(&vault).map_err(said)?.keychain)
        };
        let now = door(process)?;
        must(now.is_some(), || "the door is gone".into())?;
        must(point.told.is_none() || now != self.old, || {
            "the old door".into()
        })?;
        let key = process.key().await?;
        must(key.fingerprint() == self.home.key.fingerprint(), || {
            "another key".into()
        })?;
        // Opening clears what was left over.
        process.unlock_by_keychain().await?;
        must(door(process)? == now, || "opening changed the door".into())?;
        let belongs = |item: &KeychainItem| match item {
            KeychainItem::VaultSlot { slot, .. } => Some(*slot) == now,
            KeychainItem::NodeKey { .. } | KeychainItem::HighWater { .. } => false,
        };
        let items = process.items();
        must(items.len() == 1 && items.iter().all(belongs), || {
            format!("left over: {items:?}")
        })?;
        let found = wallets(&*process.store(), &self.home.key)?;
        untouched(&self.home.wallets, &found)?;
        if point.close {
            process.app.unlock(passphrase(RIGHT)).await.map_err(said)?;
        }
        Ok(())
    }
}
