//! A device: a disk, a clock that may be wrong, and what it is doing at the moment.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use satchel_bundle::keys::Device;
use satchel_bundle::object::ObjectHash;
use satchel_bundle::replica::{Identity, Replica, Stamp};
use satchel_ports::{BlobStore, KeepError, ObjectKeep};
use satchel_secrets::SecretBytes;
use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::wrap_key;
use satchel_sync::{Check, Loaded, Memory, Report, Round, RoundError};
use satchel_types::{BlobName, CircleId, DeviceId};
use tokio_util::sync::CancellationToken;

use crate::dice::Dice;
use crate::faults::Fault;
use crate::keep::{Disk, SimKeep};
use crate::place::SimPlace;

pub const CIRCLE: CircleId = CircleId::from_bytes([1; 16]);

/// Something that is going on.
pub type Task<T> = Pin<Box<dyn Future<Output = T>>>;

/// Goes one step with a task; `None`: it is not done, or there is none.
pub fn step<T>(task: &mut Option<Task<T>>) -> Option<T> {
    let going = task.as_mut()?;
    match going.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => {
            *task = None;
            Some(value)
        }
        Poll::Pending => None,
    }
}

/// A wait of one turn.
pub struct Pause {
    dice: Dice,
    at: Fault,
    waits: bool,
}

/// Waits once: here a device can crash, which is counted, and others go on.
pub fn pause(dice: &Dice, at: Fault) -> Pause {
    Pause {
        dice: dice.clone(),
        at,
        waits: false,
    }
}

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.waits = !self.waits;
        if !self.waits {
            return Poll::Ready(());
        }
        self.dice.note_wait(self.at);
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        if self.waits {
            self.dice.note_end_at(self.at);
        }
    }
}

/// What a round left.
pub struct Done {
    pub memory: Memory,
    pub place: usize,
    /// How closely it was looked at, and when by the device's clock.
    pub check: Check,
    pub at: u64,
    pub result: Result<Report, RoundError>,
}

pub fn key(byte: u8) -> SecretBytes<32> {
    SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
}

/// The key that signs who belongs.
pub fn owner_key() -> SecretBytes<32> {
    key(255)
}

/// The public half of [`owner_key`].
pub fn owner() -> [u8; 32] {
    static OWNER: LazyLock<[u8; 32]> = LazyLock::new(|| verify_key(&owner_key()));
    *OWNER
}

/// The public keys of the devices; the same in every run.
fn public(who: u8) -> ([u8; 32], [u8; 32]) {
    type Known = Mutex<BTreeMap<u8, ([u8; 32], [u8; 32])>>;
    static KNOWN: Known = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    *known.entry(who).or_insert_with(|| {
        let wrap = wrap_key(&key(who + 100)).expect("no low point");
        (verify_key(&key(who)), wrap)
    })
}

/// The id of the device that is called so.
pub fn id(who: u8) -> DeviceId {
    DeviceId::from_bytes([who; 16])
}

/// A device as it is added.
pub fn added(who: u8, seeds: bool) -> Device {
    let (sign_key, wrap_key) = public(who);
    Device {
        id: id(who),
        added_at: 1,
        sign_key,
        wrap_key,
        name: format!("Device {who}"),
        system: "Sim".to_owned(),
        seeds,
    }
}

/// A round that begins.
pub struct Going {
    /// Which place.
    pub place: usize,
    /// What the device sees of it.
    pub seen: Box<dyn BlobStore>,
    pub check: Check,
    /// What time it truly is.
    pub now: u64,
}

