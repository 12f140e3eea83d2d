//! The red team's eyes: knows a run's secrets, and looks for them where none may be.
//!
//! [`known`] draws a run's secrets and derives from a home whatever else must stay inside; [`forms`]
//! writes each the ways a leak would; [`scan`] finds what is left of one in bytes; [`memory`] reads
//! another process, `clipboard` asks the display. What is found is told by name and form, never by value.
//!
//! Not shipped, and no part of the wallet: a test of it that opens what it opens.

#[cfg(target_os = "linux")]
pub mod clipboard;
pub mod forms;
pub mod known;
#[cfg(target_os = "linux")]
pub mod memory;
pub mod scan;
