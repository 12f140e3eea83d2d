//! Labels in files as other wallets write them.

use bitcoin::Network;
use satchel_interop::{Form, Passed, ReadLabels, RecordOrigin, read_labels, write_labels};
use satchel_types::{Label, LabelTarget};

/// `files/README.md` says how they were made.
const SPARROW: &str = include_str!("files/sparrow-labels.jsonl");
const ELECTRUM: &str = include_str!("files/electrum-labels.json");

fn read(text: &str) -> ReadLabels {
    read_labels(text.as_bytes(), Network::Bitcoin).expect("a file of labels")
}

#[test]
fn a_file_of_sparrows_is_read_whole_and_what_is_kept_of_it_goes_out_again() {
    let found = read(SPARROW);
    assert_eq!(found.form, Form::Bip329);
    let passed: Vec<_> = found.passed_over.iter().map(|p| (p.line, p.why)).collect();
    assert_eq!(
        passed,
        [(2, Passed::Kind)],
        "a key to silent payments is not kept"
    );
    assert_eq!(found.records.len(), SPARROW.lines().count() - 1);
    let labels: Vec<_> = found
        .records
        .iter()
        .map(|r| r.label.as_ref().map(Label::as_str))
        .collect();
    assert_eq!(labels[1], Some("Ana's rent & food = May"));
    assert_eq!(labels[2], None, "a payment without a label says nothing");
    let locked: Vec<_> = found.records.iter().filter_map(|r| r.spendable).collect();
    assert_eq!(locked, [false]);
    // Each line of it says whose it is, and not transactions alone.
    let own = RecordOrigin::Key("wpkh([73c5da0a/84h/0h/0h])".parse().expect("an origin"));
    let whose: Vec<_> = found
        .records
        .iter()
        .skip(1)
        .map(|r| r.origin.clone())
        .collect();
    assert!(
        whose[..8].iter().all(|origin| *origin == Some(own.clone())),
        "{whose:?}"
    );
    assert!(
        matches!(&whose[8], Some(RecordOrigin::Key(other)) if RecordOrigin::Key(other.clone()) != own)
    );
    assert_eq!(
        whose[9],
        Some(RecordOrigin::Other),
        "no wallet here is of several keys"
    );

    let again = String::from_utf8(write_labels(&found.records, Form::Bip329)).expect("text");
    let says = |text: &str| -> Vec<_> {
        let said = read(text)
            .records
            .into_iter()
            .map(|r| (r.target, r.label, r.spendable));
        said.filter(|(_, label, spendable)| label.is_some() || spendable.is_some())
            .collect()
    };
    assert_eq!(says(&again), says(SPARROW));
    assert!(!again.contains("null"));
    for beside in ["height", "time", "fee", "value", "rate", "fmv", "keypath"] {
        assert!(!again.contains(beside), "{beside} is said to be left");
    }
}

#[test]
fn a_file_of_electrums_goes_out_as_it_came_in() {
    let found = read(ELECTRUM);
    assert_eq!((found.form, found.records.len()), (Form::Electrum, 3));
    let again = String::from_utf8(write_labels(&found.records, Form::Electrum)).expect("text");
    // Electrum writes in ASCII; the text is the same.
    assert_eq!(again, ELECTRUM.replace("\\u00e4", "ä"));
    assert_eq!(read(&again), found);
    // What it has no labels of is left out, and so are locks.
    let all = read(SPARROW).records;
    let written = write_labels(&all, Form::Electrum);
    let kept = read_labels(&written, Network::Bitcoin)
        .expect("labels")
        .records;
    assert_eq!(kept.len(), 5);
    assert!(
        kept.iter()
            .all(|r| matches!(r.target, LabelTarget::Tx(_) | LabelTarget::Address(_)))
    );
    assert_eq!(write_labels(&[], Form::Electrum), b"{}");
}
