// What each command is sent by a page that means it.

import { ELSEWHERE } from "../canary.mjs";

/** What a page sends when it means it. */
export function validCalls({ wallet, draft, address, txid, outpoint, port }) {
  const id = "0".repeat(32);
  const intent = { req: { request_id: id, wallet_id: wallet } };
  const ref = { req: { wallet_id: wallet } };
  return {
    cmd_set_passphrase: intent, cmd_enrol_keychain: intent, cmd_remove_keychain: intent, cmd_export_wallet: intent, cmd_import_wallet: intent, cmd_backup_wallet: intent,
    cmd_keychain_status: {}, cmd_get_limits: {}, cmd_list_wallets: {}, cmd_unlock_wallet: { req: null },
    cmd_set_limits: { req: { per_payment: null, per_day: null } }, cmd_sync_wallet: { req: { wallet_id: wallet, full: false } }, cmd_cancel_sync: ref,
    cmd_create_wallet: { req: { request_id: id, name: "Evil", network: "regtest", script_type: null } },
    cmd_restore_wallet: { req: { request_id: id, name: "Evil", network: "regtest", script_type: "taproot" } },
    cmd_select_wallet: ref, cmd_get_wallet_info: ref, cmd_show_words: ref, cmd_check_words: ref, cmd_get_balance: { req: { wallet_id: wallet, address: null } },
    cmd_get_addresses: ref, cmd_generate_address: { req: { request_id: id, wallet_id: wallet, label: null } }, cmd_get_transaction_history: ref,
    cmd_get_transaction: { req: { wallet_id: wallet, txid } }, cmd_get_tx_status: { req: { wallet_id: wallet, txid } }, cmd_get_unspent_outputs: ref,
    cmd_get_fee_estimates: ref, cmd_get_draft: { req: { draft_id: draft } }, cmd_list_drafts: ref,
    cmd_create_draft: { req: { request_id: id, wallet_id: wallet, recipients: [{ address: ELSEWHERE, amount: 10_000 }], fee_rate: null, coins: null, label: null, replaces: null } },
    cmd_bump_transaction: { req: { request_id: id, wallet_id: wallet, txid, fee_rate: "5" } },
    cmd_send_transaction: { req: { draft_id: draft } }, cmd_sign_transaction: { req: { draft_id: draft } },
    cmd_cancel_transaction: { req: { request_id: id, wallet_id: wallet, txid, draft_id: null, fee_rate: null } },
    cmd_parse_payment: { req: { wallet_id: wallet, text: `bitcoin:${address}?amount=1` } }, cmd_make_qr: { req: { text: "evil" } },
    cmd_set_label: { req: { wallet_id: wallet, kind: "address", target: address, label: "evil" } },
    cmd_set_coin_lock: { req: { wallet_id: wallet, outpoint, locked: false } }, cmd_get_backend: ref,
    cmd_set_backend: { req: { network: "regtest", kind: "esplora", url: `http://127.0.0.1:${port}/api` } },
    cmd_get_circle: {}, cmd_list_conflicts: {}, cmd_dismiss_circle_notice: { place_id: null }, cmd_list_places: {},
    cmd_found_circle: { req: { request_id: id, name: "Evil" } }, cmd_host_pairing: { steps: "__CHANNEL__:1", req: { request_id: id, give_keys: true } },
    cmd_type_pairing_digits: { req: { digits: "123456" } }, cmd_cancel_pairing: {},
    cmd_join_pairing: { steps: "__CHANNEL__:2", req: { request_id: id, name: "Evil", code: Array(8).fill("abandon").join(" "), at: [`127.0.0.1:${port}`] } },
    cmd_take_keys: { steps: "__CHANNEL__:3", req: { request_id: id, code: Array(8).fill("abandon").join(" "), at: [`127.0.0.1:${port}`] } },
    cmd_list_sweeps: {}, cmd_begin_sweep: { req: { request_id: id, wallet_id: wallet } },
    cmd_draft_sweep: { req: { request_id: id, wallet_id: wallet, fee_rate: null, locked: "move" } },
    cmd_finish_sweep: { req: { request_id: id, wallet_id: wallet } }, cmd_waive_sweep: { req: { request_id: id, wallet_id: wallet } },
    cmd_remove_device: { req: { request_id: id, device_id: id } }, cmd_take_wallet: { req: { request_id: id, wallet_id: id } },
    cmd_list_notices: { req: { all: true } }, cmd_dismiss_notice: { req: { notice_id: id } }, cmd_get_backup_health: {}, cmd_prove_backup: { req: { request_id: id, choose: true } },
    cmd_make_recovery_words: intent, cmd_cancel_recover_circle: {},
    cmd_recover_circle: { steps: "__CHANNEL__:4", req: { request_id: id, place: { kind: "webdav", url: `http://127.0.0.1:${port}/`, user: null } } },
    cmd_export_labels: intent, cmd_read_labels: intent, cmd_export_descriptors: intent, cmd_read_descriptors: intent,
    cmd_take_labels: { req: { request_id: id, read_id: id, differing: "take_theirs" } }, cmd_set_place_password: { req: { request_id: id, place_id: id } },
    cmd_settle_conflict: { req: { on: { kind: "wallet_name", wallet_id: wallet }, text: "evil" } },
    cmd_add_place: { req: { request_id: id, place: { kind: "webdav", url: `http://127.0.0.1:${port}/`, user: "evil" } } },
    cmd_remove_place: { req: { place_id: id } }, cmd_sync_places: { req: { place_id: null } }, cmd_cancel_sync_places: {},
    cmd_get_link: {}, cmd_dismiss_link: { req: { number: 1 } },
    cmd_open_scan: {}, cmd_close_scan: { req: { scan: 1 } }, cmd_scan_frame: { bytes: "AQAAAAIAAQAJCQ==" }, cmd_scan_image: { bytes: "AQAAAGV2aWw=" },
    cmd_scan_file: { req: { scan: 1 } }, cmd_scan_clipboard: { req: { scan: 1 } }, cmd_scan_natively: { req: { scan: 1 } }, cmd_scan_text: { req: { scan: 1, text: "evil" } },
    cmd_take_scanned: { req: { request_id: id, scan: 1 } }, cmd_import_scanned: { req: { request_id: id, scan: 1 } }, cmd_show_draft: { req: { draft_id: draft, code: "ur", density: "low", from: 0 } },
    cmd_report_page_error: { req: { kind: "error", message: "evil" } },
    cmd_open_console: {},
    cmd_report_console_error: { req: { kind: "error", message: "evil" } }, cmd_close_console: {}, cmd_console_ready: { events: "__CHANNEL__:4" },
    cmd_get_blockchain_info: {}, cmd_get_latest_blocks: { req: { limit: 10 } }, cmd_get_blocks: { req: { after: null, limit: 10 } },
    cmd_get_block_by_hash: { req: { hash: null, height: 1 } }, cmd_get_mining_info: {}, cmd_generate_to_address: { req: { request_id: id, address: ELSEWHERE, blocks: 1 } },
    cmd_get_health: {}, cmd_get_liveness: {}, cmd_get_readiness: {}, cmd_get_mempool: { req: { after: null, limit: 10 } }, cmd_get_mempool_transaction: { req: { txid } },
    cmd_get_transactions: { req: { txid, limit: 10 } }, cmd_get_address_transactions: { req: { address, scan: false } },
    cmd_create_wallet_admin: { req: { request_id: id, name: "evil", watch_only: false, existing: false } }, cmd_get_addresses_admin: { req: { wallet: "faucet", fresh: { request_id: id, kind: "taproot" } } },
    cmd_get_wallet_info_admin: { req: { wallet: "faucet" } }, cmd_get_balance_admin: { req: { wallet: "faucet" } },
    cmd_send_transaction_admin: { req: { request_id: id, wallet: "faucet", address: ELSEWHERE, amount: 10_000, fee_rate: null, subtract_fee: false } },
    cmd_set_base_url: { req: { request_id: id, url: `http://127.0.0.1:${port}/`, esplora_url: null } }, cmd_set_api_key: { req: { request_id: id, key: { kind: "login", user: "evil" } } },
    cmd_pay_from_faucet: { req: { request_id: id, address: ELSEWHERE, amount: 10_000 } },
    cmd_get_config: {}, cmd_check_connection: {},
    cmd_sealed_task: { key: "BAAA" }, cmd_sealed_answer: { answer: "AAAA" },
  };
}
