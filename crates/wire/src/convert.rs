//! From the core's errors and texts to the edge's, in one place.

mod chain;
mod circle;
mod console;
mod contact;
mod interop;
mod keychain;
mod money;
mod pairing;
mod vault;

pub mod parse;
