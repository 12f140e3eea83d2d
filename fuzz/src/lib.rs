//! What the fuzz targets share: a count of allocated bytes, seeds, plain text, payments to spoil, and
//! the files of programs that are no libraries, included by path.

mod frugal;
mod payments;
mod plain;
mod seeds;

pub use frugal::{frugal, frugal_bitcoin, frugal_secrets};
pub use payments::{Owner, payment, scripts_of, spoil};
pub use plain::{assert_plain, is_plain};
pub use seeds::seeds;

/// The command line's words.
#[path = "../../crates/cli/src/args.rs"]
pub mod cli_args;
#[path = "../../src-tauri/src/dialogs/text.rs"]
mod dialog_text;
/// Links that ask for a payment.
#[path = "../../src-tauri/src/links/payment_link.rs"]
pub mod links;
/// What the shell is started with.
#[path = "../../src-tauri/src/options.rs"]
pub mod options;
#[path = "../../src-tauri/src/page_error.rs"]
mod page_error;
/// Texts as QR codes.
#[path = "../../src-tauri/src/qr.rs"]
pub mod qr;
#[path = "../../src-tauri/src/sealed/answer.rs"]
mod sealed_answer;

pub use page_error::PageError;
pub use sealed_answer::Answer;

/// A question as the system's dialog gets it: body, and button.
pub fn dialog(text: &satchel_ports::ConfirmText) -> (String, String, String) {
    (
        dialog_text::clean(&text.title),
        dialog_text::body(text),
        dialog_text::clean(&text.agree),
    )
}

/// A text as the platform's dialog gets it.
pub fn for_platform(text: String) -> String {
    dialog_text::for_platform(text)
}
