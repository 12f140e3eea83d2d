//! A device's picture of its circle, made of what it kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use satchel_bundle::object::{Hashed, ObjectHash};
use satchel_bundle::replica::{Replica, Source, Taken};
use satchel_ports::{KeepError, ObjectKeep};
use satchel_types::{BlobName, ShortHash};

use crate::lock;

/// How many objects are in memory at once.
const AT_ONCE: usize = 256;
/// After how many objects that it does not know the index is written anew, if that is not few of all.
const INDEX_AFTER: usize = 16;
/// Which part of all is few.
const FEW: usize = 64;

/// What was made.
#[derive(Debug)]
pub struct Loaded {
    /// What the device knows.
    pub replica: Replica,
    /// Kept objects that cannot be read any more. The next round fetches them where they are.
    pub damaged: BTreeSet<BlobName>,
    /// How many objects were not read, because a snapshot holds them.
    pub remembered: usize,
}

/// Takes all kept objects into a replica that has nothing yet. What a snapshot holds is remembered from the last time
/// and not read.
///
/// # Errors
/// If the keeping cannot be read. A damaged object is no error.
pub async fn load(mut replica: Replica, keep: &dyn ObjectKeep) -> Result<Loaded, KeepError> {
    let mut damaged = BTreeSet::new();
    // In the order of the names, keys objects come first.
    let names: Vec<_> = keep
        .objects()
        .await?
        .into_iter()
        .map(|kept| kept.name)
        .collect();
    let (keys, others): (Vec<_>, Vec<_>) = names
        .into_iter()
        .partition(|name| matches!(name, BlobName::Keys { .. }));
    take_all(&mut replica, keep, &keys, &mut damaged).await?;
    let remembered = recall(&mut replica, keep, &others).await?;
    let others: Vec<_> = others
        .into_iter()
        .filter(|name| !replica.knows_short(name.hash()))
        .collect();
    take_all(&mut replica, keep, &others, &mut damaged).await?;
    let replica = Mutex::new(replica);
    refold(&replica, keep).await?;
    let replica = replica
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if others.len() > INDEX_AFTER.max(replica.objects().count() / FEW) {
        // A disk that is full keeps none, and the next start reads all: the wallet opens all the same.
        drop(keep.put_index(&replica.index_of_all()).await);
    }
    Ok(Loaded {
        replica,
        damaged,
        remembered,
    })
}

async fn take_all(
    replica: &mut Replica,
    keep: &dyn ObjectKeep,
    names: &[BlobName],
    damaged: &mut BTreeSet<BlobName>,
) -> Result<(), KeepError> {
    for chunk in names.chunks(AT_ONCE) {
        let mut objects = Vec::with_capacity(chunk.len());
        for name in chunk {
            objects.push(Hashed::new(keep.get(name).await?));
        }
        let mut whole = Vec::with_capacity(chunk.len());
        for (name, object) in chunk.iter().zip(&objects) {
            if object.hash().short() == name.hash() {
                whole.push((name, object));
            } else {
                damaged.insert(*name);
            }
        }
        let taken = replica.take_all_hashed(whole.iter().map(|(_, object)| *object), Source::Kept);
        for ((name, _), taken) in whole.into_iter().zip(taken) {
            match taken {
                Ok(Taken::New { .. } | Taken::Known | Taken::LeftOut { .. }) => {}
                _ => {
                    damaged.insert(*name);
                }
            }
        }
    }
    Ok(())
}

/// Remembers what was known of the objects, and reads those that no snapshot holds. Where that fails nothing is
/// remembered, and all of them are to be taken in. Returns how many need not be.
async fn recall(
    replica: &mut Replica,
    keep: &dyn ObjectKeep,
    names: &[BlobName],
) -> Result<usize, KeepError> {
    let Some(index) = keep.index().await? else {
        return Ok(0);
    };
    let kept: BTreeMap<ShortHash, BlobName> =
        names.iter().map(|name| (name.hash(), *name)).collect();
    // One of another circle, or of another version, is as none.
    let known = replica.recall(&index, |hash| kept.contains_key(&hash));
    let known = known.unwrap_or_default();
    let mut bytes = BTreeMap::new();
    let needed = replica.to_be_read();
    let remembered = known.saturating_sub(needed.len());
    for hash in &needed {
        if let Some(name) = kept.get(&hash.short()) {
            bytes.insert(*hash, keep.get(name).await?);
        }
    }
    let folded = replica.fold_recalled(&needed, |hash| bytes.remove(hash));
    Ok(if folded.is_ok() { remembered } else { 0 })
}

/// Makes the state anew if that is due. If an object was written meanwhile and is not kept yet, or cannot be read, it
/// stays due.
pub(crate) async fn refold(
    replica: &Mutex<Replica>,
    keep: &dyn ObjectKeep,
) -> Result<BTreeSet<satchel_bundle::state::Touched>, KeepError> {
    if !lock(replica).refold_due() {
        return Ok(BTreeSet::new());
    }
    let mut bytes: BTreeMap<ObjectHash, Vec<u8>> = BTreeMap::new();
    for kept in keep.objects().await? {
        if matches!(kept.name, BlobName::Keys { .. }) {
            continue;
        }
        let hash = lock(replica).known_as(kept.name.hash());
        if let Some(hash) = hash {
            bytes.insert(hash, keep.get(&kept.name).await?);
        }
    }
    let mut replica = lock(replica);
    Ok(replica
        .refold(|hash| bytes.remove(hash))
        .unwrap_or_default())
}
