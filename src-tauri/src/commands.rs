//! The commands, grouped by the rooms of `wire`. A body is: DTO in, parse, call, DTO out.

pub mod address;
pub mod backend;
pub mod backup;
pub mod balance;
pub mod circle;
pub mod coin;
pub mod console_chain;
pub mod console_health;
pub mod console_mempool;
pub mod console_settings;
pub mod console_wallets;
pub mod console_window;
pub mod contacts;
pub mod draft;
pub mod history;
pub mod interop;
pub mod keychain;
pub mod notices;
pub mod payment;
pub mod places;
pub mod scan;
pub mod session;
pub mod sweep;
pub mod wallet;
pub mod wallet_file;

/// The one list of the main window's commands, handed to a macro that takes such a list: Tauri's
/// handler and the type exporter read the same one. `commands` must be in scope.
#[macro_export]
macro_rules! main_commands {
    ({ $($consumer:tt)* } $($more:tt)*) => {
        $($consumer)*![
            commands::session::cmd_frontend_ready,
            commands::session::cmd_unlock_wallet,
            commands::session::cmd_lock_wallet,
            commands::session::cmd_set_passphrase,
            commands::keychain::cmd_keychain_status,
            commands::keychain::cmd_enrol_keychain,
            commands::keychain::cmd_remove_keychain,
            commands::session::cmd_set_settings,
            commands::session::cmd_get_limits,
            commands::session::cmd_set_limits,
            commands::session::cmd_sync_wallet,
            commands::session::cmd_cancel_sync,
            commands::session::cmd_report_page_error,
            commands::wallet::cmd_list_wallets,
            commands::wallet::cmd_create_wallet,
            commands::wallet::cmd_restore_wallet,
            commands::wallet::cmd_select_wallet,
            commands::wallet::cmd_rename_wallet,
            commands::wallet::cmd_get_wallet_info,
            commands::wallet::cmd_show_words,
            commands::wallet::cmd_check_words,
            commands::balance::cmd_get_balance,
            commands::address::cmd_get_addresses,
            commands::address::cmd_generate_address,
            commands::history::cmd_get_transaction_history,
            commands::history::cmd_get_transaction,
            commands::history::cmd_get_tx_status,
            commands::coin::cmd_get_unspent_outputs,
            commands::coin::cmd_set_coin_lock,
            commands::notices::cmd_list_notices,
            commands::notices::cmd_dismiss_notice,
            commands::draft::cmd_get_fee_estimates,
            commands::draft::cmd_create_draft,
            commands::draft::cmd_bump_transaction,
            commands::draft::cmd_get_draft,
            commands::draft::cmd_list_drafts,
            commands::draft::cmd_send_transaction,
            commands::draft::cmd_sign_transaction,
            commands::draft::cmd_cancel_transaction,
            commands::payment::cmd_parse_payment,
            commands::payment::cmd_get_link,
            commands::payment::cmd_dismiss_link,
            commands::payment::cmd_make_qr,
            commands::payment::cmd_set_label,
            commands::contacts::cmd_list_contacts,
            commands::contacts::cmd_add_contact,
            commands::contacts::cmd_rename_contact,
            commands::contacts::cmd_keep_contact_address,
            commands::contacts::cmd_compare_contact,
            commands::contacts::cmd_remove_contact_address,
            commands::contacts::cmd_remove_contact,
            commands::contacts::cmd_choose_contact,
            commands::wallet_file::cmd_export_wallet,
            commands::wallet_file::cmd_import_wallet,
            commands::wallet_file::cmd_backup_wallet,
            commands::backup::cmd_get_backup_health,
            commands::backup::cmd_prove_backup,
            commands::backup::cmd_make_recovery_words,
            commands::backup::cmd_recover_circle,
            commands::backup::cmd_cancel_recover_circle,
            commands::interop::cmd_export_labels,
            commands::interop::cmd_read_labels,
            commands::interop::cmd_take_labels,
            commands::interop::cmd_export_descriptors,
            commands::interop::cmd_export_metadata,
            commands::interop::cmd_read_descriptors,
            commands::backend::cmd_get_backend,
            commands::backend::cmd_set_backend,
            commands::backend::cmd_get_sandbox_coins,
            commands::circle::cmd_get_circle,
            commands::circle::cmd_found_circle,
            commands::circle::cmd_host_pairing,
            commands::circle::cmd_type_pairing_digits,
            commands::circle::cmd_join_pairing,
            commands::circle::cmd_take_keys,
            commands::circle::cmd_cancel_pairing,
            commands::circle::cmd_remove_device,
            commands::circle::cmd_take_wallet,
            commands::circle::cmd_dismiss_circle_notice,
            commands::circle::cmd_list_conflicts,
            commands::circle::cmd_settle_conflict,
            commands::sweep::cmd_list_sweeps,
            commands::sweep::cmd_begin_sweep,
            commands::sweep::cmd_draft_sweep,
            commands::sweep::cmd_finish_sweep,
            commands::sweep::cmd_waive_sweep,
            commands::places::cmd_list_places,
            commands::places::cmd_add_place,
            commands::places::cmd_set_place_password,
            commands::places::cmd_remove_place,
            commands::places::cmd_sync_places,
            commands::places::cmd_cancel_sync_places,
            commands::scan::cmd_open_scan,
            commands::scan::cmd_close_scan,
            commands::scan::cmd_scan_frame,
            commands::scan::cmd_scan_image,
            commands::scan::cmd_scan_file,
            commands::scan::cmd_scan_clipboard,
            commands::scan::cmd_scan_natively,
            commands::scan::cmd_get_camera_access,
            commands::scan::cmd_open_app_settings,
            commands::scan::cmd_scan_text,
            commands::scan::cmd_take_scanned,
            commands::scan::cmd_import_scanned,
            commands::scan::cmd_meet_scanned,
            commands::scan::cmd_show_meeting,
            commands::scan::cmd_watch_scanned,
            commands::scan::cmd_show_draft,
            commands::scan::cmd_hand_over,
            commands::console_window::cmd_open_console,
            $($more)*
        ]
    };
}

