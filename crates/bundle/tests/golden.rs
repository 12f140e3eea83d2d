//! Files of every version that was ever written are read for ever.

use satchel_bundle::{OpenedFile, open};
use satchel_secrets::{Passphrase, SecretText, SecretVec};
use satchel_types::LabelTarget;

fn passphrase() -> Passphrase {
    Passphrase::new(SecretText::new("correct horse".to_owned())).expect("a valid passphrase")
}

#[test]
fn a_file_of_version_1_is_read() {
    let bytes = include_bytes!("files/v1.satchel");
    let opened = open(bytes, &passphrase()).expect("it was whole in 2026");
    assert!(matches!(opened, OpenedFile::Wallets(_)));
    assert_eq!(opened.created_at().as_secs(), 1_700_000_001);
    let wallets = opened.into_wallets();
    assert_eq!(wallets.len(), 1);
    let wallet = &wallets[0];
    assert_eq!(wallet.name.as_str(), "Savings ₿");
    assert_eq!(
        wallet.descriptors.external,
        "tr([73c5da0a/86h/1h/0h]tpub/0/*)#aaaaaaaa"
    );
    let seed = wallet.seed.as_ref().map(SecretVec::expose);
    assert_eq!(seed, Some(&[7; 20][..]));
    assert_eq!(wallet.labels.len(), 3);
    assert!(wallet.labels.contains(&(
        LabelTarget::Address("bcrt1qexample".to_owned()),
        "Ana".to_owned()
    )));
    assert_eq!(wallet.locked_coins.len(), 2);
    assert_eq!((wallet.next_receive, wallet.next_change), (12, 3));
}
