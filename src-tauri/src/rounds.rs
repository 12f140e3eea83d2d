//! Rounds with the places where devices meet: by themselves at the pace of `satchel-roads`, and when their owner
//! asks.
//!
//! What must stay true: one round at a time, none while it is locked; nothing waits for a round but who asked for
//! it; "in step" is said of what a round read back, and of nothing else.

mod plan;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use satchel_app::sync_circle::{CircleRound, Progress, SyncCircleError};
use satchel_app::{AccessError, Event};
use satchel_ports::{BlobError, KeepError, LanError, PlaceError};
use satchel_types::{PlaceId, PlaceRecord};
use satchel_wire::circle::{Circle, CircleStatus, RoundReport};
use satchel_wire::event::AppEvent;
use satchel_wire::place::{PlaceState, RoundStep, Standing};
use satchel_wire::{Code, IpcError};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use crate::shell::Shell;

pub use plan::Plan;

/// Key of the setting that says when a copy of this device was seen.
const COPIED_AT: &str = "circle.copied_at";

/// What is known of rounds in this session.
#[derive(Default)]
pub struct Rounds {
    plan: Mutex<Plan>,
    known: Mutex<HashMap<PlaceId, Known>>,
    /// Held while a round goes on.
    turn: tokio::sync::Mutex<()>,
    /// Ends the round that goes on, and those that were asked for and wait.
    stop: Mutex<CancellationToken>,
    /// Wakes who waits for what is due.
    changed: tokio::sync::Notify,
}

/// What the last round with a place said.
#[derive(Debug, Default, Clone)]
struct Known {
    going: bool,
    passed_over: usize,
    missing: usize,
    less_than: Option<String>,
    keys_due: bool,
    error: Option<IpcError>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Rounds {
    /// Ends the round that goes on, and those that wait for it.
    pub fn stop(&self) {
        std::mem::take(&mut *locked(&self.stop)).cancel();
    }

    /// Forgets what places said, which names them. When they are due stays.
    pub fn forget(&self) {
        locked(&self.known).clear();
    }

    /// Notes that the program is in front again after it was put away, and perhaps stood still: places that served
    /// are due. What was under way then goes on or fails by itself; the next round takes up what is missing.
    pub fn note_back(&self, now: Instant) {
        locked(&self.plan).opened(now);
        self.changed.notify_one();
    }

    fn stopper(&self) -> CancellationToken {
        locked(&self.stop).clone()
    }

    fn known(&self, id: PlaceId) -> Known {
        locked(&self.known).get(&id).cloned().unwrap_or_default()
    }

    fn set_going(&self, id: PlaceId, going: bool) {
        locked(&self.known).entry(id).or_default().going = going;
    }

    fn note(
        &self,
        id: PlaceId,
        round: &Result<CircleRound, SyncCircleError>,
        error: Option<IpcError>,
        entered: Entered,
    ) {
        let mut all = locked(&self.known);
        let known = all.entry(id).or_default();
        known.going = false;
        // A round that asks nobody learns nothing new of a network that this program may not enter.
        let denied = matches!(&known.error, Some(before) if before.code == Code::LanDenied);
        let error = match entered {
            Entered::Unasked if denied => error.map(|error| Entered::Denied.why_not(error)),
            _ => error,
        };
        match round {
            // Stopped by its owner: nothing was learnt of the place.
            Ok(round) if round.stopped == Some(BlobError::Cancelled) => {}
            Ok(round) => {
                known.error = error;
                if round.stopped.is_none() {
                    known.passed_over = round.passed_over;
                    known.missing = round.missing;
                    known.less_than.clone_from(&round.less_than);
                    known.keys_due = round.keys_due;
                }
            }
            Err(_) => known.error = error,
        }
    }
}

/// Whether the system lets this program into the network of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entered {
    /// Nobody was there to be asked: the round began by itself.
    Unasked,
    /// It does, or the place is elsewhere.
    Yes,
    /// It does not.
    Denied,
}

impl Entered {
    /// Returns why a place was not reached: the system's no, where it said that, is more than that nobody answered.
    fn why_not(self, error: IpcError) -> IpcError {
        match self {
            Self::Denied if error.code == Code::PlaceUnreachable => LanError::Denied.into(),
            _ => error,
        }
    }
}

