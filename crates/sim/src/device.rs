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
use crate::keep::{Disk, SimKeep};
use crate::place::SimPlace;
use crate::variant::{OneNumber, Variant};

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

/// Waits once: here a device can crash, and others go on.
pub async fn pause() {
    let mut waited = false;
    std::future::poll_fn(move |context| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// What a round left.
pub struct Done {
    pub memory: Memory,
    pub place: usize,
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

    /// Whether its own picture says that it belongs.
    pub fn belongs(&self) -> bool {
        self.replica().is_some_and(|replica| {
            let roster = replica.roster();
            roster.device(id(self.who)).is_some() && roster.removed(id(self.who)).is_none()
        })
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
            pause().await;
            satchel_sync::load(empty, &*keep).await
        }));
    }

    /// The program ends here and now.
    pub fn crash(&mut self) {
        self.live = None;
        self.memory = None;
        self.load = None;
        self.round = None;
        self.write = None;
    }

    /// Begins a round.
    pub fn go_round(
        &mut self,
        at: usize,
        place: &Arc<SimPlace>,
        check: Check,
        dice: &Dice,
        variant: Variant,
        now: u64,
    ) {
        let now_ms = self.clock(now).saturating_mul(1_000);
        let (Some(replica), Some(mut memory)) = (self.live.clone(), self.memory.take()) else {
            return;
        };
        let (place, keep) = (place.clone(), self.keep.clone());
        let spare = dice.streams();
        self.round = Some(Box::pin(async move {
            let cancel = CancellationToken::new();
            let seen = OneNumber {
                place: place.clone(),
                keep: keep.clone(),
            };
            let store: &dyn BlobStore = match variant {
                Variant::Real => &*place,
                Variant::OneNumberAStream => &seen,
            };
            let with = Round {
                store,
                place: &place.name,
                keep: &*keep,
                spare,
                check,
                now_ms,
                cancel: &cancel,
            };
            let result = satchel_sync::round(&replica, &mut memory, &with, &mut |_| {}).await;
            Done {
                memory,
                place: at,
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
