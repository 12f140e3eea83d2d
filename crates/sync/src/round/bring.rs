//! The second half of a round: what the place lacks is brought, and read back.

use std::collections::BTreeSet;

use futures::StreamExt;
use satchel_bundle::object::{ObjectHash, max_len};
use satchel_ports::{BlobError, KeepError, KeptObject, Put};
use satchel_types::BlobName;

use super::{AT_ONCE, Check, Going, Progress, Round, RoundError, lengths};
use crate::{Standing, lock};

/// What is to be done about an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    /// The place does not list it.
    Bring,
    /// The place lists it and its bytes are to be seen, and mended if need be.
    Look,
    /// They are to be seen alone.
    OnlyLook,
}

/// What came of it.
enum Outcome {
    /// It is there, whole.
    There {
        /// It had to be put there.
        brought: bool,
        /// There was something else under its name.
        mended: bool,
    },
    /// It is not there, or still not whole.
    NotThere,
    /// The device's own copy is damaged.
    Damaged,
    /// The place did not answer.
    Failed(BlobError),
}

impl Going<'_> {
    /// Returns what is in the place afterwards, whole.
    pub(super) async fn bring(
        &mut self,
        kept: &[KeptObject],
    ) -> Result<BTreeSet<BlobName>, RoundError> {
        let (mut there, mut tasks) = self.sort(kept);
        let mut keys: Vec<_> = tasks.extract_if(.., |(name, _)| is_keys(name)).collect();
        let of = keys.len() + tasks.len();
        self.put_all(&mut keys).await?;
        self.do_all(keys, 0, of, kept, &mut there).await?;
        self.hold_back(&mut tasks, &there);
        self.put_all(&mut tasks).await?;
        let done = of - tasks.len();
        self.do_all(tasks, done, of, kept, &mut there).await?;
        Ok(there)
    }

    /// Lets an object go nowhere before what opens it: else, if this device were lost, nobody could
    /// ever read it.
    fn hold_back(&self, tasks: &mut Vec<(BlobName, Task)>, there: &BTreeSet<BlobName>) {
        let replica = lock(self.replica);
        let opens = |name: &BlobName| {
            let hash = replica.known_as(name.hash())?;
            replica
                .keys_for(&hash)
                .filter_map(|keys| replica.name_of(&keys))
                .find(|keys| there.contains(keys))
        };
        for (name, task) in tasks.iter_mut() {
            if *task == Task::Look && opens(name).is_none() {
                *task = Task::OnlyLook;
            }
        }
        tasks.retain(|(name, task)| *task != Task::Bring || opens(name).is_some());
    }

    /// Returns what is surely in the place, and what is to be done. Says how own objects stand so far.
    fn sort(&mut self, kept: &[KeptObject]) -> (BTreeSet<BlobName>, Vec<(BlobName, Task)>) {
        let replica = lock(self.replica);
        let place = self.round.place;
        let with_lengths = self.memory.has_lengths(place);
        let mut there = BTreeSet::new();
        let mut tasks = Vec::new();
        let mut as_listed = Vec::new();
        let left_away = self.left_away(&replica);
        for KeptObject { name, len } in kept {
            // What is kept and not known is damaged.
            if !replica.knows_short(name.hash()) {
                continue;
            }
            let own = replica.is_to_bring(name);
            let marked = self.marks.contains(name);
            let task = match self.listed.get(name) {
                // The place has a snapshot that holds it, and whoever wrote it may have taken it out.
                None if left_away.contains(name) => continue,
                None => {
                    if marked {
                        self.report.lost.insert(*name);
                    }
                    Some(Task::Bring)
                }
                Some(listed) => {
                    let fits = match listed {
                        Some(listed) if with_lengths => Some(listed == len),
                        _ => None,
                    };
                    // Own objects and keys are read back at least once, whoever brought them, and all where the place tells tags.
                    let seen = marked || (fits == Some(true) && !own && !is_keys(name));
                    let whole = seen
                        && fits != Some(false)
                        && !self.is_changed(name)
                        && self.round.check == Check::Lengths
                        && !self.memory.is_torn(place, name);
                    (!whole).then_some(Task::Look)
                }
            };
            match task {
                Some(task) => tasks.push((*name, task)),
                None => {
                    there.insert(*name);
                    as_listed.push(*name);
                }
            }
            if own {
                let standing = match task {
                    Some(_) => Standing::Pending,
                    None => Standing::Confirmed,
                };
                self.report.own.insert(*name, standing);
            }
        }
        drop(replica);
        for name in &as_listed {
            self.is_as_listed(name);
        }
        (there, tasks)
    }

    /// Puts what the place lacks there, and asks how it lists that before any of it is read back: what is written over later it
    /// lists otherwise then. A list that came after would tell the same of what was written over in between.
    async fn put_all(&mut self, tasks: &mut Vec<(BlobName, Task)>) -> Result<(), RoundError> {
        let round = self.round;
        let bring = tasks.iter().filter(|(_, task)| *task == Task::Bring);
        let bring: Vec<BlobName> = bring.map(|(name, _)| *name).collect();
        let mut outcomes = futures::stream::iter(bring)
            .map(|name| async move { (name, put_one(round, &name).await) })
            .buffered(AT_ONCE);
        let mut put = BTreeSet::new();
        while !self.is_stopped()
            && let Some((name, outcome)) = outcomes.next().await
        {
            match outcome? {
                Ok(()) => {
                    self.failed_in_a_row = 0;
                    self.is_not_as_listed(&name);
                    put.insert(name);
                }
                Err(None) => {
                    self.report.damaged.insert(name);
                }
                Err(Some(error)) => {
                    self.failed(&error);
                    if let Some(own) = self.report.own.get_mut(&name) {
                        *own = Standing::Unknown;
                    }
                }
            }
        }
        drop(outcomes);
        tasks.retain(|(name, task)| *task != Task::Bring || put.contains(name));
        for (_, task) in tasks.iter_mut().filter(|(_, task)| *task == Task::Bring) {
            *task = Task::Look;
        }
        if !put.is_empty() && !self.is_stopped() {
            self.ask_how_listed(&put).await;
        }
        self.put.append(&mut put);
        Ok(())
    }

    async fn do_all(
        &mut self,
        tasks: Vec<(BlobName, Task)>,
        mut done: usize,
        of: usize,
        kept: &[KeptObject],
        there: &mut BTreeSet<BlobName>,
    ) -> Result<(), RoundError> {
        let round = self.round;
        let lengths = lengths(kept);
        let mut outcomes = futures::stream::iter(tasks)
            .map(|(name, task)| async move { (name, do_one(round, &name, task).await) })
            .buffered(AT_ONCE);
        let mut seen = Vec::new();
        while !self.is_stopped()
            && let Some((name, outcome)) = outcomes.next().await
        {
            let standing = match outcome? {
                Outcome::There { brought, mended } => {
                    self.failed_in_a_row = 0;
                    self.memory.set_torn(round.place, name, false);
                    if brought || self.put.contains(&name) {
                        self.report.brought.insert(name);
                    }
                    if brought {
                        self.is_not_as_listed(&name);
                    } else {
                        self.is_as_listed(&name);
                    }
                    if !brought
                        && let Some(Some(listed)) = self.listed.get(&name)
                        && Some(listed) != lengths.get(&name)
                    {
                        self.memory.doubt_lengths(round.place, name, *listed);
                    }
                    if mended {
                        self.report.mended.insert(name);
                    }
                    seen.push(name);
                    there.insert(name);
                    Standing::Confirmed
                }
                Outcome::NotThere => Standing::Pending,
                Outcome::Damaged => {
                    self.report.damaged.insert(name);
                    Standing::Pending
                }
                Outcome::Failed(error) => {
                    self.failed(&error);
                    Standing::Unknown
                }
            };
            if let Some(own) = self.report.own.get_mut(&name) {
                *own = standing;
            }
            done += 1;
            (self.progress)(Progress::Bringing { done, of });
        }
        drop(outcomes);
        let lost: Vec<_> = self
            .report
            .lost
            .iter()
            .filter(|name| !there.contains(name))
            .copied()
            .collect();
        if !(seen.is_empty() && lost.is_empty()) {
            round.keep.mark(round.place, &seen, &lost).await?;
        }
        Ok(())
    }
}

