//! A high-water mark in the system's keychain: how far what this device wrote has gone out (ADR 0046).
//!
//! An older copy of the database says in good faith that less was written. So what went out is noted beside it, and
//! compared before anything is written: a mark that is ahead says that the database was brought back, and this device
//! goes on in new streams at once, as it would after meeting what it wrote since. Nobody waits for a keychain that is
//! away, locked or silent; what it says too late is looked at when it comes.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use satchel_bundle::replica::{OwnStreams, Replica};
use satchel_ports::{EntropyError, KeychainError, KeychainItem, StoreError};
use satchel_secrets::{SecretBytes, hash};
use satchel_sync::{Report, Standing};
use satchel_types::{BlobName, CircleId, DeviceId, StreamId};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

use crate::access_error::AccessError;
use crate::circle::{Circle, is_left, take_copy_seen};
use crate::config::Ports;
use crate::events::Event;
use crate::open::Open;
use crate::session::App;

/// For how long a program that is about to end lets a keychain keep a mark. One answers within some 20 ms.
const ENDING: Duration = Duration::from_millis(500);

/// How far the streams of a device went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Of which device in which circle.
    whose: [u8; 8],
    /// Of the stream for all devices; the one for seeds is renewed with it.
    stream: StreamTag,
    /// The numbers that come next in both.
    next: [u32; 2],
}

impl Mark {
    fn new(replica: &Replica, next: [u64; 2]) -> Self {
        let (circle, device) = (replica.circle(), replica.device());
        Self {
            whose: whose(circle, device),
            stream: own_tag(replica),
            next: next.map(|next| u32::try_from(next).unwrap_or(u32::MAX)),
        }
    }

    /// Returns where a device stands by what it keeps.
    pub(crate) fn of(circle: &Circle) -> Self {
        let replica = circle.replica();
        Self::new(&replica, replica.next_numbers())
    }

    fn write(&self) -> Option<SecretBytes<32>> {
        let mut bytes = self.whose.to_vec();
        bytes.extend(self.stream.0);
        bytes.extend(self.next.iter().flat_map(|next| next.to_le_bytes()));
        SecretBytes::from_slice(&bytes)
    }

    fn read(bytes: &SecretBytes<32>) -> Option<Self> {
        let (whose, rest) = bytes.expose().split_first_chunk()?;
        let (stream, rest) = rest.split_first_chunk()?;
        let (shared, rest) = rest.split_first_chunk()?;
        let seeds = rest.first_chunk()?;
        Some(Self {
            whose: *whose,
            stream: StreamTag(*stream),
            next: [shared, seeds].map(|next| u32::from_le_bytes(*next)),
        })
    }

    fn is_beyond(&self, other: &Self) -> bool {
        self.next
            .iter()
            .zip(other.next)
            .any(|(next, known)| *next > known)
    }

    /// Returns the further of two, class by class; of two streams, this one.
    fn or_further(self, other: Option<Self>) -> Self {
        let Some(other) = other.filter(|it| (it.whose, it.stream) == (self.whose, self.stream))
        else {
            return self;
        };
        let [shared, seeds] = self.next;
        Self {
            next: [shared.max(other.next[0]), seeds.max(other.next[1])],
            ..self
        }
    }
}

/// What a stream is called in a mark. Its own name is that of files in places, and whoever reads a keychain need not
/// learn which of those are this device's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StreamTag([u8; 16]);

impl StreamTag {
    pub(crate) fn of(circle: CircleId, device: DeviceId, stream: StreamId) -> Self {
        let mut text = b"satchel high-water mark v1 stream\0".to_vec();
        for id in [circle.as_bytes(), device.as_bytes(), stream.as_bytes()] {
            text.extend(id);
        }
        let mut tag = [0; 16];
        tag.copy_from_slice(&hash::hash(&text)[..16]);
        Self(tag)
    }
}

