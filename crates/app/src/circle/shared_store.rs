//! A store that shares: what is written through it is written into the circle's objects too, in the
//! same transaction, so that nothing is said to be done that the other devices would never hear of.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use bitcoin::{Network, OutPoint, Txid};
use satchel_bundle::object::{Contents, Place};
use satchel_bundle::replica::{Replica, WriteError};
use satchel_bundle::state::Change;
use satchel_ports::{Clock, Entropy, EntropyError, KeptObject, StoreError, WalletStore};
use satchel_types::{
    AddressQuery, AddressRow, Backend, Balance, Batch, BlobName, CircleRecord, CoinQuery, CoinRow,
    ContactId, ContactQuery, ContactRow, Draft, DraftId, Freshness, HandOut, HistoryQuery,
    LabelTarget, Lease, Notice, Page, Payee, PlaceRecord, RequestId, Timestamp, TxRow, WalletId,
    WalletRecord, Write,
};

use tokio::sync::broadcast;

use super::{CHANGES_AN_OBJECT, Circle, put_unsaid, share_of, stamp, undeclared};
use crate::events::Event;

/// The open database, and the circle if this device belongs to one.
pub(crate) struct SharedStore {
    inner: Arc<dyn WalletStore>,
    entropy: Arc<dyn Entropy>,
    clock: Arc<dyn Clock>,
    circle: RwLock<Option<Arc<Circle>>>,
    /// Who hears of what was written for others.
    listeners: OnceLock<broadcast::Sender<Event>>,
}

impl SharedStore {
    pub(crate) fn new(
        inner: Arc<dyn WalletStore>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            inner,
            entropy,
            clock,
            circle: RwLock::new(None),
            listeners: OnceLock::new(),
        }
    }

    /// Tells these listeners from now on; only the first ones are kept.
    pub(crate) fn tell_to(&self, listeners: broadcast::Sender<Event>) {
        // A store belongs to one session, and a session to one program.
        let _ = self.listeners.set(listeners);
    }

    /// Returns the database alone: what is written there is not shared, because others wrote it.
    pub(crate) fn unshared(&self) -> &Arc<dyn WalletStore> {
        &self.inner
    }

    pub(crate) fn circle(&self) -> Option<Arc<Circle>> {
        self.circle
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set_circle(&self, circle: Option<Arc<Circle>>) {
        *self.circle.write().unwrap_or_else(PoisonError::into_inner) = circle;
    }

    /// Writes an object that says nothing but what this device has heard of.
    pub(crate) fn say_heard(&self) -> Result<(), StoreError> {
        let Some(circle) = self.circle() else {
            return Ok(());
        };
        let mut replica = circle.replica();
        let draw = |out: &mut [u8]| self.entropy.fill(out).map_err(no_random);
        let stamp = stamp(self.clock.now());
        let Ok(draft) = replica.draft(Contents::Shared(Vec::new()), &stamp, draw)? else {
            return Ok(());
        };
        let name = draft.place().name(&draft.sealed().hash);
        let keep = Write::KeepObject(name, draft.sealed().bytes.clone());
        self.inner.apply(&Batch::from(keep))?;
        replica.take_in(draft);
        Ok(())
    }

    fn share(&self, circle: &Circle, batch: &Batch) -> Result<(), StoreError> {
        // Held until it is stored, so that no other write takes the same place in the stream.
        let mut replica = circle.replica();
        let draw = |out: &mut [u8]| self.entropy.fill(out).map_err(no_random);
        let changes = share_of(batch, &*self.inner, &replica, self.clock.now(), draw)?;
        self.write(&mut replica, batch, &changes)
    }

    /// Stores a batch together with the object that says these changes to the others. The replica is
    /// held by the caller from before the changes were made.
    pub(crate) fn write(
        &self,
        replica: &mut Replica,
        batch: &Batch,
        changes: &[Change],
    ) -> Result<(), StoreError> {
        // What had to wait for keys goes first, so that what was written after it is said after it.
        let held = replica.unsaid().to_vec();
        if changes.is_empty() && held.is_empty() {
            return self.inner.apply(batch);
        }
        if !replica.state().has_room_for(changes) {
            return Err(StoreError::SharedFull);
        }
        let all: Vec<Change> = held.iter().chain(changes).cloned().collect();
        let draw = |out: &mut [u8]| self.entropy.fill(out).map_err(no_random);
        // One object holds nearly every batch. The labels of a large file take several, which are stored with it all
        // the same: one after the other, since each names the one before it.
        let stamp = stamp(self.clock.now());
        let drafts = match replica.draft_all(&all, CHANGES_AN_OBJECT, &stamp, draw)? {
            Ok(drafts) => drafts,
            // Said as soon as the keys come (ADR 0020).
            Err(WriteError::AwaitsKeys) => return self.hold(replica, batch, changes),
            // Removed: this device goes on by itself (ADR 0017).
            Err(WriteError::NoKeys) => return self.inner.apply(batch),
            Err(error) => return Err(not_shared(error)),
        };
        let mut whole = batch.clone();
        // Whoever has the last of them has the one that asks.
        if let Some(last) = drafts.last() {
            name_object(&mut whole, last.place());
        }
        for draft in &drafts {
            let name = draft.place().name(&draft.sealed().hash);
            whole.push(Write::KeepObject(name, draft.sealed().bytes.clone()));
        }
        if !held.is_empty() {
            whole.push(put_unsaid(&[]));
        }
        self.inner.apply(&whole)?;
        for draft in drafts {
            replica.take_in(draft);
        }
        replica.said();
        if let Some(listeners) = self.listeners.get() {
            // An error means only that nobody listens.
            let _ = listeners.send(Event::CircleWritten);
        }
        Ok(())
    }

    /// Stores a batch whose shared part has to wait for keys, together with that part.
    fn hold(
        &self,
        replica: &mut Replica,
        batch: &Batch,
        changes: &[Change],
    ) -> Result<(), StoreError> {
        let is_lease = |change: &Change| matches!(change, Change::Leased { .. });
        // Asked for again once somebody can hear it.
        let changes: Vec<_> = changes.iter().filter(|it| !is_lease(it)).cloned().collect();
        let mut whole = batch.clone();
        whole
            .writes
            .retain(|write| !matches!(write, Write::PutLease(_, lease) if !lease.confirmed));
        if !changes.is_empty() {
            let unsaid = replica.unsaid_with(&changes).map_err(not_shared)?;
            whole.push(put_unsaid(&unsaid));
        }
        self.inner.apply(&whole)?;
        replica.hold(changes);
        Ok(())
    }

    /// Says what had to wait for keys, if they are there, and what this device has not said yet of the keys it holds.
    pub(crate) fn catch_up(&self) -> Result<(), StoreError> {
        let Some(circle) = self.circle() else {
            return Ok(());
        };
        let mut replica = circle.replica();
        let draw = |out: &mut [u8]| self.entropy.fill(out).map_err(no_random);
        let changes = undeclared(&*self.inner, &replica, self.clock.now(), draw)?;
        if changes.is_empty() && (replica.unsaid().is_empty() || !replica.can_write()) {
            return Ok(());
        }
        self.write(&mut replica, &Batch::new(), &changes)
    }

    /// Writes a snapshot of what is shared if this device's own changes have outgrown the last one. The next round
    /// brings it.
    pub(crate) fn tidy(&self) -> Result<bool, StoreError> {
        let Some(circle) = self.circle() else {
            return Ok(false);
        };
        let mut replica = circle.replica();
        if !replica.needs_snapshot() {
            return Ok(false);
        }
        let draw = |out: &mut [u8]| self.entropy.fill(out);
        let stamp = stamp(self.clock.now());
        let draft = match replica.draft_snapshot(&stamp, draw).map_err(no_random)? {
            Ok(draft) => draft,
            Err(error) => {
                tracing::warn!(%error, "no snapshot was written");
                return Ok(false);
            }
        };
        let name = draft.place().name(&draft.sealed().hash);
        let keep = Write::KeepObject(name, draft.sealed().bytes.clone());
        self.inner.apply(&Batch::from(keep))?;
        replica.take_in(draft);
        Ok(true)
    }
}

