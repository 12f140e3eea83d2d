//! Which cached answers go stale when: declared once, used by every page.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A kind of cached answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    /// The session: locked or open.
    Session,
    /// The list of wallets.
    Wallets,
    /// One wallet's particulars.
    Info,
    /// Balances.
    Balance,
    /// The history, transactions and their states.
    History,
    /// Coins.
    Coins,
    /// Addresses.
    Addresses,
    /// Drafts.
    Drafts,
    /// Fee estimates.
    Fees,
    /// Backends.
    Backend,
    /// Settings.
    Settings,
    /// The keychain.
    Keychain,
    /// Who shares with this device, what they offer, and where two of them disagree.
    Circle,
    /// Places where devices meet, and how this one stands there.
    Places,
    /// What the owner has to hear of until it is put away.
    Notices,
    /// Whom the owner pays.
    Contacts,
}

/// What a command reads and what it makes stale.
#[derive(Debug, Clone, Copy)]
pub struct CommandTags {
    /// The command.
    pub command: &'static str,
    /// What its answer is.
    pub provides: &'static [Tag],
    /// What it makes stale.
    pub invalidates: &'static [Tag],
}

const fn read(command: &'static str, provides: &'static [Tag]) -> CommandTags {
    CommandTags {
        command,
        provides,
        invalidates: &[],
    }
}

const fn write(command: &'static str, invalidates: &'static [Tag]) -> CommandTags {
    CommandTags {
        command,
        provides: &[],
        invalidates,
    }
}

use Tag::{
    Addresses, Backend, Balance, Circle, Coins, Contacts, Drafts, Fees, History, Info, Keychain,
    Notices, Places, Session, Settings, Wallets,
};

/// Everything that hangs on the chain and the wallet's coins.
const MONEY: &[Tag] = &[Balance, History, Coins, Addresses, Drafts, Info];

/// Everything that shows whose an address is.
const PAYEES: &[Tag] = &[Contacts, History, Drafts, Circle];

