//! The public doors, with Argon2id as it is used.

use std::convert::Infallible;

use satchel_bundle::{OpenError, SealError, WalletFile, open, seal};
use satchel_secrets::kdf::{KdfError, KdfParams};
use satchel_secrets::{Passphrase, SecretText};
use satchel_types::Timestamp;

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(SecretText::new(text.to_owned())).expect("a valid passphrase")
}

fn fill(out: &mut [u8]) -> Result<(), Infallible> {
    out.fill(0x5a);
    Ok(())
}

const EMPTY: WalletFile = WalletFile {
    created_at: Timestamp::from_secs(1),
    wallets: vec![],
};

#[test]
fn a_wallet_file_is_sealed_and_opened() {
    let bytes = seal(&EMPTY, &passphrase("correct horse"), KdfParams::FILE, fill).expect("sealed");
    let file = open(&bytes, &passphrase("correct horse")).expect("right");
    assert_eq!(file.created_at(), Timestamp::from_secs(1));
    assert_eq!(
        open(&bytes, &passphrase("wrong")).expect_err("wrong"),
        OpenError::WrongPassphrase
    );
}

#[test]
fn a_wallet_file_with_weak_stretching_is_not_made() {
    let params = KdfParams {
        t: 2,
        ..KdfParams::FLOOR
    };
    let refused = seal(&EMPTY, &passphrase("correct horse"), params, fill);
    assert!(matches!(
        refused,
        Err(SealError::Kdf(KdfError::TooWeak { .. }))
    ));
}