/// Notes with what this device asks for in which object it says so.
fn name_object(batch: &mut Batch, place: &Place) {
    for write in &mut batch.writes {
        if let Write::PutLease(_, lease) = write
            && !lease.confirmed
        {
            (lease.stream, lease.seq) = (place.stream, place.seq);
        }
    }
}

/// The system gave no random bytes, without which nothing can be sealed.
fn no_random(error: EntropyError) -> StoreError {
    StoreError::Io(Box::new(error))
}

/// What cannot be said to the others is not said to be done.
fn not_shared(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::TooLargeToShare(Box::new(error))
}

macro_rules! handed_on {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)*) => {
        $(fn $name(&self, $($argument: $kind),*) -> Result<$answer, StoreError> {
            self.inner.$name($($argument),*)
        })*
    };
}

impl WalletStore for SharedStore {
    fn apply(&self, batch: &Batch) -> Result<(), StoreError> {
        match self.circle() {
            Some(circle) => self.share(&circle, batch),
            None => self.inner.apply(batch),
        }
    }

    handed_on! {
        compact(id: WalletId, whole: &[u8]) -> ();
        wallets() -> Vec<WalletRecord>;
        wallet(id: WalletId) -> WalletRecord;
        selected() -> Option<WalletId>;
        sealed_seed(id: WalletId) -> Option<Vec<u8>>;
        changes(id: WalletId) -> Vec<Vec<u8>>;
        balance(id: WalletId) -> Option<Balance>;
        freshness(id: WalletId) -> Option<Freshness>;
        history(id: WalletId, query: &HistoryQuery) -> Page<TxRow>;
        transaction(id: WalletId, txid: Txid) -> Option<TxRow>;
        coins(id: WalletId, query: &CoinQuery) -> Page<CoinRow>;
        all_coins(id: WalletId) -> Vec<CoinRow>;
        addresses(id: WalletId, query: &AddressQuery) -> Page<AddressRow>;
        address(id: WalletId, address: &str) -> Option<AddressRow>;
        verify() -> ();
        labels(id: WalletId) -> Vec<(LabelTarget, String)>;
        locked_coins(id: WalletId) -> Vec<OutPoint>;
        draft(id: DraftId) -> Option<Draft>;
        drafts(id: WalletId) -> Vec<Draft>;
        request(id: RequestId) -> Option<String>;
        backend(network: Network) -> Option<Backend>;
        circle() -> Option<CircleRecord>;
        objects() -> Vec<KeptObject>;
        object(name: &BlobName) -> Option<Vec<u8>>;
        marks(place: &str) -> Vec<BlobName>;
        places() -> Vec<PlaceRecord>;
        reservations(id: WalletId) -> Vec<(Txid, Timestamp)>;
        hand_outs(id: WalletId) -> Vec<HandOut>;
        leases(id: WalletId) -> Vec<Lease>;
        notices() -> Vec<Notice>;
        contacts(query: &ContactQuery) -> Page<ContactRow>;
        contact(id: ContactId) -> Option<ContactRow>;
        payees(network: Network, addresses: &[String]) -> Vec<Option<Payee>>;
        setting(key: &str) -> Option<String>;
    }

    fn close(&self) {
        self.set_circle(None);
        self.inner.close();
    }
}

#[cfg(test)]
mod tests;
