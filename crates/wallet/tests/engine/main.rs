//! The engine against a synthetic chain in memory.
#![allow(clippy::unwrap_used)]

mod flows;
mod laws;
mod missing;
mod peer;
mod plans;
mod replacing;
mod resuming;
mod reviewing;
mod scans;
mod world;
