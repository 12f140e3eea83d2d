//! The JSON of every command's input, of stored settings, and of the sealed page's answers.
#![no_main]

use bitcoin::Amount;
use libfuzzer_sys::fuzz_target;
use satchel_app::bump::BumpPayment;
use satchel_app::contacts::add::AddContact;
use satchel_app::contacts::address::KeepAddress;
use satchel_app::create_wallet::CreateWallet;
use satchel_app::draft::CreateDraft;
use satchel_fuzz::{Answer, PageError, frugal, frugal_secrets, seeds};
use satchel_types::PageSize;
use satchel_wallet::CoinChoice;
use satchel_wire::address::{AddressQuery, GenerateAddressRequest};
use satchel_wire::backend::SetBackendRequest;
use satchel_wire::balance::BalanceQuery;
use satchel_wire::coin::{CoinLockRequest, CoinQuery};
use satchel_wire::conflict::{ConflictOn, SettleRequest, WrittenValue};
use satchel_wire::console::chain::{BlockQuery, BlocksQuery, LatestBlocksQuery};
use satchel_wire::console::mempool::{MempoolQuery, NodeTxRef};
use satchel_wire::console::mining::GenerateRequest;
use satchel_wire::console::settings::{NodeKey, SetApiKeyRequest, SetBaseUrlRequest};
use satchel_wire::console::transaction::{AddressTransactionsQuery, NodeTransactionsQuery};
use satchel_wire::console::wallets::{
    CreateNodeWalletRequest, FaucetRequest, FreshAddress, NodeAddressesQuery, NodeWalletRef,
    SendFromNodeRequest,
};
use satchel_wire::contact::{
    AddContactRequest, ChooseContactRequest, ContactAddressRef, ContactQuery, ContactRef,
    KeepContactAddressRequest, RenameContactRequest,
};
use satchel_wire::draft::{
    BumpRequest, CancelRequest, CreateDraftRequest, DraftRef, RecipientRequest,
};
use satchel_wire::history::{HistoryQuery, TxRef};
use satchel_wire::interop::{ExportLabels, TakeLabelsRequest};
use satchel_wire::limits::Limits;
use satchel_wire::notice::{NoticeQuery, NoticeRef};
use satchel_wire::pairing::{
    DigitsRequest, FoundCircleRequest, HostPairingRequest, JoinPairingRequest, RemoveDeviceRequest,
    TakeKeysRequest, TakeWalletRequest,
};
use satchel_wire::payment::{LabelRequest, LinkRef, PaymentText, QrRequest};
use satchel_wire::place::{
    AddPlaceRequest, CircleNoticeRef, PlacePasswordRequest, PlaceRef, RecoverCircleRequest,
    SyncPlacesRequest,
};
use satchel_wire::scan::{
    HandOverRequest, ScanRef, ScanText, ShowDraftRequest, ShowMeetingRequest, TakeScanned,
    WatchScanned,
};
use satchel_wire::session::{Settings, SyncRequest, UnlockRequest};
use satchel_wire::sweep::{DraftSweepRequest, SweepRequest};
use satchel_wire::wallet::{CreateWalletRequest, RenameWalletRequest, WalletRef};
use satchel_wire::wallet_file::{Intent, ProveBackupRequest, RestoreWalletRequest};
use satchel_wire::{IpcError, parse};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, json)) = data.split_first() else { return };
    match mode {
        0 => draft(json),
        1 => wallet(json),
        2 => queries(json),
        3 => others(json),
        4 => drop(request::<Settings>(json)),
        5 => sealed(json),
        6 => numbers(json),
        7 => devices(json),
        8 => console(json),
        9 => contacts(json),
        _ => {}
    }
});

/// A request that is read is written in one form, which reads the same, and holds no field that it
/// does not know.
fn request<T: Serialize + DeserializeOwned>(json: &[u8]) -> Option<T> {
    let read: T = frugal(json.len(), || serde_json::from_slice(json)).ok()?;
    let written = serde_json::to_value(&read).expect("plain values");
    let again: T = serde_json::from_value(written.clone()).expect("its own form");
    assert_eq!(serde_json::to_value(&again).ok().as_ref(), Some(&written));
    if let Value::Object(mut map) = written {
        map.insert("unheard_of".to_owned(), Value::Null);
        assert!(
            serde_json::from_value::<T>(Value::Object(map)).is_err(),
            "an unknown field passed"
        );
    }
    Some(read)
}

