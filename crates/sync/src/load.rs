//! A device's picture of its circle, made of what it kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use satchel_bundle::object::ObjectHash;
use satchel_bundle::replica::{Replica, Source, Taken};
use satchel_ports::{KeepError, ObjectKeep};
use satchel_types::BlobName;

use crate::lock;

/// How many objects are in memory at once.
const AT_ONCE: usize = 256;

/// What was made.
#[derive(Debug)]
pub struct Loaded {
    /// What the device knows.
    pub replica: Replica,
    /// Kept objects that cannot be read any more. The next round fetches them where they are.
    pub damaged: BTreeSet<BlobName>,
}

/// Takes all kept objects into a replica that has nothing yet.
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
    for chunk in names.chunks(AT_ONCE) {
        let mut objects = Vec::with_capacity(chunk.len());
        for name in chunk {
            objects.push(keep.get(name).await?);
        }
        let taken = replica.take_all(objects.iter().map(Vec::as_slice), Source::Here);
        for (name, taken) in chunk.iter().zip(taken) {
            match taken {
                Ok(Taken::New { .. } | Taken::Known | Taken::LeftOut { .. }) => {}
                _ => {
                    damaged.insert(*name);
                }
            }
        }
    }
    let replica = Mutex::new(replica);
    refold(&replica, keep).await?;
    Ok(Loaded {
        replica: replica
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner),
        damaged,
    })
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
