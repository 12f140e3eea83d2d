//! Two devices that share a wallet and meet in one place, as flows among devices begin and end.

use std::collections::BTreeMap;

use bitcoin::{Amount, OutPoint};
use satchel_app::Digits;
use satchel_app::circle_status::{CircleView, DeviceView};
use satchel_app::draft::{CoinChoice, CreateDraft};
use satchel_app::found_circle::DeviceName;
use satchel_app::join_pairing::PairingCode;
use satchel_app::sync_circle::CircleRound;
use satchel_keys::RecoveryWords;
use satchel_testkit::rows;
use satchel_types::{
    DeviceId, FeeRate, LabelTarget, PlaceAddress, RequestId, ScriptType, WalletId,
};
use tokio_util::sync::CancellationToken;

use crate::home::{Home, home};
use crate::laws::{Law, must, runtime, said};
use crate::process::{Process, Remains};

pub fn named(name: &str) -> DeviceName {
    DeviceName {
        name: name.to_owned(),
        system: "Test".to_owned(),
    }
}

/// A desk that holds a wallet and a phone that watches it, in step at a place; then each wrote something that the other
/// has not heard of. What the phone wrote lies at the place.
pub struct Two {
    pub desk: Home,
    pub phone: Remains,
    pub wallet: WalletId,
    /// The phone.
    pub id: DeviceId,
    /// A coin that the desk locked.
    pub locked: OutPoint,
    /// The words that open what lies at the place.
    pub words: RecoveryWords,
}

/// What the desk and the phone wrote apart, by the number of a transaction.
pub const DESKS: u32 = 50;
pub const PHONES: u32 = 60;

impl Two {
    pub fn new() -> Self {
        let (mut desk, phone) = (home(&[ScriptType::Taproot], 3), home(&[], 0));
        runtime().block_on(async {
            let one = opened(&desk.remains).await;
            one.app.found_circle(named("Desk")).await.unwrap();
            let two = opened(&phone.remains).await;
            let new = two.app.new_device(named("Phone")).await.unwrap();
            let request = new.request().unwrap();
            let id = request.id;
            let admission = one.app.admit_device(request, false).await.unwrap();
            two.app.join_circle(new, &admission).await.unwrap();
            let words = one.app.new_recovery_key().await.unwrap();
            let wallet = one.store().wallets().unwrap()[0].id;
            meet(&one, &two).await.unwrap();
            two.app.take_wallet(wallet).await.unwrap();
            meet(&one, &two).await.unwrap();
            for process in [&one, &two] {
                for view in process.app.notices(false).unwrap() {
                    process.app.dismiss_notice(view.notice.id).unwrap();
                }
            }
            label(&two, wallet, PHONES);
            step(&two).await.unwrap();
            one.meeting.bring(two.meeting.files());
            label(&one, wallet, DESKS);
            let locked = lock(&one, wallet).await;
            prepare(&one, wallet).await;
            let request = RequestId::from_bytes([201; 16]);
            let shown = one.app.generate_address(Some(wallet), request, None);
            shown.await.unwrap();
            desk.remains = one.leave();
            Self {
                desk,
                phone: two.leave(),
                wallet,
                id,
                locked,
                words,
            }
        })
    }
}

/// Starts a program on what is left and opens its home.
pub async fn opened(remains: &Remains) -> Process {
    let process = Process::on(remains).await;
    process.unlock_by_keychain().await.unwrap();
    process
}

/// The same with another place.
pub async fn opened_at(remains: &Remains, from: &Process) -> Process {
    let process = opened(remains).await;
    process.meeting.bring(from.meeting.files());
    process
}

pub fn label(process: &Process, wallet: WalletId, number: u32) {
    let target = LabelTarget::Tx(rows::txid(number));
    let text = rows::label(&format!("label {number}"));
    process
        .app
        .set_label(Some(wallet), target, Some(text))
        .unwrap();
}

/// Whether a device shows a label that some device wrote.
pub fn has_label(process: &Process, wallet: WalletId, number: u32) -> Result<bool, String> {
    let target = LabelTarget::Tx(rows::txid(number));
    let labels = process.store().labels(wallet).map_err(said)?;
    let text = format!("label {number}");
    Ok(labels
        .iter()
        .any(|(on, label)| *on == target && *label == text))
}