/// The table, a line a command.
pub const COMMAND_TAGS: &[CommandTags] = &[
    read("cmd_frontend_ready", &[Session, Settings]),
    read("cmd_list_wallets", &[Wallets]),
    write("cmd_create_wallet", &[Session, Wallets, Info]),
    write("cmd_restore_wallet", &[Session, Wallets, Info]),
    write(
        "cmd_select_wallet",
        &[
            Session, Wallets, Info, Balance, History, Coins, Addresses, Drafts, Fees, Backend,
        ],
    ),
    write("cmd_rename_wallet", &[Wallets, Info]),
    read("cmd_get_balance", &[Balance]),
    read("cmd_get_addresses", &[Addresses]),
    write("cmd_generate_address", &[Addresses, Info]),
    read("cmd_get_transaction_history", &[History]),
    read("cmd_get_transaction", &[History]),
    read("cmd_get_unspent_outputs", &[Coins]),
    write("cmd_set_coin_lock", &[Coins]),
    write("cmd_set_label", &[History, Coins, Addresses]),
    read("cmd_list_contacts", &[Contacts]),
    write("cmd_add_contact", PAYEES),
    write("cmd_rename_contact", PAYEES),
    write("cmd_keep_contact_address", PAYEES),
    write("cmd_compare_contact", PAYEES),
    write("cmd_remove_contact_address", PAYEES),
    write("cmd_remove_contact", PAYEES),
    read("cmd_choose_contact", &[]),
    read("cmd_get_fee_estimates", &[Fees]),
    write("cmd_create_draft", &[Drafts]),
    write("cmd_bump_transaction", &[Drafts]),
    read("cmd_get_draft", &[Drafts]),
    read("cmd_list_drafts", &[Drafts]),
    write("cmd_send_transaction", MONEY),
    write("cmd_sign_transaction", &[Drafts]),
    read("cmd_get_tx_status", &[History]),
    write("cmd_cancel_transaction", MONEY),
    write("cmd_sync_wallet", MONEY),
    write("cmd_cancel_sync", &[]),
    write("cmd_export_wallet", &[]),
    write(
        "cmd_import_wallet",
        &[
            Session, Wallets, Info, Balance, History, Coins, Addresses, Contacts,
        ],
    ),
    write("cmd_backup_wallet", &[Info]),
    read("cmd_get_backup_health", &[Info]),
    write("cmd_prove_backup", &[Info]),
    write("cmd_make_recovery_words", &[Circle, Places]),
    write(
        "cmd_recover_circle",
        &[
            Session, Wallets, Info, Balance, History, Coins, Addresses, Contacts,
        ],
    ),
    write("cmd_cancel_recover_circle", &[]),
    write("cmd_export_labels", &[]),
    write("cmd_read_labels", &[]),
    write("cmd_take_labels", &[History, Coins, Addresses, Balance]),
    write("cmd_export_descriptors", &[]),
    write("cmd_export_metadata", &[]),
    write("cmd_read_descriptors", &[Addresses, Info]),
    write("cmd_set_passphrase", &[]),
    write("cmd_unlock_wallet", &[Session, Wallets, Keychain]),
    write("cmd_lock_wallet", &[Session]),
    read("cmd_keychain_status", &[Keychain]),
    write("cmd_enrol_keychain", &[Keychain]),
    write("cmd_remove_keychain", &[Keychain]),
    read("cmd_get_wallet_info", &[Info]),
    write("cmd_show_words", &[]),
    write("cmd_check_words", &[Info]),
    read("cmd_get_link", &[]),
    write("cmd_dismiss_link", &[]),
    read("cmd_parse_payment", &[]),
    read("cmd_make_qr", &[]),
    read("cmd_get_backend", &[Backend]),
    write("cmd_set_backend", &[Backend, Fees, Info]),
    write("cmd_set_settings", &[Settings]),
    read("cmd_get_limits", &[Settings]),
    write("cmd_set_limits", &[Settings]),
    write("cmd_get_sandbox_coins", MONEY),
    write("cmd_report_page_error", &[]),
    read("cmd_get_circle", &[Circle]),
    write("cmd_found_circle", &[Circle, Places]),
    write("cmd_host_pairing", &[Circle]),
    write("cmd_type_pairing_digits", &[]),
    write(
        "cmd_join_pairing",
        &[Session, Wallets, Info, Circle, Places],
    ),
    write("cmd_take_keys", &[Session, Wallets, Info, Circle]),
    read(
        "cmd_list_sweeps",
        &[Circle, Wallets, Coins, Drafts, History],
    ),
    write("cmd_begin_sweep", &[Session, Wallets, Info, Circle]),
    write("cmd_draft_sweep", &[Drafts, Coins, Circle]),
    write("cmd_finish_sweep", &[Session, Wallets, Info, Circle]),
    write("cmd_waive_sweep", &[Circle]),
    write("cmd_cancel_pairing", &[]),
    write("cmd_remove_device", &[Circle]),
    write("cmd_take_wallet", &[Session, Wallets, Info, Circle]),
    write("cmd_dismiss_circle_notice", &[Circle, Places]),
    read("cmd_list_notices", &[Notices]),
    write("cmd_dismiss_notice", &[Notices]),
    read("cmd_list_conflicts", &[Circle]),
    write(
        "cmd_settle_conflict",
        &[
            Circle, Wallets, Info, History, Coins, Addresses, Contacts, Drafts,
        ],
    ),
    read("cmd_list_places", &[Places]),
    write("cmd_add_place", &[Places, Circle]),
    write("cmd_set_place_password", &[Places]),
    write("cmd_remove_place", &[Places]),
    write("cmd_sync_places", &[Places, Circle]),
    write("cmd_cancel_sync_places", &[]),
    write("cmd_open_scan", &[]),
    write("cmd_close_scan", &[]),
    read("cmd_scan_frame", &[]),
    read("cmd_scan_image", &[]),
    read("cmd_scan_file", &[]),
    read("cmd_scan_clipboard", &[]),
    read("cmd_scan_natively", &[]),
    read("cmd_get_camera_access", &[]),
    write("cmd_open_app_settings", &[]),
    read("cmd_scan_text", &[]),
    write("cmd_take_scanned", &[Drafts]),
    write(
        "cmd_import_scanned",
        &[Session, Wallets, Info, Balance, History, Coins, Addresses],
    ),
    write("cmd_meet_scanned", &[Circle]),
    read("cmd_show_meeting", &[]),
    write(
        "cmd_watch_scanned",
        &[
            Session, Wallets, Info, Balance, History, Coins, Addresses, Drafts, Fees, Backend,
        ],
    ),
    read("cmd_show_draft", &[]),
    write("cmd_hand_over", &[]),
    write("cmd_open_console", &[]),
];
