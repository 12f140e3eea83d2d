//! How many bytes things have.

use satchel_bundle::container::{Container, Part, seal_container};
use satchel_bundle::object::ObjectHash;
use satchel_secrets::kdf::KdfParams;
use satchel_secrets::{Passphrase, SecretText};
use satchel_types::Timestamp;

use crate::row;
use crate::workload::{Dice, drafts, keys, label, label_all, member, snapshot, write};

/// The objects whose frames are counted.
pub struct Reached {
    pub fifty: Vec<u8>,
    pub thousand: Vec<u8>,
    pub ten_thousand: Vec<u8>,
}

fn kb(bytes: usize) -> String {
    let tenths = (bytes + 50) / 100;
    format!("{}.{} kB", tenths / 10, tenths % 10)
}

fn snapshot_of(labels: u64) -> Vec<u8> {
    let mut dice = Dice::default();
    let mut replica = member(1, &keys(&mut dice));
    label_all(&mut replica, labels, &mut dice);
    snapshot(&mut replica, &mut dice).bytes
}

pub fn print() -> Reached {
    let mut dice = Dice::default();
    let mut replica = member(1, &keys(&mut dice));
    let one = label(&replica, 1_000_000, &mut dice);
    let one = write(&mut replica, vec![one], &mut dice).bytes;
    row("one label, an object", &kb(one.len()), "");
    let changes = (0..50).map(|n| label(&replica, n, &mut dice)).collect();
    let fifty = write(&mut replica, changes, &mut dice).bytes;
    row("50 labels, an object", &kb(fifty.len()), "≤ 4.1 kB");
    let few = snapshot_of(500).len();
    row("500 labels, a snapshot", &kb(few), "≤ 40 kB");
    let thousand = snapshot_of(1_000);
    row("1,000 labels, a snapshot", &kb(thousand.len()), "29 kB");
    let ten_thousand = snapshot_of(10_000);
    row(
        "10,000 labels, a snapshot",
        &kb(ten_thousand.len()),
        "281 kB",
    );
    row(
        "10,000 labels and 200 drafts, a file",
        &kb(file()),
        "≤ 400 kB",
    );
    Reached {
        fifty,
        thousand,
        ten_thousand,
    }
}

fn file() -> usize {
    let mut dice = Dice::default();
    let keys = keys(&mut dice);
    let mut replica = member(1, &keys);
    label_all(&mut replica, 10_000, &mut dice);
    drafts(&mut replica, 200, &mut dice);
    let all = snapshot(&mut replica, &mut dice).bytes;
    assert_eq!(replica.essence(), [ObjectHash::of(&all)].into());
    let file = Container {
        created_at: Timestamp::from_secs(1),
        parts: vec![Part::of_circle(&replica, vec![keys], vec![all])],
    };
    let passphrase =
        Passphrase::new(SecretText::new("correct horse".to_owned())).expect("long enough");
    let draw = |out: &mut [u8]| dice.fill(out);
    seal_container(&file, &passphrase, KdfParams::FILE, draw)
        .expect("valid")
        .len()
}