fn told<T>(outcome: Result<T, IpcError>) -> Option<T> {
    outcome
        .map_err(|error| assert!(error.message.len() < 300, "an endless error"))
        .ok()
}

fn console(json: &[u8]) {
    request::<LatestBlocksQuery>(json);
    request::<BlocksQuery>(json);
    request::<BlockQuery>(json);
    request::<MempoolQuery>(json);
    request::<AddressTransactionsQuery>(json);
    request::<NodeWalletRef>(json);
    request::<FreshAddress>(json);
    request::<NodeAddressesQuery>(json);
    request::<CreateNodeWalletRequest>(json);
    request::<SetBaseUrlRequest>(json);
    if let Some(asked) = request::<GenerateRequest>(json) {
        told(parse::request_id(&asked.request_id));
    }
    if let Some(asked) = request::<NodeTxRef>(json) {
        told(parse::txid(&asked.txid));
    }
    if let Some(asked) = request::<NodeTransactionsQuery>(json) {
        asked
            .block
            .as_deref()
            .and_then(|block| told(parse::block_hash(block)));
    }
    if let Some(asked) = request::<SendFromNodeRequest>(json) {
        assert!(asked.amount.to_amount() <= Amount::MAX_MONEY);
    }
    if let Some(asked) = request::<FaucetRequest>(json) {
        assert!(asked.amount.to_amount() <= Amount::MAX_MONEY);
    }
    if let Some(asked) = request::<SetApiKeyRequest>(json) {
        // What is secret has no place in it.
        assert!(matches!(
            asked.key,
            NodeKey::None
                | NodeKey::Cookie { .. }
                | NodeKey::CookieFile
                | NodeKey::Login { .. }
                | NodeKey::Authorization
                | NodeKey::ApiKey
        ));
    }
}

fn draft(json: &[u8]) {
    request::<RecipientRequest>(json);
    request::<DraftRef>(json);
    if let Some(asked) = request::<CreateDraftRequest>(json)
        && let Some(core) = told(CreateDraft::try_from(asked.clone()))
    {
        assert_eq!(core.recipients.len(), asked.recipients.len());
        let amounts = core.recipients.iter().filter_map(|(_, amount)| *amount);
        assert!(
            amounts
                .into_iter()
                .all(|amount| amount <= Amount::MAX_MONEY)
        );
        assert_eq!(core.request.to_string(), asked.request_id);
        if let CoinChoice::Manual(coins) = &core.coins {
            assert!(!coins.is_empty(), "no coin was chosen");
        }
    }
    if let Some(asked) = request::<BumpRequest>(json) {
        told(BumpPayment::try_from(asked));
    }
    if let Some(asked) = request::<CancelRequest>(json) {
        told(parse::request_id(&asked.request_id));
        asked.fee_rate.and_then(|rate| told(parse::fee_rate(rate)));
    }
}

fn wallet(json: &[u8]) {
    request::<WalletRef>(json);
    request::<Intent>(json);
    request::<RestoreWalletRequest>(json);
    if let Some(asked) = request::<CreateWalletRequest>(json) {
        told(CreateWallet::try_from(asked));
    }
    if let Some(asked) = request::<RenameWalletRequest>(json) {
        told(parse::wallet_name(&asked.name));
    }
}

fn queries(json: &[u8]) {
    request::<BalanceQuery>(json);
    request::<TxRef>(json);
    let mut sizes = Vec::new();
    if let Some(query) = request::<AddressQuery>(json) {
        sizes.push(satchel_types::AddressQuery::from(query).size);
    }
    if let Some(query) = request::<HistoryQuery>(json) {
        sizes.push(satchel_types::HistoryQuery::from(query).size);
    }
    if let Some(query) = request::<CoinQuery>(json) {
        sizes.push(satchel_types::CoinQuery::from(query).size);
    }
    assert!(
        sizes
            .iter()
            .all(|size| (1..=PageSize::MAX).contains(&size.get()))
    );
}

