//! One round between a device and a place.

mod bring;
mod fetch;
mod listing;
mod thin;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use satchel_bundle::replica::{OwnStreams, Replica};
use satchel_ports::{BlobError, BlobStore, KeepError, KeptObject, ObjectKeep};
use satchel_types::BlobName;
use tokio_util::sync::CancellationToken;

use self::listing::Tags;
use crate::load::refold;
use crate::{Memory, Report, Standing, lock};

/// How many calls to a place run at once.
const AT_ONCE: usize = 6;
/// After how many failed calls in a row a round stops: the place is down.
const IN_A_ROW: u32 = 3;
/// After how many that were answered, if only with a refusal. One object that nobody may read must not keep others back.
const REFUSED_IN_A_ROW: u32 = 32;

/// How closely a place is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// What is listed with its length, and with the tag it had then, is believed to be there, if its bytes were seen once.
    /// A round with nothing new is one list.
    Lengths,
    /// Everything is read and compared, and mended where it is not whole: once in a while.
    Bytes,
}

impl Check {
    /// After how many seconds all that is in a place is read, and not only what it lists otherwise than before: disks turn
    /// bits without a word.
    pub const ALL_AFTER_S: u64 = 24 * 60 * 60;

    /// Returns how closely a place is to be looked at now, which was last looked at whole at a time by this device's clock,
    /// if ever. A clock that was set back makes it due as well.
    pub fn due(looked: Option<u64>, now: u64) -> Self {
        match looked.and_then(|at| now.checked_sub(at)) {
            Some(ago) if ago < Self::ALL_AFTER_S => Self::Lengths,
            _ => Self::Bytes,
        }
    }
}

/// Between whom, and how.
#[derive(Debug)]
pub struct Round<'a> {
    /// The place.
    pub store: &'a dyn BlobStore,
    /// What the place is called among the keeping's marks; always alike, and no two places alike.
    pub place: &'a str,
    /// The device's own keeping.
    pub keep: &'a dyn ObjectKeep,
    /// Streams, drawn at random for this round, with which this device goes on if it finds a copy
    /// of itself. After a round [`Replica::own_streams`] is to be remembered.
    pub spare: OwnStreams,
    /// How closely the place is looked at.
    pub check: Check,
    /// This device's clock, in milliseconds since 1970: whether something is of long ago.
    pub now_ms: u64,
    /// Ends the round at the next object.
    pub cancel: &'a CancellationToken,
}

/// How far a round has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The place is listed.
    Listing,
    /// Objects are fetched.
    Fetching {
        /// How many were.
        done: usize,
        /// How many there are.
        of: usize,
    },
    /// Objects are brought or looked at.
    Bringing {
        /// How many were.
        done: usize,
        /// How many there are.
        of: usize,
    },
}

/// Why a round failed on this device's side. What the place did is in the [`Report`].
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    /// What was taken in could not be kept. The replica is to be loaded anew: it knows of objects that are
    /// not kept.
    #[error(transparent)]
    Keep(#[from] KeepError),
}

/// What a round carries along.
struct Going<'a> {
    replica: &'a Mutex<Replica>,
    round: &'a Round<'a>,
    memory: &'a mut Memory,
    progress: &'a mut (dyn FnMut(Progress) + Send),
    report: Report,
    listed: BTreeMap<BlobName, Option<u64>>,
    /// The tags of those that have one.
    tags_listed: BTreeMap<BlobName, u64>,
    tags: Tags,
    marks: BTreeSet<BlobName>,
    /// What this round put there.
    put: BTreeSet<BlobName>,
    failed_in_a_row: u32,
}

impl Going<'_> {
    /// Notes that a call failed; `true`: the round is to stop.
    fn failed(&mut self, error: &BlobError) -> bool {
        self.failed_in_a_row += 1;
        let patience = match error {
            BlobError::Denied { .. } | BlobError::Untrusted { .. } | BlobError::Nonsense { .. } => {
                REFUSED_IN_A_ROW
            }
            _ => IN_A_ROW,
        };
        let stop = self.failed_in_a_row >= patience || *error == BlobError::Cancelled;
        if stop {
            self.report.stopped = Some(error.clone());
        }
        stop
    }

    fn is_stopped(&mut self) -> bool {
        if self.round.cancel.is_cancelled() {
            self.report.stopped = Some(BlobError::Cancelled);
        }
        self.report.stopped.is_some()
    }
}

/// Goes one round with a place. The replica is locked for moments, never during a wait, so that
/// the owner can go on writing.
///
/// Dropping the future ends the round; what was kept by then is kept.
///
/// # Errors
/// If this device's own keeping fails. A place that fails is reported instead.
pub async fn round(
    replica: &Mutex<Replica>,
    memory: &mut Memory,
    round: &Round<'_>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Report, RoundError> {
    go(replica, memory, round, progress, true).await
}

/// Takes in what a place has and brings nothing: the first half of a [`round()`], for what is only read, such as a file.
///
/// # Errors
/// As [`round()`].
pub async fn take_over(
    replica: &Mutex<Replica>,
    memory: &mut Memory,
    round: &Round<'_>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Report, RoundError> {
    go(replica, memory, round, progress, false).await
}

async fn go(
    replica: &Mutex<Replica>,
    memory: &mut Memory,
    round: &Round<'_>,
    progress: &mut (dyn FnMut(Progress) + Send),
    bring: bool,
) -> Result<Report, RoundError> {
    let listing = round.keep.listing(round.place).await?;
    let tags = Tags::read(&listing.unwrap_or_default());
    let mut going = Going {
        replica,
        round,
        memory,
        progress,
        report: Report::default(),
        listed: BTreeMap::new(),
        tags_listed: BTreeMap::new(),
        tags: tags.clone(),
        marks: round.keep.marks(round.place).await?,
        put: BTreeSet::new(),
        failed_in_a_row: 0,
    };
    lock(replica).set_spare_streams(round.spare);
    (going.progress)(Progress::Listing);
    match round.store.list(round.cancel).await {
        Ok(listed) => {
            for object in listed {
                if let Some(tag) = object.tag {
                    going.tags_listed.insert(object.name, tag);
                }
                // Some places hold two of one name.
                let len = going.listed.entry(object.name).or_insert(object.len);
                *len = (*len).max(object.len);
            }
        }
        Err(error) => {
            going.report.stopped = Some(error);
            for kept in round.keep.objects().await? {
                if lock(replica).is_to_bring(&kept.name) {
                    going.report.own.insert(kept.name, Standing::Unknown);
                }
            }
            return Ok(going.end());
        }
    }
    going.fetch().await?;
    let touched = refold(replica, round.keep).await?;
    going.report.touched.extend(touched);
    if bring {
        let kept = round.keep.objects().await?;
        let there = going.bring(&kept).await?;
        going.thin_out(&there).await?;
        going.remember_listing(&tags).await?;
    }
    Ok(going.end())
}

impl Going<'_> {
    fn end(mut self) -> Report {
        let replica = lock(self.replica);
        self.report.missing = replica.missing();
        self.report.epoch_due = replica.needs_epoch();
        self.report
    }
}

/// How long each kept object is.
fn lengths(kept: &[KeptObject]) -> BTreeMap<BlobName, u64> {
    kept.iter().map(|kept| (kept.name, kept.len)).collect()
}
