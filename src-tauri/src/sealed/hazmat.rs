//! The one place where recovery words leave Rust.

use satchel_keys::RecoveryWords;
use tauri::ipc::Response;

/// Writes the words into a response for the sealed page, with spaces between, as raw bytes: they
/// pass no serializer and no type that could be printed.
///
/// The response's own buffer is Tauri's and is freed without being wiped by it; see
/// `main.rs` for what wipes freed memory.
pub(super) fn words_response(words: &RecoveryWords) -> Response {
    // Sized before anything is written: a buffer that grows leaves its old bytes behind.
    let size = (0..words.word_count())
        .map(|i| words.word(i).len() + 1)
        .sum();
    let mut bytes = Vec::with_capacity(size);
    for i in 0..words.word_count() {
        if i > 0 {
            bytes.push(b' ');
        }
        bytes.extend_from_slice(words.word(i).as_bytes());
    }
    Response::new(bytes)
}