fn others(json: &[u8]) {
    request::<GenerateAddressRequest>(json);
    request::<SetBackendRequest>(json);
    request::<PaymentText>(json);
    request::<LinkRef>(json);
    request::<QrRequest>(json);
    request::<ScanRef>(json);
    request::<ScanText>(json);
    if let Some(asked) = request::<TakeScanned>(json) {
        told(parse::request_id(&asked.request_id));
    }
    if let Some(HandOverRequest::Draft { draft_id }) = request::<HandOverRequest>(json) {
        told(parse::draft_id(&draft_id));
    }
    if let Some(asked) = request::<ShowDraftRequest>(json) {
        told(parse::draft_id(&asked.draft_id));
    }
    request::<SyncRequest>(json);
    request::<UnlockRequest>(json);
    request::<PageError>(json);
    if let Some(limits) = request::<Limits>(json) {
        let core = satchel_app::spending_limits::Limits::from(limits);
        let all = [core.per_payment, core.per_day, core.by_presence];
        assert!(
            all.into_iter()
                .flatten()
                .all(|amount| amount <= Amount::MAX_MONEY)
        );
        assert_eq!(Limits::from(core), limits);
    }
    if let Some(asked) = request::<CoinLockRequest>(json) {
        told(parse::outpoint(&asked.outpoint));
    }
    if let Some(asked) = request::<LabelRequest>(json) {
        told(parse::label_target(asked.kind, &asked.target));
        told(parse::label(Some(&asked.label)));
    }
}

fn devices(json: &[u8]) {
    request::<FoundCircleRequest>(json);
    request::<HostPairingRequest>(json);
    request::<DigitsRequest>(json);
    request::<JoinPairingRequest>(json);
    request::<TakeKeysRequest>(json);
    request::<SweepRequest>(json);
    request::<DraftSweepRequest>(json);
    request::<AddPlaceRequest>(json);
    request::<RecoverCircleRequest>(json);
    request::<WatchScanned>(json);
    request::<SyncPlacesRequest>(json);
    request::<WrittenValue>(json);
    request::<NoticeQuery>(json);
    request::<ProveBackupRequest>(json);
    if let Some(asked) = request::<NoticeRef>(json) {
        told(parse::notice_id(&asked.notice_id));
    }
    if let Some(CircleNoticeRef {
        place_id: Some(place),
    }) = request::<CircleNoticeRef>(json)
    {
        told(parse::place_id(&place));
    }
    if let Some(asked) = request::<PlacePasswordRequest>(json) {
        told(parse::request_id(&asked.request_id));
        told(parse::place_id(&asked.place_id));
    }
    if let Some(asked) = request::<ExportLabels>(json) {
        told(parse::request_id(&asked.request_id));
        told(parse::wallet_id(asked.wallet_id.as_deref()));
    }
    // It names nothing that is parsed.
    request::<ShowMeetingRequest>(json);
    if let Some(asked) = request::<TakeLabelsRequest>(json) {
        told(parse::request_id(&asked.read_id));
    }
    if let Some(asked) = request::<TakeWalletRequest>(json) {
        told(parse::wallet_id(Some(&asked.wallet_id)));
    }
    if let Some(asked) = request::<RemoveDeviceRequest>(json) {
        told(parse::device_id(&asked.device_id));
    }
    if let Some(asked) = request::<PlaceRef>(json) {
        told(parse::place_id(&asked.place_id));
    }
    if let Some(asked) = request::<SettleRequest>(json)
        && let Some(core) = told(satchel_app::conflicts::ConflictOn::try_from(
            asked.on.clone(),
        ))
    {
        // What is meant is one thing, however its ids were written.
        let back = ConflictOn::from(core.clone());
        assert_eq!(told(back.try_into()), Some(core));
    }
}

fn contacts(json: &[u8]) {
    request::<ContactQuery>(json);
    if let Some(asked) = request::<AddContactRequest>(json) {
        told(AddContact::try_from(asked));
    }
    if let Some(asked) = request::<KeepContactAddressRequest>(json) {
        told(KeepAddress::try_from(asked));
    }
    if let Some(asked) = request::<RenameContactRequest>(json) {
        told(parse::contact_name(&asked.name));
        told(parse::label(asked.note.as_deref()));
    }
    if let Some(asked) = request::<ContactRef>(json) {
        told(parse::contact_id(&asked.contact_id));
    }
    if let Some(asked) = request::<ContactAddressRef>(json) {
        told(parse::contact_address_id(&asked.address_id));
    }
    if let Some(asked) = request::<ChooseContactRequest>(json) {
        asked
            .address_id
            .and_then(|id| told(parse::contact_address_id(&id)));
    }
}

