//! Keychain items that belong to no door.
//!
//! The keychain and the vault file cannot be written in one stroke. So a door's name is noted in the
//! database before either is touched, and struck off when they agree again: what is noted and has no
//! slot in the vault file is removed from the keychain. A crash at any instant leaves at most an item
//! that opens nothing, and a note that gets it removed.

use std::str::FromStr;

use satchel_ports::{KeychainItem, StoreError, WalletStore};
use satchel_types::{Batch, SlotId, Write};

use crate::config::Ports;

/// Key of the note: slot ids, one a word.
const NOTE: &str = "keychain_leftovers";

/// Notes doors that are about to come or go, before anything is done.
pub(crate) fn note(
    store: &dyn WalletStore,
    doors: impl IntoIterator<Item = SlotId>,
) -> Result<(), StoreError> {
    let mut noted = noted(store)?;
    for door in doors {
        if !noted.contains(&door) {
            noted.push(door);
        }
    }
    write(store, &noted)
}

/// Makes keychain and vault file agree. Returns whether nothing is left over.
///
/// To be called with the lock of vault work held: an item whose door is just being made must not be
/// taken for one that was left.
pub(crate) async fn settle(ports: &Ports, store: &dyn WalletStore) -> bool {
    let Ok(noted) = noted(store) else {
        return false;
    };
    if noted.is_empty() {
        return true;
    }
    let Ok(Some(bytes)) = ports.vault.read() else {
        return false;
    };
    let Ok(doors) = satchel_vault::doors(&bytes) else {
        return false;
    };
    let mut left = Vec::new();
    for slot in noted {
        let item = KeychainItem::VaultSlot {
            vault: doors.vault,
            slot,
        };
        // The door that stands keeps its item.
        if doors.keychain != Some(slot) && ports.keychain.remove(item).await.is_err() {
            left.push(slot);
        }
    }
    write(store, &left).is_ok() && left.is_empty()
}

fn noted(store: &dyn WalletStore) -> Result<Vec<SlotId>, StoreError> {
    let text = store.setting(NOTE)?.unwrap_or_default();
    let ids = text.split(' ').filter(|word| !word.is_empty());
    ids.map(SlotId::from_str)
        .collect::<Result<_, _>>()
        .map_err(|_| StoreError::Damaged {
            what: "note about the keychain",
        })
}

fn write(store: &dyn WalletStore, doors: &[SlotId]) -> Result<(), StoreError> {
    let words: Vec<String> = doors.iter().map(SlotId::to_string).collect();
    store.apply(&Batch::from(Write::PutSetting {
        key: NOTE.to_owned(),
        value: words.join(" "),
    }))
}
