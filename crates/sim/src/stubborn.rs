//! A device that was removed and takes no notice: it goes on to write with the keys it has, and brings that to places.
//!
//! It runs the real code, which would stop once it hears of the removal; so what says so is kept from it. It makes no keys, also
//! where it was given the owner's key: who has that may let in whomever they like, until the coins are moved.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use satchel_ports::{BlobError, BlobStore, Listed, Put};
use satchel_types::BlobName;
use tokio_util::sync::CancellationToken;

use crate::device::id;
use crate::faults::Fault;
use crate::place::SimPlace;
use crate::world::World;

/// A place as a device sees it: some of what is there it will not hear of.
#[derive(Debug)]
pub struct SeenPlace {
    pub place: Arc<SimPlace>,
    pub hidden: BTreeSet<BlobName>,
}

impl World {
    /// One that was removed begins to take no notice, if there is one.
    pub fn take_no_notice(&mut self) {
        let removed = (0..self.devices.len()).filter(|at| {
            let dev = &self.devices[*at];
            self.was_removed(dev.who) && !dev.dead && !dev.stubborn
        });
        let removed: Vec<_> = removed.collect();
        let Some(at) = self.dice.pick(&removed).copied() else {
            return;
        };
        self.devices[at].stubborn = true;
        self.devices[at].crash();
        self.dice.note(Fault::WentOnRemoved);
    }

    /// What a device will not hear of: who takes no notice of its removal, of all that says so.
    pub fn hidden_from(&self, at: usize) -> BTreeSet<BlobName> {
        let dev = &self.devices[at];
        if !dev.stubborn {
            return BTreeSet::new();
        }
        let who = id(dev.who);
        let removing = self.log.removals.iter();
        let removing = removing.filter(|(_, removed)| removed.contains(&who));
        removing.map(|(name, _)| *name).collect()
    }

    /// What a device heard all the same it forgets, and begins anew.
    pub fn look_away(&mut self, at: usize) {
        let hidden = self.hidden_from(at);
        let dev = &mut self.devices[at];
        if !dev.stubborn || dev.dead {
            return;
        }
        let heard = dev
            .replica()
            .is_some_and(|replica| replica.roster().removed(id(dev.who)).is_some());
        if heard {
            dev.crash();
        }
        if dev.live.is_none() && dev.load.is_none() {
            let mut disk = dev.keep.disk();
            disk.objects.retain(|name, _| !hidden.contains(name));
            disk.index = None;
        }
    }

    /// Those that take no notice.
    pub fn stubborn(&self) -> Vec<usize> {
        let all = 0..self.devices.len();
        all.filter(|at| self.devices[*at].stubborn && !self.devices[*at].dead)
            .collect()
    }
}

#[async_trait]
impl BlobStore for SeenPlace {
    fn place(&self) -> &str {
        self.place.place()
    }

    async fn list(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, BlobError> {
        let mut listed = self.place.list(cancel).await?;
        listed.retain(|object| !self.hidden.contains(&object.name));
        Ok(listed)
    }

    async fn get(&self, name: &BlobName, max: u64) -> Result<Vec<u8>, BlobError> {
        self.place.get(name, max).await
    }

    async fn put_new(&self, name: &BlobName, object: &[u8]) -> Result<Put, BlobError> {
        self.place.put_new(name, object).await
    }

    async fn mend(&self, name: &BlobName, object: &[u8]) -> Result<(), BlobError> {
        self.place.mend(name, object).await
    }

    async fn remove(&self, name: &BlobName) -> Result<(), BlobError> {
        self.place.remove(name).await
    }
}
