//! What tests of several rooms share. No product code depends on this.
//!
//! - [`rows`]: ready values, each a pure function of a number, so that a test says only what it
//!   is about.
//! - [`contract`]: what every implementation of a port must do, whoever wrote it.
//! - Fakes of the ports: [`ManualClock`], [`SeededEntropy`], [`ScriptedConfirm`],
//!   [`ScriptedAuthorize`], [`FakeKeychain`], [`FakeChain`], [`MemoryPlace`]; and a [`WatchedStore`] around a real one.
//! - A [`Phone`], from which what stands for a platform behind an adapter takes its answers.

pub mod authorize;
pub mod chain;
pub mod clock;
pub mod confirm;
pub mod contract;
pub mod entropy;
pub mod keychain;
mod lan;
mod meanwhile;
pub mod payments;
pub mod phone;
mod place;
pub mod rows;
pub mod watched;

pub use authorize::{Proof, ScriptedAuthorize};
pub use chain::{FakeChain, FakeConnector, ScriptedScan, SeenScan};
pub use clock::ManualClock;
pub use confirm::ScriptedConfirm;
pub use entropy::{BrokenEntropy, SeededEntropy};
pub use keychain::{FakeKeychain, Platform};
pub use lan::AskedLan;
pub use payments::paid_at_first;
pub use phone::{Hand, NoTouch, Phone, SensorState};
pub use place::{Asked, Fate, MemoryPlace};
pub use watched::{Apply, Moment, WatchedStore};
