//! The commands' names by window.

include!("command_names.rs");
