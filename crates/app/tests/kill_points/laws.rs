//! Flows, the moments of one, and what must be true after each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use async_trait::async_trait;
use bitcoin::hashes::Hash as _;
use satchel_keys::Seed;
use satchel_ports::WalletStore;
use satchel_types::WalletId;
use satchel_vault::VaultKey;
use satchel_wallet::Engine;

use crate::disk::Dice;
use crate::process::{Between, Moment, Process, Remains};

/// `Err`: what was promised and is not so.
pub type Law = Result<(), String>;

/// Something that a person asks for and that ends in writes.
#[async_trait(?Send)]
pub trait Flow: Sync {
    /// What it is called in reports.
    fn name(&self) -> &'static str;

    /// What is there before.
    fn before(&self) -> &Remains;

    /// Opens the home. Not part of the act.
    async fn open(&self, process: &Process) {
        process.unlock_by_keychain().await.unwrap();
    }

    /// Does it. Returns what is told.
    async fn act(&self, process: &Process) -> String;

    /// Checks, in a process that was started on what another one left, that what was told is there and
    /// what was not is absent or comes by asking again.
    async fn check(&self, process: &Process, point: &Point) -> Law;
}

/// Where a process ended.
pub struct Point {
    what: String,
    remains: Remains,
    /// What had been told by then.
    pub told: Option<String>,
    /// Whether to ask again for what was not told.
    pub again: bool,
    /// Whether to look closely, with work that takes longer: each stretched passphrase does.
    pub close: bool,
}

/// What came of all the points of a flow.
pub struct Outcome {
    pub points: usize,
    pub broken: Vec<String>,
}

/// Of how many torn disks one is asked again.
const AGAIN: usize = 4;
/// Of how many torn disks one is looked at closely.
const CLOSE: usize = 32;

/// Does the act once, looking at each moment at what a process that ended there would leave; then starts
/// a process on each of these, and on up to `tears` disks between two of them.
pub fn run(flow: &dyn Flow, between: Between, tears: usize, seed: u64) -> Outcome {
    let moments = runtime().block_on(async {
        let process = Process::with(flow.before(), between).await;
        flow.open(&process).await;
        process.recorder.start();
        let told = flow.act(&process).await;
        process.recorder.acknowledge(told);
        process.app.lock();
        process.recorder.moment("the end");
        process.recorder.take()
    });
    let points = points(moments, tears, &mut Dice(seed));
    let (next, broken) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let threads = thread::available_parallelism().map_or(1, |n| n.get());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let runtime = runtime();
                while let Some(point) = points.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let kept = runtime.block_on(async {
                        let process = Process::on(&point.remains).await;
                        flow.check(&process, point).await
                    });
                    if let Err(what) = kept {
                        let told = point.told.is_some();
                        let line =
                            format!("{}, {} (told: {told}): {what}", flow.name(), point.what);
                        broken.lock().unwrap().push(line);
                    }
                }
            });
        }
    });
    Outcome {
        points: points.len(),
        broken: broken.into_inner().unwrap(),
    }
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        // Questions end by time, and two devices reach each other.
        .enable_all()
        .build()
        .unwrap()
}

fn points(moments: Vec<Moment>, tears: usize, dice: &mut Dice) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    let mut torn = 0;
    for (n, now) in moments.iter().enumerate() {
        let what = format!("{n}: {}", now.what);
        let same = n > 0 && {
            let last = &moments[n - 1];
            last.remains.disk == now.remains.disk
                && last.remains.items == now.remains.items
                && last.remains.sent.len() == now.remains.sent.len()
                && last.remains.place == now.remains.place
                && last.acknowledged == now.acknowledged
        };
        if !same {
            points.push(Point {
                what: what.clone(),
                remains: now.remains.clone(),
                told: now.acknowledged.clone(),
                again: true,
                close: true,
            });
        }
        let Some(next) = moments.get(n + 1) else {
            continue;
        };
        for (how, disk) in now.remains.disk.torn(&next.remains.disk, dice, tears) {
            torn += 1;
            points.push(Point {
                what: format!("{what}, then {how}"),
                remains: Remains {
                    disk,
                    ..now.remains.clone()
                },
                told: now.acknowledged.clone(),
                again: torn % AGAIN == 0,
                close: torn % CLOSE == 0,
            });
        }
    }
    points
}

/// Fails a law unless something is so.
pub fn must(so: bool, what: impl FnOnce() -> String) -> Law {
    if so { Ok(()) } else { Err(what()) }
}

/// Wallets that were found whole, to be looked at once.
static WHOLE: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Everything that is kept of each wallet, as text. No wallet is there by half: each has its seed, the
/// seed makes its addresses, and the engine's state can be read.
pub fn wallets(
    store: &dyn WalletStore,
    key: &VaultKey,
) -> Result<BTreeMap<WalletId, String>, String> {
    let mut all = BTreeMap::new();
    for mut record in store.wallets().map_err(said)? {
        let (id, name) = (record.id, record.name.as_str().to_owned());
        let sealed = store.sealed_seed(id).map_err(said)?;
        let sealed = sealed.ok_or_else(|| format!("{name} has no seed"))?;
        let pieces = store.changes(id).map_err(said)?;
        let hash = bitcoin::hashes::sha256::Hash::hash;
        let (words, kept) = (hash(&sealed), hash(&pieces.concat()));
        // Backups note it on every wallet.
        record.backed_up_at = None;
        let whole = format!("{record:?} {words} {kept}");
        if !WHOLE.lock().unwrap().contains(&whole) {
            let plain = satchel_vault::open_seed(&key.seed_key(), id, &sealed).map_err(said)?;
            let seed = Seed::from_secret_bytes(&plain).map_err(said)?;
            let (kind, network) = (record.script_type, record.network);
            let made = satchel_keys::public_descriptors(&seed, kind, network, record.account);
            must(made.map_err(said)? == record.descriptors, || {
                format!("the words of {name} make other addresses")
            })?;
            Engine::load(&record, &pieces).map_err(said)?;
            WHOLE.lock().unwrap().insert(whole);
        }
        let labels = store.labels(id).map_err(said)?;
        let locks = store.locked_coins(id).map_err(said)?;
        let coins = store.all_coins(id).map_err(said)?;
        all.insert(
            id,
            format!("{record:?} {labels:?} {locks:?} {coins:?} {kept}"),
        );
    }
    Ok(all)
}

/// Checks that every wallet that was there before is there as it was.
pub fn untouched(before: &BTreeMap<WalletId, String>, now: &BTreeMap<WalletId, String>) -> Law {
    for (id, was) in before {
        must(now.get(id) == Some(was), || {
            format!("another wallet changed: {id}")
        })?;
    }
    Ok(())
}

pub fn said(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}