/// A device.
pub struct Dev {
    /// Which; copies share it.
    pub who: u8,
    pub keep: Arc<SimKeep>,
    /// The places it uses.
    pub uses: Vec<usize>,
    /// By how much its clock is wrong, in seconds.
    pub skew: i64,
    /// Its disk is gone for good.
    pub dead: bool,
    /// It was removed and goes on as if it had not been (`stubborn.rs`).
    pub stubborn: bool,
    /// What it knows while its program runs.
    pub live: Option<Arc<Mutex<Replica>>>,
    pub memory: Option<Memory>,
    pub backups: Vec<Disk>,
    /// What its last rounds passed over.
    pub passed: BTreeMap<BlobName, satchel_sync::WhyNot>,
    pub load: Option<Task<Result<Loaded, KeepError>>>,
    pub round: Option<Task<Done>>,
    /// An object that is being kept, and whether it could be.
    pub write: Option<Task<(ObjectHash, Result<(), KeepError>)>>,
}

impl Dev {
    pub fn new(who: u8, keep: SimKeep, uses: Vec<usize>) -> Self {
        Self {
            who,
            keep: Arc::new(keep),
            uses,
            skew: 0,
            dead: false,
            stubborn: false,
            live: None,
            memory: None,
            backups: Vec::new(),
            passed: BTreeMap::new(),
            load: None,
            round: None,
            write: None,
        }
    }

    pub fn replica(&self) -> Option<MutexGuard<'_, Replica>> {
        let live = self.live.as_ref()?;
        Some(live.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether its own picture says that it belongs, and it does not look away.
    pub fn belongs(&self) -> bool {
        !self.stubborn && self.replica().is_some_and(|replica| replica.belongs())
    }

    /// Whether it holds the owner's key.
    pub fn is_owner(&self) -> bool {
        self.replica()
            .is_some_and(|replica| replica.owner_key().is_some())
    }

    /// Starts its program.
    pub fn start(&mut self) {
        let identity = Identity {
            device: id(self.who),
            sign: key(self.who),
            wrap: key(self.who + 100),
        };
        let own = self.keep.disk().own;
        let empty = Replica::new(CIRCLE, owner(), identity, own);
        let keep = self.keep.clone();
        self.load = Some(Box::pin(async move {
            pause(keep.dice(), Fault::EndAtStart).await;
            satchel_sync::load(empty, &*keep).await
        }));
    }

    /// The program ends here and now.
    pub fn crash(&mut self) {
        self.keep.dice().set_ending(true);
        self.live = None;
        self.memory = None;
        self.load = None;
        self.round = None;
        self.write = None;
        self.keep.dice().set_ending(false);
    }

    /// How closely it looks at a place now, by the app's own rule.
    pub fn look_due(&self, place: &SimPlace, now: u64) -> Check {
        let looked = self.keep.disk().looked.get(&place.name).copied();
        Check::due(looked, self.clock(now))
    }

    /// Begins a round with a place, as the device sees it.
    pub fn go_round(&mut self, going: Going) {
        let now_ms = self.clock(going.now).saturating_mul(1_000);
        let (Some(replica), Some(mut memory)) = (self.live.clone(), self.memory.take()) else {
            return;
        };
        let keep = self.keep.clone();
        let spare = keep.dice().streams();
        self.round = Some(Box::pin(async move {
            let cancel = CancellationToken::new();
            let with = Round {
                store: &*going.seen,
                place: going.seen.place(),
                keep: &*keep,
                spare,
                check: going.check,
                now_ms,
                cancel: &cancel,
            };
            let result = satchel_sync::round(&replica, &mut memory, &with, &mut |_| {}).await;
            Done {
                memory,
                place: going.place,
                check: going.check,
                at: now_ms / 1_000,
                result,
            }
        }));
    }

    /// Begins to keep an object that was written.
    pub fn keep_object(&mut self, name: BlobName, hash: ObjectHash, bytes: Vec<u8>) {
        let keep = self.keep.clone();
        self.write = Some(Box::pin(
            async move { (hash, keep.put(&[(name, bytes)]).await) },
        ));
    }

    /// Its clock, in seconds, when it is truly `now`.
    pub fn clock(&self, now: u64) -> u64 {
        now.saturating_add_signed(self.skew)
    }

    pub fn stamp(&self, now: u64) -> Stamp {
        Stamp {
            clock_ms: self.clock(now) * 1_000,
            app: "sim".to_owned(),
        }
    }
}
