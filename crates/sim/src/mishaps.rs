//! What befalls a device: its program ends, its disk is set back, copied or lost.

use crate::device::Dev;
use crate::faults::Fault;
use crate::keep::SimKeep;
use crate::world::{MAX_DEVICES, World};

impl World {
    pub fn crash(&mut self, at: usize) {
        if self.devices[at].live.is_some() {
            self.stats.crashes += 1;
        }
        self.devices[at].crash();
    }

    pub fn back_up(&mut self, at: usize) {
        let dev = &mut self.devices[at];
        let disk = dev.keep.disk().clone();
        dev.backups.push(disk);
    }

    /// A device goes back to an old copy of its disk.
    pub fn restore(&mut self, at: usize) {
        let dev = &mut self.devices[at];
        let Some(disk) = self.dice.pick(&dev.backups).cloned() else {
            return;
        };
        if dev.dead {
            return;
        }
        dev.crash();
        for op in self.log.ops.values_mut().filter(|op| op.by == at) {
            op.kept &= disk.objects.contains_key(&op.name);
        }
        *dev.keep.disk() = disk;
        self.dice.note(Fault::Restored);
    }

    /// A disk is copied, and both go on.
    pub fn copy(&mut self, at: usize) {
        let dev = &self.devices[at];
        if self.devices.len() == MAX_DEVICES || dev.dead {
            return;
        }
        let disk = dev.keep.disk().clone();
        let mut copy = Dev::new(dev.who, SimKeep::new(disk, &self.dice), dev.uses.clone());
        (copy.skew, copy.stubborn) = (dev.skew, dev.stubborn);
        self.devices.push(copy);
        self.dice.note(Fault::Copied);
    }

    pub fn lose_disk(&mut self, at: usize) {
        if self.devices[at].dead || !self.owner_left_without(|other, _| other == at) {
            return;
        }
        let dev = &mut self.devices[at];
        dev.crash();
        dev.dead = true;
        dev.keep.disk().objects.clear();
        for op in self.log.ops.values_mut().filter(|op| op.by == at) {
            op.kept = false;
        }
        self.dice.note(Fault::DiskLost);
    }
}
