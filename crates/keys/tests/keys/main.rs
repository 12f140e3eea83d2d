//! Signing through the public doors, judged by Bitcoin Core's own engine.
#![allow(missing_docs)]

mod malformed;
mod parties;
mod payments;
mod refusals;
mod signing;