/// Returns how a round ended, as the pace has to know it.
fn fate(
    place: &PlaceRecord,
    round: &Result<CircleRound, SyncCircleError>,
) -> Result<(), BlobError> {
    let there = || place.address.to_string();
    match round {
        Ok(CircleRound {
            stopped: Some(error),
            ..
        }) => Err(error.clone()),
        // It went through, and something did not arrive: soon again.
        Ok(round) if round.pending > 0 || round.unknown > 0 => {
            Err(BlobError::Unreachable { place: there() })
        }
        Ok(_) | Err(SyncCircleError::Access(_)) => Ok(()),
        Err(SyncCircleError::Place(PlaceError::Place(error))) => Err(error.clone()),
        // Nothing of this passes by itself.
        Err(
            SyncCircleError::NotIn
            | SyncCircleError::UnknownPlace
            | SyncCircleError::Place(_)
            | SyncCircleError::Password(_),
        ) => Err(BlobError::Denied { place: there() }),
        Err(SyncCircleError::Keep(_)) => Err(BlobError::Full { place: there() }),
    }
}

/// Says why there was no round, as `wire` does for whoever owns the error.
fn why(error: &SyncCircleError) -> IpcError {
    let code = match error {
        SyncCircleError::Place(error) => return error.clone().into(),
        SyncCircleError::Keep(KeepError::Full) => Code::DiskFull,
        SyncCircleError::Password(_) => Code::Damaged,
        SyncCircleError::NotIn => Code::NotSharing,
        SyncCircleError::UnknownPlace => Code::UnknownPlace,
        SyncCircleError::Keep(_) | SyncCircleError::Access(_) => Code::Internal,
    };
    IpcError::new(code, error.to_string())
}

