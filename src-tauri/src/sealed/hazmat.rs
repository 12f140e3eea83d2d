//! The one place where recovery words leave Rust.

use satchel_keys::RecoveryWords;
use satchel_secrets::SecretVec;

/// Writes the words for the sealed page, with spaces between. The desk seals them with the key that
/// the page agreed on: they pass no serializer, no type that could be printed, and no buffer of the web
/// engine's in this process that could keep them.
pub(super) fn words_for_the_page(words: &RecoveryWords) -> SecretVec {
    let each = || (0..words.word_count()).map(|i| words.word(i).as_bytes());
    let size: usize = each().map(|word| word.len() + 1).sum();
    let built = SecretVec::init_with(size - 1, |out| {
        let mut at = 0;
        for word in each() {
            if at > 0 {
                out[at] = b' ';
                at += 1;
            }
            out[at..at + word.len()].copy_from_slice(word);
            at += word.len();
        }
        Ok::<_, std::convert::Infallible>(())
    });
    match built {
        Ok(text) => text,
        Err(never) => match never {},
    }
}