fn is_keys(name: &BlobName) -> bool {
    matches!(name, BlobName::Keys { .. })
}

/// Returns the bytes of a kept object; `None`: they are damaged.
async fn kept_bytes(round: &Round<'_>, name: &BlobName) -> Result<Option<Vec<u8>>, KeepError> {
    match round.keep.get(name).await {
        Ok(object) if ObjectHash::of(&object).short() == name.hash() => Ok(Some(object)),
        Ok(_) | Err(KeepError::Gone) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Puts an object into the place; else says why not, or that the own copy is damaged.
async fn put_one(
    round: &Round<'_>,
    name: &BlobName,
) -> Result<Result<(), Option<BlobError>>, KeepError> {
    let Some(object) = kept_bytes(round, name).await? else {
        return Ok(Err(None));
    };
    let put = round.store.put_new(name, &object).await;
    Ok(put.map(|_| ()).map_err(Some))
}

/// Does what is to be done about one object that may be there. An error is one of the keeping; without an
/// object's bytes, nothing is done.
async fn do_one(round: &Round<'_>, name: &BlobName, task: Task) -> Result<Outcome, KeepError> {
    let found = match look(round, name).await {
        Ok(Some(true)) => {
            return Ok(Outcome::There {
                brought: false,
                mended: false,
            });
        }
        Err(error) => return Ok(Outcome::Failed(error)),
        Ok(_) if task == Task::OnlyLook => return Ok(Outcome::NotThere),
        Ok(found) => found,
    };
    let Some(object) = kept_bytes(round, name).await? else {
        return Ok(Outcome::Damaged);
    };
    if found.is_none() {
        let put = match round.store.put_new(name, &object).await {
            Ok(put) => put,
            Err(error) => return Ok(Outcome::Failed(error)),
        };
        match look(round, name).await {
            Ok(Some(true)) => {
                return Ok(Outcome::There {
                    brought: true,
                    mended: false,
                });
            }
            Ok(Some(false)) => {}
            // Something has its name that is no object, such as a folder.
            Ok(None) if put == Put::Existed => {}
            Ok(None) => return Ok(Outcome::NotThere),
            Err(error) => return Ok(Outcome::Failed(error)),
        }
    }
    if let Err(error) = round.store.mend(name, &object).await {
        return Ok(Outcome::Failed(error));
    }
    Ok(match look(round, name).await {
        Ok(Some(true)) => Outcome::There {
            brought: true,
            mended: true,
        },
        Ok(_) => Outcome::NotThere,
        Err(error) => Outcome::Failed(error),
    })
}

/// Reads an object back. `None`: it is not there; `false`: not with its own bytes.
async fn look(round: &Round<'_>, name: &BlobName) -> Result<Option<bool>, BlobError> {
    let max = u64::try_from(max_len(name)).unwrap_or(u64::MAX);
    match round.store.get(name, max).await {
        Ok(object) => Ok(Some(ObjectHash::of(&object).short() == name.hash())),
        Err(BlobError::NotFound) => Ok(None),
        Err(BlobError::TooLarge { .. }) => Ok(Some(false)),
        Err(error) => Err(error),
    }
}
