//! The public doors, with Argon2id as it is used.

use std::convert::Infallible;

use satchel_secrets::kdf::{KdfError, KdfParams};
use satchel_secrets::{Passphrase, SecretText};
use satchel_vault::{CreateVaultError, UnlockError, change_passphrase, create, unlock};

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(SecretText::new(text.to_owned())).expect("a valid passphrase")
}

fn fill(out: &mut [u8]) -> Result<(), Infallible> {
    out.fill(0x5a);
    Ok(())
}

#[test]
fn a_vault_is_made_opened_changed_and_opened_again() {
    let (bytes, key) = create(&passphrase("correct horse"), KdfParams::VAULT, fill).expect("made");
    let opened = unlock(&bytes, &passphrase("correct horse")).expect("right");
    assert!(opened.database_key().ct_eq(&key.database_key()));
    assert_eq!(
        unlock(&bytes, &passphrase("wrong")).expect_err("wrong"),
        UnlockError::WrongPassphrase
    );

    let changed = change_passphrase(
        &bytes,
        &opened,
        &passphrase("battery staple"),
        KdfParams::VAULT,
        fill,
    )
    .expect("changed");
    let again = unlock(&changed, &passphrase("battery staple")).expect("new");
    assert!(again.seed_key().ct_eq(&key.seed_key()));
}

#[test]
fn a_vault_with_weak_stretching_is_not_made() {
    let params = KdfParams {
        m_kib: 32 * 1024,
        ..KdfParams::FLOOR
    };
    let refused = create(&passphrase("correct horse"), params, fill);
    assert!(matches!(
        refused,
        Err(CreateVaultError::Kdf(KdfError::TooWeak { .. }))
    ));
}
