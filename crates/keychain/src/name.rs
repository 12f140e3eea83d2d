//! What items are called in a store.
// Linux has attributes instead of names, Android no label.
#![cfg_attr(any(target_os = "linux", target_os = "android"), allow(dead_code))]

use satchel_ports::KeychainItem;

/// Under which all items of this program stand.
pub(crate) const SERVICE: &str = "satchel";

/// Returns what people see in their keychain's own program.
pub(crate) fn label(item: KeychainItem) -> &'static str {
    match item {
        KeychainItem::VaultSlot { .. } | KeychainItem::NodeKey { .. } => {
            "Satchel: a key to one of its files, worth nothing without it"
        }
        KeychainItem::HighWater { .. } => {
            "Satchel: how far this device had written, no key to anything"
        }
    }
}

/// Returns an item's name, the same for ever.
pub(crate) fn name(item: KeychainItem) -> String {
    match item {
        KeychainItem::VaultSlot { vault, slot } => format!("vault-{vault}-slot-{slot}"),
        KeychainItem::NodeKey { id } => format!("node-{id}"),
        KeychainItem::HighWater { vault } => format!("vault-{vault}-high-water"),
    }
}

#[cfg(test)]
mod tests {
    use satchel_types::{NodeKeyId, SlotId, VaultId};

    use super::*;

    #[test]
    fn a_name_says_what_it_is_and_of_which_vault_slot_or_node() {
        let item = KeychainItem::VaultSlot {
            vault: VaultId::from_bytes([0xab; 16]),
            slot: SlotId::from_bytes([1; 16]),
        };
        let (vault, slot) = ("ab".repeat(16), "01".repeat(16));
        assert_eq!(name(item), format!("vault-{vault}-slot-{slot}"));
        let node = KeychainItem::NodeKey {
            id: NodeKeyId::from_bytes([2; 16]),
        };
        assert_eq!(name(node), format!("node-{}", "02".repeat(16)));
        let mark = KeychainItem::HighWater {
            vault: VaultId::from_bytes([0xab; 16]),
        };
        assert_eq!(name(mark), format!("vault-{vault}-high-water"));
        assert!(label(mark).contains("no key") && !label(item).contains("no key"));
    }
}
