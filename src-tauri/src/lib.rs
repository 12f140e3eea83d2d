//! The desktop and phone shell: windows, typed commands and the operating system's dialogs around
//! the wallet's use cases. It decides nothing about money.

pub mod commands;
pub mod names;
pub mod page_error;
pub mod shell;