/// Prepares a payment that is not sent.
async fn prepare(process: &Process, wallet: WalletId) {
    let elsewhere = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
    let draft = process.app.create_draft(CreateDraft {
        request: RequestId::from_bytes([202; 16]),
        wallet: Some(wallet),
        recipients: vec![(elsewhere.to_owned(), Some(Amount::from_sat(3_000)))],
        fee_rate: Some(FeeRate::from_sat_per_kvb(2_000).unwrap()),
        coins: CoinChoice::Auto,
        label: Some(rows::label("prepared")),
        replaces: None,
    });
    draft.await.unwrap();
}

/// Locks one of its coins and returns it.
async fn lock(process: &Process, wallet: WalletId) -> OutPoint {
    let coins = process.store().all_coins(wallet).unwrap();
    let coin = coins[0].outpoint;
    let lock = process.app.set_coin_lock(Some(wallet), coin, true);
    lock.await.unwrap();
    coin
}

/// A round with the place.
pub async fn step(process: &Process) -> Result<CircleRound, String> {
    let place = match process.app.places().map_err(said)?.first() {
        Some(place) => place.id,
        None => {
            let address = PlaceAddress::Folder("meeting".into());
            let added = process.app.add_place(address, None).await;
            added.map_err(said)?.id
        }
    };
    let cancel = CancellationToken::new();
    let round = process.app.sync_circle(place, cancel, &mut |_| {}).await;
    round.map_err(said)
}

/// Lets two devices go rounds by turns until both know the same.
pub async fn meet(one: &Process, two: &Process) -> Law {
    for _ in 0..4 {
        for (goes, other) in [(one, two), (two, one)] {
            let round = step(goes).await?;
            must(round.is_in_step(), || format!("not in step: {round:?}"))?;
            other.meeting.bring(goes.meeting.files());
        }
        if known(one)? == known(two)? {
            return Ok(());
        }
    }
    Err("they do not know the same after four rounds".to_owned())
}

/// What a device knows, as two can be compared by it.
fn known(process: &Process) -> Result<([u8; 32], Vec<DeviceId>), String> {
    let digest = process.app.circle_digest().map_err(said)?;
    let digest = digest.ok_or("the circle is gone")?;
    Ok((digest.state, digest.members))
}

pub fn view(process: &Process) -> Result<Option<CircleView>, String> {
    process.app.circle().map_err(said)
}

/// The other devices that belong, as one lists them.
pub fn others(process: &Process) -> Result<Vec<DeviceView>, String> {
    let view = view(process)?.ok_or("the circle is gone")?;
    let others = view.devices.into_iter();
    Ok(others
        .filter(|one| !one.this && one.removed_at.is_none())
        .collect())
}

/// Lets a new device join by the code that another one shows, over the local network, to the last word.
pub async fn pair(host: &Process, guest: &Process, name: &str) -> Law {
    let mut shown = host.app.host_pairing().await.map_err(said)?;
    let code = PairingCode::read(shown.text(), &[]).map_err(said)?;
    let cancel = CancellationToken::new();
    let (arrived, joining) = tokio::join!(
        host.app.await_guest(&mut shown, &cancel),
        guest.app.join_pairing(&code, named(name), &cancel)
    );
    let (arrived, joining) = (arrived.map_err(said)?, joining.map_err(said)?);
    let digits = Digits::read(&joining.digits()).ok_or("no digits")?;
    let adding = async {
        let added = host.app.admit_guest(arrived, &digits, &cancel).await;
        added.map_err(said)?.watches().await;
        Ok::<_, String>(())
    };
    let (added, joined) = tokio::join!(adding, guest.app.finish_joining(joining, &cancel));
    added?;
    joined.map_err(said)?;
    Ok(())
}

/// All that is kept of a wallet that devices could share, as text.
pub fn kept(process: &Process, wallet: WalletId) -> Result<String, String> {
    let store = process.store();
    let record = store.wallet(wallet).map_err(said)?;
    let labels = store.labels(wallet).map_err(said)?;
    let labels: BTreeMap<_, _> = labels
        .into_iter()
        .map(|(target, label)| (format!("{target:?}"), label))
        .collect();
    let mut locked = store.locked_coins(wallet).map_err(said)?;
    locked.sort_unstable();
    let drafts = store.drafts(wallet).map_err(said)?;
    let drafts: Vec<_> = drafts
        .iter()
        .map(|draft| {
            (
                draft.state,
                draft.psbt.unsigned_tx.compute_txid(),
                &draft.label,
            )
        })
        .collect();
    Ok(format!(
        "{} {labels:?} {locked:?} {drafts:?}",
        record.name.as_str()
    ))
}
