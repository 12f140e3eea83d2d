//! How many bytes things have.

use satchel_bundle::container::{Container, Part, seal_container};
use satchel_bundle::object::ObjectHash;
use satchel_bundle::state::{Change, Space, ValueKey};
use satchel_secrets::kdf::KdfParams;
use satchel_secrets::{Passphrase, SecretText};
use satchel_types::Timestamp;

use crate::row;
use crate::workload::{
    Dice, NOW, TWO_YEARS, drafts, keys, label, label_all, member, snapshot, words, write,
};

const LABELS: u64 = 10_000;

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

/// A snapshot of ten thousand labels as they would be if things were named otherwise, as rows of a space that nobody knows.
fn snapshot_named(name: impl Fn(u64, &ValueKey) -> Vec<u8>) -> usize {
    let mut dice = Dice::default();
    let mut replica = member(1, &keys(&mut dice));
    let all: Vec<u64> = (0..LABELS).collect();
    for part in all.chunks(1_000) {
        let changes = part.iter().map(|n| {
            let Change::Value { key, .. } = label(&replica, *n, &mut dice) else {
                unreachable!("a label is a value");
            };
            let field = name(*n, &key);
            let at = NOW - dice.below(TWO_YEARS);
            let space = Space(900 + key.space.0);
            replica.set_value(
                ValueKey {
                    space,
                    field,
                    ..key
                },
                at,
                Some(words(&mut dice)),
            )
        });
        let changes = changes.collect();
        write(&mut replica, changes, &mut dice);
    }
    snapshot(&mut replica, &mut dice).bytes.len()
}

/// What the names of labelled things cost, and what other names would.
fn names() {
    let side_and_index = |n: u64| {
        let index = u32::try_from(n / 2).expect("few").to_be_bytes();
        [&[u8::from(n.is_multiple_of(2))][..], &index].concat()
    };
    let is_address = |key: &ValueKey| key.space == Space::ADDRESS_LABEL;
    let as_it_is = snapshot_named(|_, key| key.field.clone());
    row(
        "10,000 labels, a snapshot, named as they are",
        &kb(as_it_is),
        "",
    );
    let programs = snapshot_named(|n, key| match is_address(key) {
        true => satchel_secrets::hash::hash(&n.to_be_bytes()).to_vec(),
        false => key.field.clone(),
    });
    row("were addresses named by their 32 bytes", &kb(programs), "");
    let indices = snapshot_named(|n, key| match is_address(key) {
        true => side_and_index(n),
        false => key.field.clone(),
    });
    row("were they named by side and index", &kb(indices), "281 kB");
    let short = snapshot_named(|n, key| match is_address(key) {
        true => side_and_index(n),
        // The first bytes of a transaction's id, and what follows it.
        false => [&key.field[..8], &key.field[32..]].concat(),
    });
    row(
        "and transactions by 8 of their 32 bytes",
        &kb(short),
        "137 kB",
    );
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
    let ten_thousand = snapshot_of(LABELS);
    row(
        "10,000 labels, a snapshot",
        &kb(ten_thousand.len()),
        "281 kB",
    );
    names();
    let mut replica = member(1, &keys(&mut dice));
    let alone = drafts(&mut replica, 200, &mut dice).len();
    row("200 drafts, an object", &kb(alone), "");
    row("10,000 labels, a file", &kb(file(0)), "");
    row(
        "10,000 labels and 200 drafts, a file",
        &kb(file(200)),
        "≤ 400 kB",
    );
    Reached {
        fifty,
        thousand,
        ten_thousand,
    }
}

fn file(count: u64) -> usize {
    let mut dice = Dice::default();
    let keys = keys(&mut dice);
    let mut replica = member(1, &keys);
    label_all(&mut replica, LABELS, &mut dice);
    drafts(&mut replica, count, &mut dice);
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