/// The same for the console's window. What stands in `$before` comes first in the list.
#[macro_export]
macro_rules! console_commands {
    ({ $($consumer:tt)* } $($before:tt)*) => {
        $($consumer)*![
            $($before)*
            commands::console_window::cmd_console_ready,
            commands::console_window::cmd_report_console_error,
            commands::console_window::cmd_close_console,
            commands::console_chain::cmd_get_blockchain_info,
            commands::console_chain::cmd_get_latest_blocks,
            commands::console_chain::cmd_get_blocks,
            commands::console_chain::cmd_get_block_by_hash,
            commands::console_chain::cmd_get_mining_info,
            commands::console_chain::cmd_generate_to_address,
            commands::console_health::cmd_get_health,
            commands::console_health::cmd_get_liveness,
            commands::console_health::cmd_get_readiness,
            commands::console_mempool::cmd_get_mempool,
            commands::console_mempool::cmd_get_mempool_transaction,
            commands::console_mempool::cmd_get_transactions,
            commands::console_mempool::cmd_get_address_transactions,
            commands::console_wallets::cmd_create_wallet_admin,
            commands::console_wallets::cmd_get_addresses_admin,
            commands::console_wallets::cmd_get_wallet_info_admin,
            commands::console_wallets::cmd_get_balance_admin,
            commands::console_wallets::cmd_send_transaction_admin,
            commands::console_wallets::cmd_pay_from_faucet,
            commands::console_settings::cmd_set_base_url,
            commands::console_settings::cmd_set_api_key,
            commands::console_settings::cmd_get_config,
            commands::console_settings::cmd_check_connection,
        ]
    };
}

/// The commands of all pages that have bindings, and `$more`, each with a comma behind it.
#[macro_export]
macro_rules! page_commands {
    ({ $($consumer:tt)* } $($more:tt)*) => {
        $crate::console_commands!({ $crate::main_commands } { $($consumer)* } $($more)*)
    };
}
