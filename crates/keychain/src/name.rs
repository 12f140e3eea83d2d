//! What items are called in a store.
// Linux has attributes instead of names, Android no label.
#![cfg_attr(any(target_os = "linux", target_os = "android"), allow(dead_code))]

use satchel_ports::KeychainItem;

/// Under which all items of this program stand.
pub(crate) const SERVICE: &str = "satchel";

/// What people see in their keychain's own program.
pub(crate) const LABEL: &str = "Satchel: a key to one of its files, worth nothing without it";

/// Returns an item's name, the same for ever.
pub(crate) fn name(item: KeychainItem) -> String {
    match item {
        KeychainItem::VaultSlot { vault, slot } => format!("vault-{vault}-slot-{slot}"),
        KeychainItem::NodeKey { id } => format!("node-{id}"),
    }
}

#[cfg(test)]
mod tests {
    use satchel_types::{NodeKeyId, SlotId, VaultId};

    use super::*;

    #[test]
    fn a_name_says_which_vault_and_slot_or_which_node() {
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
    }
}
