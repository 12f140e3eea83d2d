//! What `Debug` shows of a secret.

use std::fmt::Debug;

use satchel_secrets::{Passphrase, SecretBytes, SecretText, SecretVec};

fn shown(secret: impl Debug) -> String {
    format!("{secret:?} {secret:#?}")
}

#[test]
fn debug_shows_a_placeholder() {
    let bytes = SecretBytes::<4>::from_slice(b"kept").expect("four bytes");
    assert_eq!(format!("{bytes:?}"), "SecretBytes<4>(…)");
    let typed = || SecretText::new("kept".to_owned());
    let passphrase = Passphrase::new(typed()).expect("not empty");
    for text in [
        shown(bytes),
        shown(SecretVec::from_slice(b"kept")),
        shown(typed()),
        shown(passphrase),
    ] {
        assert!(!text.contains("kept"), "{text}");
        // Not as a list of numbers either: 107 is `k`.
        assert!(!text.contains("107"), "{text}");
    }
}