impl fmt::Display for StreamTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The item stays when a home is made anew in the same place, or its circle is another: those are not called restored.
fn whose(circle: CircleId, device: DeviceId) -> [u8; 8] {
    let mut text = b"satchel high-water mark v1\0".to_vec();
    text.extend(circle.as_bytes());
    text.extend(device.as_bytes());
    let mut whose = [0; 8];
    whose.copy_from_slice(&hash::hash(&text)[..8]);
    whose
}

/// Whether it is known what the keychain keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Looked {
    /// Nobody asked, or there was no answer.
    #[default]
    No,
    /// It was asked when the wallet was opened, and did not answer yet.
    Asking,
    /// Nothing is put before: it would hide what a mark there says.
    Yes,
}

/// What a session knows of the mark.
#[derive(Debug, Default)]
pub(crate) struct HighWater {
    /// Where the database stood when it was opened.
    opened: Option<Mark>,
    known: Mutex<Known>,
    /// One at a time changes the item.
    turn: tokio::sync::Mutex<()>,
    /// What goes on beside everything else.
    noting: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct Known {
    looked: Looked,
    /// What the keychain keeps.
    kept: Option<Mark>,
    /// What it should keep.
    told: Option<Mark>,
}

impl HighWater {
    pub(crate) fn at_opening(circle: Option<&Circle>) -> Self {
        Self {
            opened: circle.map(Mark::of),
            ..Self::default()
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn noting(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.noting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A keychain that was asked and may still answer.
pub(crate) struct Asked(JoinHandle<Result<SecretBytes<32>, KeychainError>>);

/// Returns how far this device's objects were read back from a place.
pub(crate) fn confirmed(report: &Report, circle: &Circle) -> Mark {
    let replica = circle.replica();
    let (own, mut next) = (replica.own_streams(), [0; 2]);
    for (name, standing) in &report.own {
        let (BlobName::Segment { stream, seq, .. } | BlobName::Snapshot { stream, seq, .. }) = name
        else {
            continue;
        };
        let of = match *stream {
            stream if stream == own.shared => &mut next[0],
            stream if stream == own.seeds => &mut next[1],
            _ => continue,
        };
        if *standing == Standing::Confirmed {
            *of = seq.saturating_add(1).max(*of);
        }
    }
    Mark::new(&replica, next)
}

impl App {
    /// Begins to ask the keychain, before there is anything to compare with: a passphrase is stretched meanwhile.
    pub(crate) fn ask_high_water(&self) -> Asked {
        let ports = self.ports.clone();
        Asked(tokio::spawn(async move { get(&ports).await }))
    }

    /// Looks at what the keychain has said by now, before the session begins; returns it if it has not.
    pub(crate) async fn look_at_high_water(&self, open: &Open, asked: Asked) -> Option<Asked> {
        if !asked.0.is_finished() {
            open.high_water.known().looked = Looked::Asking;
            return Some(asked);
        }
        let said = asked.0.await.unwrap_or(Err(KeychainError::Unavailable));
        // Whoever opens hears of it then.
        heard(&self.ports, open, said);
        None
    }

    /// Looks at what it says once it does.
    pub(crate) fn await_high_water(&self, open: &Arc<Open>, asked: Option<Asked>) {
        let Some(Asked(asked)) = asked else { return };
        let (ports, of, events) = (self.ports.clone(), Arc::clone(open), self.listeners());
        let late = tokio::spawn(async move {
            let said = asked.await.unwrap_or(Err(KeychainError::Unavailable));
            if heard(&ports, &of, said) {
                // An error means only that nobody listens.
                let _ = events.send(Event::CopySeen);
            }
        });
        *open.high_water.noting() = Some(late);
    }

    /// Notes that what this device wrote has gone out so far. Nobody waits for it.
    pub(crate) fn note_high_water(&self, open: &Arc<Open>, circle: &Circle, mark: Mark) {
        let due = {
            let replica = circle.replica();
            let mut known = open.high_water.known();
            // Of a stream that was left meanwhile there is nothing to note.
            if mark.next != [0; 2] && mark.stream == own_tag(&replica) {
                known.told = Some(mark.or_further(known.told));
            }
            match replica.belongs() {
                true => known.told.is_some() && known.told != known.kept,
                false => known.kept.is_some(),
            }
        };
        if due {
            let (ports, of, events) = (self.ports.clone(), Arc::clone(open), self.listeners());
            let noting = tokio::spawn(async move { keep(&ports, &of, &events).await });
            *open.high_water.noting() = Some(noting);
        }
    }

    /// Lets the keychain say or keep what it was asked to, for a moment: for a program that is about to end.
    pub async fn high_water_noted(&self) {
        let noting = self
            .state()
            .and_then(|open| open.high_water.noting().take());
        if let Some(noting) = noting {
            // What is not noted now is noted after the next round.
            let _ = tokio::time::timeout(ENDING, noting).await;
        }
    }

    /// Returns whether it is to be told that this device looks restored from an older copy, or copied, and notes that
    /// it was.
    ///
    /// # Errors
    /// When it is locked, or the database refuses.
    pub fn take_copy_seen(&self) -> Result<bool, AccessError> {
        Ok(take_copy_seen(&**self.open()?.shared.unshared())?)
    }
}

fn own_tag(replica: &Replica) -> StreamTag {
    StreamTag::of(
        replica.circle(),
        replica.device(),
        replica.own_streams().shared,
    )
}

fn item(ports: &Ports) -> Result<KeychainItem, KeychainError> {
    let bytes = ports.vault.read().ok().flatten();
    let doors = bytes.and_then(|bytes| satchel_vault::doors(&bytes).ok());
    let vault = doors.ok_or(KeychainError::Unavailable)?.vault;
    Ok(KeychainItem::HighWater { vault })
}

async fn get(ports: &Ports) -> Result<SecretBytes<32>, KeychainError> {
    ports.keychain.get(item(ports)?).await
}

/// Compares what the keychain said with the database; returns whether that was brought back.
fn heard(ports: &Ports, open: &Open, said: Result<SecretBytes<32>, KeychainError>) -> bool {
    let mark = match said {
        Ok(bytes) => Mark::read(&bytes),
        Err(KeychainError::NotFound | KeychainError::Invalidated) => None,
        Err(error) => {
            tracing::debug!(%error, "it is not known how far this device had written");
            open.high_water.known().looked = Looked::No;
            return false;
        }
    };
    let older = match open.shared.circle().zip(mark) {
        Some((circle, mark)) => go_on_if_older(ports, open, &circle, mark),
        None => Ok(false),
    };
    let mut known = open.high_water.known();
    match older {
        Ok(older) => {
            known.looked = Looked::Yes;
            known.kept = mark;
            if let (Some(told), Some(mark)) = (known.told, mark) {
                known.told = Some(told.or_further(Some(mark)));
            } else {
                known.told = mark;
            }
            older
        }
        Err(error) => {
            tracing::warn!(%error, "that this database is an older copy was not noted");
            known.looked = Looked::No;
            false
        }
    }
}

/// Why it was not noted that a database is an older copy.
#[derive(Debug, thiserror::Error)]
enum GoOnError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// Goes on in other streams if a mark says that the database is older than what went out.
fn go_on_if_older(
    ports: &Ports,
    open: &Open,
    circle: &Circle,
    mark: Mark,
) -> Result<bool, GoOnError> {
    let store = open.shared.unshared();
    let mut replica = circle.replica();
    if mark.whose != whose(replica.circle(), replica.device()) {
        return Ok(false);
    }
    let own = own_tag(&replica);
    let opened = open.high_water.opened.filter(|then| then.stream == own);
    let older = if mark.stream == own {
        // As it was opened: what was written since took the numbers that the mark speaks of.
        opened.is_some_and(|opened| mark.is_beyond(&opened))
    } else {
        // A stream that this database never had is one that it went on in later. One that it left was told of then.
        let (circle, device) = (replica.circle(), replica.device());
        let is_it = |stream| StreamTag::of(circle, device, stream) == mark.stream;
        !replica.streams_written().any(is_it) && !is_left(&**store, mark.stream)?
    };
    if older {
        let mut streams = [[0; 16]; 2];
        for stream in &mut streams {
            ports.entropy.fill(stream)?;
        }
        let [shared, seeds] = streams.map(StreamId::from_bytes);
        let streams = OwnStreams { shared, seeds };
        circle.go_on_in(&mut replica, streams, mark.stream, &**store)?;
        tracing::warn!("this device was restored from an older copy of itself");
    }
    Ok(older)
}

/// Has the keychain keep what it should.
async fn keep(ports: &Ports, open: &Open, events: &broadcast::Sender<Event>) {
    let water = &open.high_water;
    let _only = water.turn.lock().await;
    let looked = water.known().looked;
    match looked {
        Looked::Yes => {}
        // What it says is looked at first, and the next round notes.
        Looked::Asking => return,
        Looked::No => {
            if heard(ports, open, get(ports).await) {
                // An error means only that nobody listens.
                let _ = events.send(Event::CopySeen);
            }
        }
    }
    let (Some(circle), Ok(item)) = (open.shared.circle(), item(ports)) else {
        return;
    };
    let (belongs, stream) = {
        let replica = circle.replica();
        (replica.belongs(), own_tag(&replica))
    };
    let (looked, told, kept) = {
        let known = water.known();
        (known.looked, known.told, known.kept)
    };
    if looked != Looked::Yes {
        return;
    }
    let done = if !belongs {
        // It tells nobody anything any more.
        ports.keychain.remove(item).await.map(|()| None)
    } else {
        match told.filter(|told| told.stream == stream && Some(*told) != kept) {
            Some(told) => match told.write() {
                Some(bytes) => ports.keychain.put(item, &bytes).await.map(|()| Some(told)),
                None => return,
            },
            None => return,
        }
    };
    match done {
        Ok(now) => water.known().kept = now,
        Err(error) => tracing::debug!(%error, "how far this device has written is noted later"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(stream: u8, next: [u32; 2]) -> Mark {
        Mark {
            whose: [1; 8],
            stream: StreamTag([stream; 16]),
            next,
        }
    }

    #[test]
    fn a_mark_comes_back_as_it_was_written() {
        let mark = mark(3, [7, 300]);
        let bytes = mark.write().expect("32 bytes");
        let mut expected = vec![1; 8];
        expected.extend([3; 16]);
        expected.extend([7, 0, 0, 0, 44, 1, 0, 0]);
        assert_eq!(bytes.expose().as_slice(), expected);
        assert_eq!(Mark::read(&bytes), Some(mark));
    }

    #[test]
    fn a_mark_is_of_one_device_in_one_circle() {
        let [one, two] = [1, 2].map(|it| (CircleId::from_bytes([it; 16]), [it; 16]));
        let of = |circle, device| whose(circle, DeviceId::from_bytes(device));
        let all = [
            of(one.0, one.1),
            of(one.0, two.1),
            of(two.0, one.1),
            of(two.0, two.1),
        ];
        let different: std::collections::BTreeSet<_> = all.into_iter().collect();
        assert_eq!(different.len(), 4);
    }

    #[test]
    fn either_class_may_be_beyond_and_a_mark_never_goes_back() {
        assert!(mark(3, [2, 0]).is_beyond(&mark(3, [1, 5])));
        assert!(mark(3, [0, 6]).is_beyond(&mark(3, [1, 5])));
        assert!(!mark(3, [1, 5]).is_beyond(&mark(3, [1, 5])));
        let further = mark(3, [2, 1]).or_further(Some(mark(3, [1, 5])));
        assert_eq!(further, mark(3, [2, 5]));
        let other = mark(4, [2, 1]).or_further(Some(mark(3, [9, 9])));
        assert_eq!(other, mark(4, [2, 1]), "another stream begins anew");
    }
}