/// Returns how often progress is told: about fifty times a round.
fn worth_telling(done: usize, of: usize) -> bool {
    done == of || done.is_multiple_of((of / 50).max(1))
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn dice() -> u32 {
    let mut bytes = [0; 4];
    // Without chance rounds are regular, which is worse for privacy and no fault.
    let _ = getrandom::fill(&mut bytes);
    u32::from_le_bytes(bytes)
}

impl Shell {
    /// Returns the circle, and what its owner should be told of it.
    ///
    /// # Errors
    /// When it is locked.
    pub fn circle(&self) -> Result<CircleStatus, IpcError> {
        let circle = Circle::from(self.app.circle()?);
        let copied_at = self.app.setting(COPIED_AT)?;
        Ok(CircleStatus {
            circle,
            copied_at: copied_at.and_then(|text| text.parse().ok()),
            keys_due: locked(&self.rounds.known)
                .values()
                .any(|known| known.keys_due),
            recovery_since: self
                .app
                .recovery_key_since()?
                .map(satchel_types::Timestamp::as_secs),
        })
    }

    /// Forgets that a place lost something, or that a copy of this device was seen, because its owner knows.
    ///
    /// # Errors
    /// When it is locked.
    pub fn dismiss_circle_notice(&self, place: Option<PlaceId>) -> Result<(), IpcError> {
        match place {
            Some(place) => self.app.dismiss_lost(place)?,
            None => self.app.set_setting(COPIED_AT, String::new())?,
        }
        Ok(())
    }

    /// Returns the places and how this device stands there.
    ///
    /// # Errors
    /// When it is locked.
    pub fn places(&self) -> Result<Vec<PlaceState>, IpcError> {
        let places = self.app.places()?;
        places
            .into_iter()
            .map(|place| self.state_of(place))
            .collect()
    }

    fn state_of(&self, place: PlaceRecord) -> Result<PlaceState, IpcError> {
        let id = place.id;
        let stands = self.app.place_standing(id)?;
        let known = self.rounds.known(id);
        let plan = locked(&self.rounds.plan);
        let standing = if known.error.is_some() {
            Standing::Unknown
        } else if place.last_round_at.is_none() {
            Standing::Never
        } else if stands.pending > 0 || known.passed_over > 0 {
            Standing::Pending
        } else {
            Standing::InStep
        };
        let next_at = plan.due(id).and_then(|at| {
            let wait = at.saturating_duration_since(Instant::now());
            let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
            Some((now + wait).as_secs())
        });
        Ok(PlaceState {
            lost: place.lost,
            place: place.into(),
            standing,
            going: known.going,
            confirmed: count(stands.confirmed),
            pending: count(stands.pending),
            passed_over: count(known.passed_over),
            missing: count(known.missing),
            less_than: known.less_than,
            error: known.error,
            waits_for_owner: plan.waits_for_owner(id),
            next_at,
        })
    }

    /// Goes rounds with one place or with all, because their owner asks, who can be asked too: a place may have been added before the
    /// system began to ask for the local network.
    ///
    /// # Errors
    /// When it is locked, this device shares with nobody, or there is no such place. A place that fails is no error.
    pub async fn sync_places(&self, wanted: Option<PlaceId>) -> Result<Vec<RoundReport>, IpcError> {
        let mut places = self.app.places()?;
        let ids: Vec<PlaceId> = places.iter().map(|place| place.id).collect();
        locked(&self.rounds.plan).keep(&ids, Instant::now());
        if let Some(wanted) = wanted {
            places.retain(|place| place.id == wanted);
            if places.is_empty() {
                return Err(SyncCircleError::UnknownPlace.into());
            }
        }
        if self.app.circle()?.is_none() {
            return Err(SyncCircleError::NotIn.into());
        }
        let stop = self.rounds.stopper();
        let mut reports = Vec::with_capacity(places.len());
        let mut fault = None;
        for place in places {
            locked(&self.rounds.plan).asked(place.id);
            let entered = match self.app.enter_lan_for_place(&place.address).await {
                Err(LanError::Denied) => Entered::Denied,
                _ => Entered::Yes,
            };
            match self.round(&place, &stop, entered).await {
                Ok(round) => {
                    let mut report = RoundReport::new(&place, round);
                    report.stopped = report.stopped.map(|error| entered.why_not(error));
                    reports.push(report);
                }
                Err(error @ SyncCircleError::Access(_)) => return Err(error.into()),
                // One that cannot be used at all is not in the way of the others; its state says why.
                Err(error) => fault = fault.or_else(|| Some(entered.why_not(error.into()))),
            }
        }
        match fault {
            Some(error) if reports.is_empty() => Err(error),
            _ => Ok(reports),
        }
    }

    /// Goes one round, and tells the page how it goes and how it ended.
    async fn round(
        &self,
        place: &PlaceRecord,
        stop: &CancellationToken,
        entered: Entered,
    ) -> Result<CircleRound, SyncCircleError> {
        let _turn = self.rounds.turn.lock().await;
        let id = place.id;
        self.rounds.set_going(id, true);
        let tell = |step, done, of| {
            self.hub.send(AppEvent::PlaceRound {
                place_id: id.to_string(),
                step,
                done: count(done),
                of: count(of),
            });
        };
        let mut progress = |now: Progress| match now {
            Progress::Listing => tell(RoundStep::Listing, 0, 0),
            Progress::Fetching { done, of } if worth_telling(done, of) => {
                tell(RoundStep::Fetching, done, of);
            }
            Progress::Bringing { done, of } if worth_telling(done, of) => {
                tell(RoundStep::Bringing, done, of);
            }
            _ => {}
        };
        let done = self.app.sync_circle(id, stop.clone(), &mut progress).await;
        let ended = fate(place, &done);
        let error = match &done {
            Err(SyncCircleError::Access(AccessError::Locked)) => {
                self.rounds.forget();
                return done;
            }
            Ok(round) => round.stopped.clone().map(IpcError::from),
            Err(error) => Some(why(error)),
        };
        let error = error.map(|error| entered.why_not(error));
        self.rounds.note(id, &done, error, entered);
        locked(&self.rounds.plan).ended(id, ended.as_ref().copied(), dice(), Instant::now());
        self.rounds.changed.notify_one();
        if matches!(&done, Ok(round) if round.copied) {
            self.note_copied();
        }
        self.tell_met(id);
        done
    }

    fn note_copied(&self) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_secs());
        if let Err(error) = self.app.set_setting(COPIED_AT, now.to_string()) {
            tracing::warn!(%error, "that this device was copied was not noted");
        }
        self.hub.send(AppEvent::DeviceCopied);
    }

    fn tell_met(&self, id: PlaceId) {
        let places = self.app.places().unwrap_or_default();
        let place = places.into_iter().find(|place| place.id == id);
        // Removed, or locked meanwhile: then there is nothing to tell.
        if let Some(Ok(place)) = place.map(|place| self.state_of(place)) {
            self.hub.send(AppEvent::PlaceMet { place });
        }
    }
}

