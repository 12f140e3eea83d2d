//! What items are called in a store.
// Linux has attributes instead of names, Android no label.
#![cfg_attr(any(target_os = "linux", target_os = "android"), allow(dead_code))]

use satchel_ports::KeychainItem;

/// Under which all items of this program stand.
pub(crate) const SERVICE: &str = "satchel";

/// What people see in their keychain's own program.
pub(crate) const LABEL: &str = "Satchel: opens the wallet together with its vault file";

/// Returns an item's name, the same for ever.
pub(crate) fn name(item: KeychainItem) -> String {
    let KeychainItem::VaultSlot { vault, slot } = item;
    format!("vault-{vault}-slot-{slot}")
}

#[cfg(test)]
mod tests {
    use satchel_types::{SlotId, VaultId};

    use super::*;

    #[test]
    fn a_name_says_which_vault_and_which_slot() {
        let item = KeychainItem::VaultSlot {
            vault: VaultId::from_bytes([0xab; 16]),
            slot: SlotId::from_bytes([1; 16]),
        };
        let (vault, slot) = ("ab".repeat(16), "01".repeat(16));
        assert_eq!(name(item), format!("vault-{vault}-slot-{slot}"));
    }
}
