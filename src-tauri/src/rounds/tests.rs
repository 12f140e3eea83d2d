//! The loop under a clock that goes as fast as it is waited for.

use satchel_types::Timestamp;
use tokio::sync::broadcast::Sender;

use super::*;

const A: PlaceId = PlaceId::from_bytes([1; 16]);
const EVEN: u32 = 1 << 31;

/// What happens when the loop goes its rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    /// The place answers.
    Well,
    /// It does not.
    Away,
    /// It refuses.
    Refused,
    /// It answers, and meanwhile something is written here.
    WellAndWritten,
    /// It answers, and then the wallet is locked.
    WellAndLocked,
}

struct Fake {
    rounds: Rounds,
    start: Instant,
    now: Mutex<Instant>,
    /// What the next rounds do, last first.
    acts: Mutex<Vec<Act>>,
    open: Mutex<bool>,
    /// Seconds since the start at which rounds began.
    went: Mutex<Vec<u64>>,
    /// How often it was looked whether a copy is to be told of.
    copies: Arc<Mutex<u32>>,
    events: Sender<Event>,
}

#[async_trait]
impl Meets for Fake {
    fn places(&self) -> Option<Vec<PlaceId>> {
        locked(&self.open).then(|| vec![A])
    }

    async fn go(&self, place: PlaceId) {
        let now = self.now();
        locked(&self.went).push((now - self.start).as_secs());
        let act = locked(&self.acts).pop().expect("a round that was foreseen");
        let away = BlobError::Unreachable {
            place: String::new(),
        };
        let denied = BlobError::Denied {
            place: String::new(),
        };
        let ended = match act {
            Act::Away => Err(&away),
            Act::Refused => Err(&denied),
            Act::Well | Act::WellAndWritten | Act::WellAndLocked => Ok(()),
        };
        locked(&self.rounds.plan).ended(place, ended, EVEN, now);
        match act {
            Act::WellAndWritten => drop(self.events.send(Event::CircleWritten)),
            Act::WellAndLocked => *locked(&self.open) = false,
            _ => {}
        }
    }

    fn rounds(&self) -> &Rounds {
        &self.rounds
    }

    fn dice(&self) -> u32 {
        EVEN
    }

    fn now(&self) -> Instant {
        *locked(&self.now)
    }

    fn tell_copied(&self) {
        *locked(&self.copies) += 1;
    }

    async fn wait_until(&self, at: Instant) {
        if locked(&self.acts).is_empty() {
            // The story is over: time stands still.
            std::future::pending::<()>().await;
        }
        let mut now = locked(&self.now);
        *now = at.max(*now);
    }
}

/// Polls a loop. Each poll goes on until it waits for something that does not come by itself.
fn turns(mut running: std::pin::Pin<&mut impl Future<Output = ()>>) {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for _ in 0..50 {
        let polled = running.as_mut().poll(&mut context);
        assert!(polled.is_pending(), "it runs as long as the program");
    }
}

/// Lets the loop run through a story, and returns when its rounds began. All that was foreseen has come.
fn story(acts: &[Act], then: impl FnOnce(&Fake)) -> Vec<u64> {
    let (went, left) = told(acts, then);
    assert_eq!(left, 0, "rounds that did not come: {went:?}");
    went
}

/// The same, with how many rounds did not come.
fn told(acts: &[Act], then: impl FnOnce(&Fake)) -> (Vec<u64>, usize) {
    let start = Instant::now();
    let (events, heard) = tokio::sync::broadcast::channel(16);
    let fake = Fake {
        rounds: Rounds::default(),
        start,
        now: Mutex::new(start),
        acts: Mutex::new(acts.iter().rev().copied().collect()),
        open: Mutex::new(true),
        went: Mutex::default(),
        copies: Arc::default(),
        events,
    };
    let mut running = Box::pin(keep_meeting(&fake, heard));
    turns(running.as_mut());
    then(&fake);
    turns(running.as_mut());
    drop(running);
    let went = locked(&fake.went).clone();
    let left = locked(&fake.acts).len();
    (went, left)
}

#[test]
fn rounds_come_at_once_and_then_by_the_interval() {
    let went = story(&[Act::Well, Act::Well, Act::Well], |_| {});
    assert_eq!(went, [0, 15 * 60, 30 * 60]);
}

#[test]
fn what_is_written_here_is_brought_within_a_minute() {
    let went = story(&[Act::WellAndWritten, Act::Well, Act::Well], |_| {});
    assert_eq!(went, [0, 45, 45 + 15 * 60]);
}

#[test]
fn a_place_that_is_away_is_asked_less_and_less() {
    let acts = [Act::Away, Act::Away, Act::Away, Act::Well, Act::Well];
    let went = story(&acts, |_| {});
    let pauses: Vec<u64> = went.windows(2).map(|two| two[1] - two[0]).collect();
    // Three quarters of 30, 60 and 120 seconds, with even dice; then the interval.
    assert_eq!(pauses, [22, 45, 90, 15 * 60]);
}

