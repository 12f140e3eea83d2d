//! The sandbox from outside, over HTTP and as a library. One binary, because linking the engine is slow.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;
mod library;
