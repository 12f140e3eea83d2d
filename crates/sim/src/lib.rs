//! Many devices, bad places and bad luck, all from one seed: does everybody end alike?
//!
//! The code under test is the real one: `satchel-bundle` and `satchel-sync`. Played are the places, the
//! disks, the clocks, and who does what when. Nothing runs by itself: each future is polled by hand, so that a device can crash at
//! every wait. What must be true at the end is in `calm.rs` and `log.rs`.

#![allow(missing_docs)] // Nothing outside of this crate builds on it.

pub mod addresses;
pub mod blob;
pub mod calm;
pub mod device;
pub mod dice;
pub mod faults;
pub mod keep;
pub mod log;
pub mod mishaps;
pub mod ops;
pub mod place;
pub mod stubborn;
pub mod variant;
pub mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use faults::{Fault, Tally};
pub use variant::Variant;
use world::World;

/// What happened in a run.
#[derive(Debug, Default, Clone, Copy)]
pub struct Stats {
    pub devices: usize,
    pub objects: usize,
    pub acknowledged: usize,
    pub crashes: usize,
    /// Rounds that said that something is lost, withheld or copied.
    pub alarms: usize,
    /// Objects that were taken out of places because a snapshot holds them.
    pub thinned: usize,
    /// Objects that were not read when a program started because a snapshot holds them.
    pub remembered: usize,
    pub removals: usize,
    /// Turns in the calm in which a snapshot stopped to count, since a removal was heard of.
    pub unlearned: usize,
    /// Turns in which somebody let the device in that brings places together.
    pub let_in: usize,
    /// How often a device left in a place again what a snapshot had replaced, as a removal was heard of there.
    pub left_again: usize,
    /// Runs in which no living device could bring all epochs together.
    pub apart: usize,
    /// Runs in which no device that belongs was left.
    pub deserted: usize,
    /// All that befell it.
    pub faults: Tally,
}

impl Stats {
    /// Adds another run's.
    pub fn add(&mut self, other: &Self) {
        self.devices += other.devices;
        self.objects += other.objects;
        self.acknowledged += other.acknowledged;
        self.crashes += other.crashes;
        self.alarms += other.alarms;
        self.thinned += other.thinned;
        self.remembered += other.remembered;
        self.removals += other.removals;
        self.unlearned += other.unlearned;
        self.let_in += other.let_in;
        self.left_again += other.left_again;
        self.apart += other.apart;
        self.deserted += other.deserted;
        self.faults.add(&other.faults);
    }
}

/// Runs one seed.
///
/// # Errors
/// What was not as it must be.
pub fn run(seed: u64, variant: Variant) -> Result<Stats, String> {
    let whole = || {
        let mut world = World::new(seed, variant);
        world.storm()?;
        world.calm()?;
        Ok(world.stats())
    };
    catch_unwind(AssertUnwindSafe(whole)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or(panic.downcast_ref::<&str>().copied());
        Err(format!("a panic: {}", text.unwrap_or("without words")))
    })
}