#[test]
fn nothing_is_asked_while_it_is_locked_and_at_once_when_it_opens() {
    let went = story(&[Act::WellAndLocked], |_| {});
    assert_eq!(went, [0]);
    let went = story(&[Act::WellAndLocked], |fake| {
        // Written while nobody could bring it: no round.
        fake.events.send(Event::CircleWritten).expect("it listens");
        locked(&fake.acts).push(Act::Well);
        *locked(&fake.open) = true;
        *locked(&fake.now) += Duration::from_secs(7);
        fake.events.send(Event::Unlocked).expect("it listens");
    });
    assert_eq!(went, [0, 7]);
}

#[test]
fn of_a_copy_it_is_told_when_it_opens_and_when_it_is_seen_without_a_round() {
    let mut copies = Arc::default();
    story(&[Act::WellAndLocked], |fake| {
        copies = Arc::clone(&fake.copies);
        for event in [Event::Unlocked, Event::CircleWritten, Event::CopySeen] {
            fake.events.send(event).expect("it listens");
        }
    });
    assert_eq!(*locked(&copies), 2);
}

#[test]
fn a_place_that_refuses_is_left_alone_until_its_owner_asks() {
    let knocking = told(&[Act::Refused], |fake| {
        locked(&fake.acts).push(Act::Well);
        fake.events.send(Event::CircleWritten).expect("it listens");
        fake.events.send(Event::Unlocked).expect("it listens");
    });
    assert_eq!(knocking, (vec![0], 1), "nobody knocks again");
    let went = story(&[Act::Refused], |fake| {
        // As a round that its owner asked for ends.
        let mut plan = locked(&fake.rounds.plan);
        plan.asked(A);
        plan.ended(A, Ok(()), EVEN, fake.now());
        locked(&fake.acts).push(Act::Well);
        fake.rounds.changed.notify_one();
    });
    assert_eq!(went, [0, 15 * 60]);
}

#[test]
fn a_program_that_was_put_away_goes_its_rounds_when_it_is_back() {
    let went = story(&[Act::Well], |fake| {
        locked(&fake.acts).push(Act::Well);
        *locked(&fake.now) += Duration::from_secs(7);
        fake.rounds.note_back(fake.now());
    });
    assert_eq!(went, [0, 7]);
    // A place that refused is still its owner's matter.
    let knocking = told(&[Act::Refused], |fake| {
        locked(&fake.acts).push(Act::Well);
        fake.rounds.note_back(fake.now());
    });
    assert_eq!(knocking, (vec![0], 1));
}

fn place() -> PlaceRecord {
    PlaceRecord {
        id: A,
        address: satchel_types::PlaceAddress::Folder("/there".to_owned()),
        user: None,
        sealed_password: None,
        added_at: Timestamp::from_secs(0),
        last_round_at: None,
        lost: 0,
    }
}

#[test]
fn what_did_not_arrive_is_brought_soon_again() {
    let round = |pending| {
        Ok(CircleRound {
            pending,
            ..CircleRound::default()
        })
    };
    assert_eq!(fate(&place(), &round(0)), Ok(()));
    assert!(matches!(
        fate(&place(), &round(1)),
        Err(BlobError::Unreachable { .. })
    ));
    let somebody_elses = PlaceError::Other {
        place: String::new(),
    };
    assert!(matches!(
        fate(&place(), &Err(somebody_elses.into())),
        Err(BlobError::Denied { .. })
    ));
}

fn away() -> IpcError {
    IpcError::transient(Code::PlaceUnreachable, "it does not answer")
}

#[test]
fn a_round_that_asks_nobody_does_not_unsay_the_system_s_no() {
    let rounds = Rounds::default();
    let said = || rounds.known(A).error.map(|error| error.code);
    let note = |error: IpcError, entered: Entered| {
        let failed = Err(SyncCircleError::UnknownPlace);
        rounds.note(A, &failed, Some(entered.why_not(error)), entered);
    };
    note(away(), Entered::Unasked);
    assert_eq!(said(), Some(Code::PlaceUnreachable));
    note(away(), Entered::Denied);
    assert_eq!(said(), Some(Code::LanDenied));
    note(away(), Entered::Unasked);
    assert_eq!(said(), Some(Code::LanDenied));
    // Who answers is not kept away, whatever else is wrong.
    note(IpcError::new(Code::PlaceDenied, "no"), Entered::Unasked);
    assert_eq!(said(), Some(Code::PlaceDenied));
    note(away(), Entered::Unasked);
    assert_eq!(said(), Some(Code::PlaceUnreachable));
    note(away(), Entered::Denied);
    note(away(), Entered::Yes);
    assert_eq!(said(), Some(Code::PlaceUnreachable));
}