/// What was typed is in no error and in no text made of the answer.
fn sealed(json: &[u8]) {
    // The texts of 24 words and the one that is too many.
    match frugal_secrets(25, json.len(), || serde_json::from_slice::<Answer>(json)) {
        Ok(answer) => {
            let shown = format!("{answer:?}");
            assert!(shown.len() < 200 || matches!(answer, Answer::Check(_)));
            if let Answer::Passphrase(typed) = answer {
                let text = typed.into_secret();
                assert!(text.expose().len() <= 4096);
                assert!(text.expose().len() < 32 || !shown.contains(text.expose()));
            }
        }
        // Nothing of the input but where it goes wrong.
        Err(error) => assert!(error.to_string().len() < 80, "an error that quotes"),
    }
}

/// Amounts are whole and no more than there is; a rate keeps its thousandths.
fn numbers(json: &[u8]) {
    if let Ok(sats) = serde_json::from_slice::<satchel_wire::Sats>(json) {
        assert!(sats.to_amount() <= Amount::MAX_MONEY);
        let text = std::str::from_utf8(json).expect("JSON is text");
        assert_eq!(text.trim(), sats.to_amount().to_sat().to_string());
    }
    if let Ok(rate) = serde_json::from_slice::<satchel_wire::FeeRate>(json) {
        let text = serde_json::to_string(&rate).expect("a number");
        assert_eq!(
            serde_json::from_str::<satchel_wire::FeeRate>(&text).ok(),
            Some(rate)
        );
        told(parse::fee_rate(rate));
    }
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let text = |mode: u8, text: &str| [&[mode], text.as_bytes()].concat();
    let id = "00112233445566778899aabbccddeeff";
    let txid = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b";
    vec![
        (
            "draft",
            text(
                0,
                &format!(
                    r#"{{"request_id":"{id}","wallet_id":null,"recipients":[{{"address":"bcrt1q","amount":1000}},{{"address":"b","amount":null}}],"fee_rate":2.5,"coins":["{txid}:0"],"label":"rent","replaces":null}}"#
                ),
            ),
        ),
        (
            "bump",
            text(
                0,
                &format!(
                    r#"{{"request_id":"{id}","wallet_id":"{id}","txid":"{txid}","fee_rate":12}}"#
                ),
            ),
        ),
        (
            "cancel",
            text(
                0,
                &format!(
                    r#"{{"request_id":"{id}","wallet_id":null,"txid":"{txid}","draft_id":null,"fee_rate":null}}"#
                ),
            ),
        ),
        ("draft-ref", text(0, &format!(r#"{{"draft_id":"{id}"}}"#))),
        (
            "create-wallet",
            text(
                1,
                &format!(
                    r#"{{"request_id":"{id}","name":"Try","network":"regtest","script_type":"nested_segwit"}}"#
                ),
            ),
        ),
        (
            "rename",
            text(1, &format!(r#"{{"wallet_id":"{id}","name":"Savings"}}"#)),
        ),
        (
            "intent",
            text(1, &format!(r#"{{"request_id":"{id}","wallet_id":null}}"#)),
        ),
        (
            "addresses",
            text(
                2,
                r#"{"side":"change","after":"aa","limit":500,"unused_only":true}"#,
            ),
        ),
        (
            "history",
            text(
                2,
                r#"{"limit":4294967295,"direction":"outgoing","search":"rent"}"#,
            ),
        ),
        (
            "add-contact",
            text(
                9,
                &format!(
                    r#"{{"request_id":"{id}","wallet_id":null,"name":"Mum","note":"rent","address":"bcrt1q"}}"#
                ),
            ),
        ),
        (
            "contact-address",
            text(
                9,
                &format!(r#"{{"contact_id":"{id}","address_id":"regtest/{id}"}}"#),
            ),
        ),
        ("coins", text(2, r#"{"after":null,"search":""}"#)),
        (
            "coin-lock",
            text(
                3,
                &format!(r#"{{"wallet_id":null,"outpoint":"{txid}:1","locked":true}}"#),
            ),
        ),
        (
            "label",
            text(
                3,
                &format!(
                    r#"{{"wallet_id":null,"kind":"output","target":"{txid}:1","label":"rent"}}"#
                ),
            ),
        ),
        (
            "backend",
            text(3, r#"{"network":"signet","url":"https://example.org/api"}"#),
        ),
        (
            "payment",
            text(3, r#"{"wallet_id":null,"text":"bitcoin:bcrt1q"}"#),
        ),
        ("sync", text(3, r#"{"full":true}"#)),
        (
            "limits",
            text(
                3,
                r#"{"per_payment":1000,"per_day":null,"by_presence":500}"#,
            ),
        ),
        ("page-error", text(3, r#"{"kind":"error","message":"x"}"#)),
        (
            "settings",
            text(
                4,
                r#"{"unit":"sats","theme":"dark","auto_lock_minutes":15}"#,
            ),
        ),
        (
            "passphrase",
            text(
                5,
                r#"{"passphrase":"correct horse battery staple and more"}"#,
            ),
        ),
        ("change", text(5, r#"{"change":{"current":"a","new":"b"}}"#)),
        (
            "words",
            text(5, r#"{"words":{"words":"abandon about","extra":""}}"#),
        ),
        ("check", text(5, r#"{"check":["a","b"]}"#)),
        ("reveal", text(5, r#""reveal""#)),
        ("verify", text(5, r#"{"verify":"abandon about"}"#)),
        ("extra", text(5, r#"{"extra":"more"}"#)),
        ("choose", text(5, r#"{"choose":["taproot","legacy"]}"#)),
        (
            "join-pairing",
            text(
                7,
                &format!(
                    r#"{{"request_id":"{id}","name":"Phone","code":"SAT1","at":["10.0.0.1:1"]}}"#
                ),
            ),
        ),
        (
            "found-circle",
            text(7, &format!(r#"{{"request_id":"{id}","name":"Desk"}}"#)),
        ),
        (
            "add-place",
            text(
                7,
                &format!(
                    r#"{{"request_id":"{id}","place":{{"kind":"s3","endpoint":"https://s","bucket":"b","region":"r","user":"u"}}}}"#
                ),
            ),
        ),
        (
            "add-folder",
            text(
                7,
                &format!(r#"{{"request_id":"{id}","place":{{"kind":"folder"}}}}"#),
            ),
        ),
        (
            "settle",
            text(
                7,
                &format!(
                    r#"{{"on":{{"kind":"label","wallet_id":"{id}","on":"tx","target":"{txid}"}},"text":"rent"}}"#
                ),
            ),
        ),
        (
            "remove-device",
            text(7, &format!(r#"{{"request_id":"{id}","device_id":"{id}"}}"#)),
        ),
        ("place", text(7, &format!(r#"{{"place_id":"{id}"}}"#))),
        ("digits", text(7, r#"{"digits":"123 456"}"#)),
        ("notices", text(7, r#"{"all":true}"#)),
        ("notice", text(7, &format!(r#"{{"notice_id":"{id}"}}"#))),
        (
            "prove-backup",
            text(7, &format!(r#"{{"request_id":"{id}","choose":true}}"#)),
        ),
        (
            "place-password",
            text(7, &format!(r#"{{"request_id":"{id}","place_id":"{id}"}}"#)),
        ),
        (
            "take-labels",
            text(
                7,
                &format!(r#"{{"request_id":"{id}","read_id":"{id}","differing":"take_theirs"}}"#),
            ),
        ),
        ("console-page", text(8, r#"{"after":"5","limit":10}"#)),
        (
            "console-send",
            text(
                8,
                &format!(
                    r#"{{"request_id":"{id}","wallet":"a","address":"bcrt1q","amount":1000,"fee_rate":1.5,"subtract_fee":false}}"#
                ),
            ),
        ),
        (
            "console-key",
            text(
                8,
                &format!(r#"{{"request_id":"{id}","key":{{"kind":"login","user":"a"}}}}"#),
            ),
        ),
        ("sats", text(6, "2100000000000000")),
        ("rate", text(6, "9999.999")),
    ]
}
