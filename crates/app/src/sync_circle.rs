//! A round with a place: what others left there becomes rows here, what is new here is left there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use satchel_bundle::state::Touched;
use satchel_ports::BlobError;
pub use satchel_sync::Progress;
use satchel_sync::{Check, Memory, Report, Round, RoundError, Standing};
use satchel_types::{Batch, BlobName, ChainSide, DraftId, PlaceId, WalletId, Write};
use tokio_util::sync::CancellationToken;

use crate::access_error::AccessError;
use crate::circle::{
    self, Circle, FileKeep, FileObjects, StoreKeep, copy, looked_key, no_rows_due, put_seen, rows,
    rows_due, seen_in_places, take_copy_seen,
};
use crate::events::Event;
use crate::high_water::confirmed;
use crate::open::Open;
use crate::replaced::Picture;
use crate::session::App;

/// Why there was no round.
#[derive(Debug, thiserror::Error)]
pub enum SyncCircleError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// This device shares with no others.
    #[error("this device shares with no others")]
    NotIn,
    /// There is no such place.
    #[error("this device goes to no such place")]
    UnknownPlace,
    /// The place's address cannot be used.
    #[error(transparent)]
    Place(#[from] satchel_ports::PlaceError),
    /// The place's password cannot be opened.
    #[error(transparent)]
    Password(#[from] satchel_vault::OpenSealedError),
    /// What others left could not be kept here. Nothing of it counts; the next round fetches it.
    #[error(transparent)]
    Keep(#[from] satchel_ports::KeepError),
}

impl From<satchel_ports::StoreError> for SyncCircleError {
    fn from(error: satchel_ports::StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl From<satchel_ports::EntropyError> for SyncCircleError {
    fn from(error: satchel_ports::EntropyError) -> Self {
        Self::Access(error.into())
    }
}

/// What a round did, for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CircleRound {
    /// Objects of others that were taken in.
    pub taken: usize,
    /// This device's objects that were read back from the place.
    pub confirmed: usize,
    /// Such as the place does not have yet.
    pub pending: usize,
    /// Such as it is not known of.
    pub unknown: usize,
    /// Objects in the place that could not be taken in.
    pub passed_over: usize,
    /// Objects that the place had and lists no more.
    pub lost: usize,
    /// Objects that others speak of and nobody brought so far.
    pub missing: usize,
    /// The device that added this one had seen more in places than this one was shown so far: what it is called.
    pub less_than: Option<String>,
    /// A copy of this device went on under its name, or this device was restored from an older
    /// copy. It writes under a new one from now on.
    pub copied: bool,
    /// A device with the owner's key should make new keys.
    pub keys_due: bool,
    /// Why the round was not gone through to its end.
    pub stopped: Option<BlobError>,
}

impl CircleRound {
    fn of(report: &Report) -> Self {
        let standing = |wanted: Standing| report.own.values().filter(|s| **s == wanted).count();
        Self {
            taken: report.taken,
            confirmed: standing(Standing::Confirmed),
            pending: standing(Standing::Pending),
            unknown: standing(Standing::Unknown),
            passed_over: report.passed_over.len(),
            lost: report.lost.len(),
            missing: report.missing.len(),
            less_than: None,
            copied: false,
            keys_due: report.epoch_due,
            stopped: report.stopped.clone(),
        }
    }

    /// Returns whether everything of this device was read back from the place, and everything the
    /// place has was taken in.
    pub fn is_in_step(&self) -> bool {
        self.stopped.is_none() && self.pending == 0 && self.unknown == 0 && self.passed_over == 0
    }
}

impl App {
    /// Goes one round with a place. Progress is told while it goes on; cancelling ends it at the
    /// next object.
    ///
    /// # Errors
    /// See [`SyncCircleError`]. A place that fails is no error: the answer says what is not known.
    pub async fn sync_circle(
        &self,
        place: PlaceId,
        cancel: CancellationToken,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<CircleRound, SyncCircleError> {
        let open = self.open()?;
        let round = self.go_rounds(&open, place, cancel, progress).await?;
        // Last, and also of a round that the program did not live to tell of.
        let copied = take_copy_seen(&**open.shared.unshared())?;
        Ok(CircleRound { copied, ..round })
    }

    /// Goes one round, and another if there is something to say at once.
    async fn go_rounds(
        &self,
        open: &Arc<Open>,
        place: PlaceId,
        cancel: CancellationToken,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<CircleRound, SyncCircleError> {
        let (round, touched) = self
            .go_round_telling(open, place, cancel.clone(), progress, None)
            .await?;
        let Some(circle) = open.shared.circle() else {
            return Ok(round);
        };
        let mut wrote = self.settle_leases(open, &circle, &touched).await?;
        if let Some(access) = &open.kept_access {
            wrote |= self.make_due_keys(open, access);
        }
        if !wrote || round.stopped.is_some() || cancel.is_cancelled() {
            return Ok(round);
        }
        // What others wait for goes along at once.
        let again = self.go_round(open, place, cancel, progress, None).await?;
        Ok(CircleRound {
            taken: round.taken + again.taken,
            ..again
        })
    }

    /// One pass within a session. `held` is a draft that the caller has the lock of.
    pub(crate) async fn go_round(
        &self,
        open: &Arc<Open>,
        place: PlaceId,
        cancel: CancellationToken,
        progress: &mut (dyn FnMut(Progress) + Send),
        held: Option<DraftId>,
    ) -> Result<CircleRound, SyncCircleError> {
        let gone = self.go_round_telling(open, place, cancel, progress, held);
        Ok(gone.await?.0)
    }

    /// The same, and returns what others had changed.
    async fn go_round_telling(
        &self,
        open: &Arc<Open>,
        place: PlaceId,
        cancel: CancellationToken,
        progress: &mut (dyn FnMut(Progress) + Send),
        held: Option<DraftId>,
    ) -> Result<(CircleRound, BTreeSet<Touched>), SyncCircleError> {
        let circle = open.shared.circle().ok_or(SyncCircleError::NotIn)?;
        let id = circle.record().id;
        let places = open.store.places()?;
        let place = places.into_iter().find(|known| known.id == place);
        let place = place.ok_or(SyncCircleError::UnknownPlace)?;
        let login = circle.login(&place)?;
        let store = self.ports.places.open(&place.address, login.as_ref(), id)?;
        let keep = StoreKeep::of(&circle, Arc::clone(open.shared.unshared()));
        let spare = self.new_streams()?;
        let name = place.id.to_string();
        // Whoever is about to pay waits for news, and not for this.
        let check = match held {
            None => self.look_due(open, place.id)?,
            Some(_) => Check::Lengths,
        };
        let round = Round {
            store: &*store,
            place: &name,
            keep: &keep,
            spare,
            check,
            now_ms: self.now().as_secs().saturating_mul(1000),
            cancel: &cancel,
        };
        self.tidy(open).await?;
        self.settle_rows(open, &circle, held).await?;
        // One round at a time: what is remembered of places is theirs.
        let mut memory = circle.memory.lock().await;
        circle.rows_due.store(true, Ordering::Relaxed);
        let gone = tokio::select! {
            biased;
            () = open.closed.cancelled() => return Err(AccessError::Locked.into()),
            gone = satchel_sync::round(&circle.replica, &mut memory, &round, progress) => gone,
        };
        drop(memory);
        let (report, _) = self.end_round(open, &circle, gone, held).await?;
        self.note_high_water(open, &circle, confirmed(&report, &circle));
        self.note_round(open, place.id, check, &report)?;
        let less_than = self.shown_less_than(open, &circle)?;
        let round = CircleRound {
            less_than,
            ..CircleRound::of(&report)
        };
        Ok((round, report.touched))
    }

    /// Returns who had seen more in places, when it added this device, than was shown here so far. Once all of that came, no
    /// round asks any more.
    fn shown_less_than(
        &self,
        open: &Open,
        circle: &Circle,
    ) -> Result<Option<String>, SyncCircleError> {
        let store = open.shared.unshared();
        let Some(seen) = seen_in_places(&**store)? else {
            return Ok(None);
        };
        let replica = circle.replica();
        if !seen.is_lacking(&replica) {
            drop(replica);
            store.apply(&Batch::from(put_seen(None)))?;
            return Ok(None);
        }
        Ok(Some(circle.name_of(&replica, seen.by).0))
    }

    /// Notes what a round found at a place. What its owner changed of the place while the round went on stays, and a
    /// place that was forgotten stays forgotten.
    fn note_round(
        &self,
        open: &Open,
        place: PlaceId,
        check: Check,
        report: &Report,
    ) -> Result<(), SyncCircleError> {
        let lost = report.lost.len();
        let ended = report.stopped.is_none().then(|| self.now());
        if lost == 0 && ended.is_none() {
            return Ok(());
        }
        if !open.store.places()?.iter().any(|known| known.id == place) {
            return Ok(());
        }
        let mut batch = Batch::from(Write::NotePlace {
            id: place,
            round_at: ended,
            // No other round finds it again, so it stays until its owner knows.
            lost: (lost > 0).then(|| u32::try_from(lost).unwrap_or(u32::MAX)),
        });
        if let (Some(at), Check::Bytes) = (ended, check) {
            batch.push(Write::PutSetting {
                key: looked_key(place),
                value: at.as_secs().to_string(),
            });
        }
        open.store.apply(&batch)?;
        Ok(())
    }

    /// Returns how closely a place is to be looked at now.
    fn look_due(&self, open: &Open, place: PlaceId) -> Result<Check, AccessError> {
        let looked = open.store.setting(&looked_key(place))?;
        let looked = looked.and_then(|text| text.parse::<u64>().ok());
        Ok(Check::due(looked, self.now().as_secs()))
    }

    /// Writes a snapshot if one is due.
    pub(crate) async fn tidy(&self, open: &Open) -> Result<(), AccessError> {
        let shared = Arc::clone(&open.shared);
        tokio::task::spawn_blocking(move || shared.tidy())
            .await
            .map_err(|_| AccessError::Stopped)??;
        Ok(())
    }

    /// Makes rows of what a round took in and remembers what it found; returns in which wallets something changed.
    async fn end_round(
        &self,
        open: &Open,
        circle: &Circle,
        gone: Result<Report, RoundError>,
        held: Option<DraftId>,
    ) -> Result<(Report, BTreeSet<WalletId>), SyncCircleError> {
        let report = match gone {
            Ok(report) => report,
            Err(RoundError::Keep(error)) => {
                // What is in memory was not kept: start again from what is.
                let store = open.shared.unshared();
                let key = copy(&circle.bundle_key);
                let loaded = circle::load(store, key).await;
                open.shared.set_circle(loaded.ok().flatten().map(Arc::new));
                return Err(error.into());
            }
        };
        // Keys may have come.
        open.shared.catch_up()?;
        let wallets = self.make_rows(open, circle, &report.touched, held).await?;
        self.note_new_devices(open, circle)?;
        if report.taken > 0 || !report.notes.is_empty() {
            self.tell(Event::CircleChanged);
        }
        Ok((report, wallets))
    }

    /// Takes in the circle's objects of a file, as a round with a place would; returns in which wallets something
    /// changed.
    pub(crate) async fn take_over_objects(
        &self,
        open: &Open,
        circle: &Arc<Circle>,
        objects: Vec<Vec<u8>>,
    ) -> Result<BTreeSet<WalletId>, SyncCircleError> {
        Ok(self.take_over_telling(open, circle, objects).await?.1)
    }

    /// The same of objects that another device showed, and says what is left to be said after it, as a round would.
    pub(crate) async fn take_over(
        &self,
        open: &Arc<Open>,
        circle: &Arc<Circle>,
        objects: Vec<Vec<u8>>,
    ) -> Result<(CircleRound, BTreeSet<WalletId>), SyncCircleError> {
        let (report, wallets) = self.take_over_telling(open, circle, objects).await?;
        self.settle_leases(open, circle, &report.touched).await?;
        if let Some(access) = &open.kept_access {
            self.make_due_keys(open, access);
        }
        let copied = take_copy_seen(&**open.shared.unshared())?;
        let round = CircleRound {
            copied,
            ..CircleRound::of(&report)
        };
        Ok((round, wallets))
    }

    async fn take_over_telling(
        &self,
        open: &Open,
        circle: &Arc<Circle>,
        objects: Vec<Vec<u8>>,
    ) -> Result<(Report, BTreeSet<WalletId>), SyncCircleError> {
        self.settle_rows(open, circle, None).await?;
        let store = Arc::clone(open.shared.unshared());
        let keep = FileKeep(StoreKeep::of(circle, store));
        let file = FileObjects::new(objects);
        let cancel = CancellationToken::new();
        let round = Round {
            store: &file,
            place: "file",
            keep: &keep,
            spare: self.new_streams()?,
            check: Check::Lengths,
            now_ms: self.now().as_secs().saturating_mul(1000),
            cancel: &cancel,
        };
        // No other round meanwhile. What is remembered of places is not the file's.
        let only = circle.memory.lock().await;
        circle.rows_due.store(true, Ordering::Relaxed);
        let mut memory = Memory::default();
        let mut quiet = |_| {};
        let taken = satchel_sync::take_over(&circle.replica, &mut memory, &round, &mut quiet);
        let gone = tokio::select! {
            biased;
            () = open.closed.cancelled() => return Err(AccessError::Locked.into()),
            gone = taken => gone,
        };
        drop(only);
        self.end_round(open, circle, gone, None).await
    }

    /// Makes the rows of objects that were kept by a round that was broken off, or by a program that ended.
    pub(crate) async fn settle_rows(
        &self,
        open: &Open,
        circle: &Circle,
        held: Option<DraftId>,
    ) -> Result<(), SyncCircleError> {
        if !circle.rows_due.load(Ordering::Relaxed) {
            return Ok(());
        }
        let store = open.shared.unshared();
        let mut touched = BTreeSet::new();
        let due = rows_due(&**store)?;
        for name in &due {
            if let Some(object) = store.object(name)? {
                touched.extend(circle.replica().touched_by_object(&object));
            }
        }
        // What a removal made count no more, or count after all, is in other objects than its own.
        if due.iter().any(|name| matches!(name, BlobName::Keys { .. })) {
            let names: Vec<_> = {
                let replica = circle.replica();
                let of_removed = replica.objects_of_removed();
                of_removed.filter_map(|it| replica.name_of(&it)).collect()
            };
            for name in names {
                if let Some(object) = store.object(&name)? {
                    touched.extend(circle.replica().spoken_of_in(&object));
                }
            }
        }
        Box::pin(self.make_rows(open, circle, &touched, held)).await?;
        Ok(())
    }

    /// Makes the rows of what others said of contacts and of how things are shown, as far as they are not made.
    pub(crate) fn settle_person(&self, open: &Open, circle: &Circle) -> Result<(), AccessError> {
        let store = open.shared.unshared();
        let rows = {
            let replica = circle.replica();
            // What is written here and not said yet is in no shared state: nothing may be taken for older than that.
            if !replica.can_write() || !replica.unsaid().is_empty() {
                return Ok(());
            }
            let rows = rows::of_person(replica.state(), &**store)?;
            store.apply(&rows.batch)?;
            rows
        };
        self.tell_of_person(rows.contacts, rows.settings);
        Ok(())
    }

    fn tell_of_person(&self, contacts: bool, settings: bool) {
        if contacts {
            self.tell(Event::ContactsChanged);
        }
        if settings {
            self.tell(Event::SettingsChanged);
        }
    }

    /// Writes what others wrote as rows of this device; returns in which wallets something changed.
    async fn make_rows(
        &self,
        open: &Open,
        circle: &Circle,
        touched: &BTreeSet<Touched>,
        held: Option<DraftId>,
    ) -> Result<BTreeSet<WalletId>, SyncCircleError> {
        let store = open.shared.unshared();
        let rows = {
            // Held until it is stored, so that a row never says less than what is known.
            let replica = circle.replica();
            let rows = rows::of_touched(touched, replica.state(), &**store, self.now())?;
            store.apply(&rows.batch)?;
            rows
        };
        open.reveal(rows.revealed).await?;
        self.take_payments(open, circle, &rows.payments, held)
            .await?;
        self.note_shown_twice(open, circle, touched).await?;
        for wallet in &rows.wallets {
            self.look_for_replaced(open, *wallet, Picture::Older)
                .await?;
        }
        if !rows_due(&**store)?.is_empty() {
            store.apply(&Batch::from(no_rows_due()))?;
        }
        circle.rows_due.store(false, Ordering::Relaxed);
        self.tell_of_person(rows.contacts, rows.settings);
        if rows.renamed {
            self.tell(Event::WalletsChanged);
        }
        for wallet in &rows.wallets {
            self.tell(Event::Changed { wallet: *wallet });
        }
        Ok(rows.wallets)
    }
}

impl Open {
    /// Lets engines know of addresses that other devices handed out (BIP-0044's gap is counted from
    /// the last of them).
    pub(crate) async fn reveal(
        &self,
        revealed: BTreeMap<(WalletId, ChainSide), u32>,
    ) -> Result<(), AccessError> {
        for ((wallet, side), index) in revealed {
            let known = self
                .read_engine(wallet, move |engine| engine.last_revealed(side))
                .await?;
            if known.is_some_and(|last| last >= index) {
                continue;
            }
            self.change_engine_unshared(wallet, move |engine| -> Result<_, AccessError> {
                Ok(((), engine.reveal_to(side, index)))
            })
            .await?;
        }
        Ok(())
    }
}