/// What goes rounds, as the loop sees it.
#[async_trait]
trait Meets: Send + Sync {
    /// Returns the places. `None`: it is locked.
    fn places(&self) -> Option<Vec<PlaceId>>;
    /// Goes a round and notes in the plan how it ended.
    async fn go(&self, place: PlaceId);
    fn rounds(&self) -> &Rounds;
    fn dice(&self) -> u32;
    fn now(&self) -> Instant;
    async fn wait_until(&self, at: Instant);
    /// Notes and tells that this device looks restored from an older copy, or copied, if that is to be told.
    fn tell_copied(&self);
}

#[async_trait]
impl Meets for Shell {
    fn places(&self) -> Option<Vec<PlaceId>> {
        let places = self.app.places().ok()?;
        Some(places.into_iter().map(|place| place.id).collect())
    }

    async fn go(&self, id: PlaceId) {
        let places = self.app.places().unwrap_or_default();
        if let Some(place) = places.into_iter().find(|place| place.id == id) {
            // How it ended was noted and told.
            let stop = self.rounds.stopper();
            let _ = self.round(&place, &stop, Entered::Unasked).await;
        }
    }

    fn rounds(&self) -> &Rounds {
        &self.rounds
    }

    fn dice(&self) -> u32 {
        dice()
    }

    fn now(&self) -> Instant {
        Instant::now()
    }

    async fn wait_until(&self, at: Instant) {
        tokio::time::sleep_until(at.into()).await;
    }

    fn tell_copied(&self) {
        match self.app.take_copy_seen() {
            Ok(true) => self.note_copied(),
            Ok(false) | Err(AccessError::Locked) => {}
            Err(error) => tracing::warn!(%error, "whether this device was copied is not known"),
        }
    }
}

/// Goes rounds while the wallet is open, for as long as the program runs.
pub async fn meet_loop(shell: Arc<Shell>) {
    let events = shell.app.events();
    keep_meeting(&*shell, events).await;
}

/// The least time between two rounds with one place that begin by themselves, whatever the plan says.
const LEAST: Duration = Duration::from_secs(1);

async fn keep_meeting(meets: &impl Meets, mut events: Receiver<Event>) {
    let mut last: HashMap<PlaceId, Instant> = HashMap::new();
    loop {
        let next = meets.places().and_then(|places| {
            let mut plan = locked(&meets.rounds().plan);
            plan.keep(&places, meets.now());
            plan.next()
        });
        let wait = async {
            match next {
                Some((place, at)) => {
                    let least = last.get(&place).map_or(at, |last| *last + LEAST);
                    meets.wait_until(at.max(least)).await;
                    place
                }
                // Locked, without a place, or all refuse: something has to happen first.
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            event = events.recv() => match event {
                Ok(event) => heard(meets, &event),
                // Whatever was missed may have been this.
                Err(RecvError::Lagged(_)) => heard(meets, &Event::CircleWritten),
                Err(RecvError::Closed) => return,
            },
            () = meets.rounds().changed.notified() => {}
            place = wait => {
                last.insert(place, meets.now());
                meets.go(place).await;
            }
        }
    }
}

fn heard(meets: &impl Meets, event: &Event) {
    // No round is waited for: it is known before one that the database is an older copy.
    if matches!(event, Event::Unlocked | Event::CopySeen) {
        meets.tell_copied();
    }
    let mut plan = locked(&meets.rounds().plan);
    match event {
        Event::Unlocked => plan.opened(meets.now()),
        Event::CircleWritten => plan.written(meets.dice(), meets.now()),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
