//! HTTP clients that ask only whom they are told to, and how much of an answer is read.
//!
//! Whoever speaks to a server over HTTP takes its client from here, so that one place decides what leaves
//! this machine: no redirect is followed, no cookie kept, no user agent sent, the environment's proxy
//! variables are ignored, this machine is asked directly and everything else through the chosen proxy.
//!
//! # What must stay true
//!
//! * `localhost` is this machine, whatever a resolver says.
//! * An onion address is never given to the system's resolver (RFC 7686).
//! * An answer is cut off at its limit while it streams in.
//! * No error holds an address or a server's text: the library's own errors are dropped.

pub mod address;
mod client;
mod read;
mod trust;

pub use address::{BadAddress, PlainHttp};
pub use client::{Connection, open};
pub use read::{ReadError, read, read_cut};
pub use trust::is_untrusted;
