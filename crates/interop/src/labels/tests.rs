use bitcoin::OutPoint;
use proptest::prelude::*;

use super::*;

/// The records that BIP-0329 shows, by their kinds.
const EACH_KIND: &str = r#"{ "type": "tx", "ref": "f91d0a8a78462bc59398f2c5d7a84fcff491c26ba54c4833478b202796c8aafd", "label": "Transaction", "origin": "wpkh([d34db33f/84'/0'/0'])" }
{ "type": "addr", "ref": "bc1q34aq5drpuwy3wgl9lhup9892qp6svr8ldzyy7c", "label": "Address" }
{ "type": "pubkey", "ref": "0283409659355b6d1cc3c32decd5d561abaac86c37a353b52895a5e6c196d6f448", "label": "Public Key" }
{ "type": "input", "ref": "f91d0a8a78462bc59398f2c5d7a84fcff491c26ba54c4833478b202796c8aafd:0", "label": "Input" }
{ "type": "output", "ref": "f91d0a8a78462bc59398f2c5d7a84fcff491c26ba54c4833478b202796c8aafd:1", "label": "Output" , "spendable" : "false" }
{ "type": "xpub", "ref": "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8", "label": "Extended Public Key" }
{ "type": "tx", "ref": "f546156d9044844e02b181026a1a407abfca62e7ea1159f87bbeaa77b4286c74", "label": "Account #1 Transaction", "origin": "wpkh([d34db33f/84'/0'/1'])" }
"#;

fn read(text: &str) -> ReadLabels {
    read_labels(text.as_bytes(), Network::Bitcoin).expect("a file of labels")
}

#[test]
fn each_kind_of_record_is_read_and_written_as_it_was() {
    let found = read(EACH_KIND);
    assert_eq!(found.form, Form::Bip329);
    assert_eq!(found.passed_over_count, 0);
    assert_eq!(found.records.len(), 7);
    assert_eq!(found.records[4].spendable, Some(false));
    let expected = "wpkh([d34db33f/84'/0'/0'])".parse().expect("an origin");
    assert_eq!(found.records[0].origin, Some(RecordOrigin::Key(expected)));
    let written = String::from_utf8(write_labels(&found.records, Form::Bip329)).expect("text");
    assert_eq!(read(&written), found);
    let spaces = |text: &str| {
        text.lines()
            .map(|line| serde_json::from_str(line).expect("a record"))
            .collect::<Vec<serde_json::Value>>()
    };
    // What differs is the form of an origin's path and of a boolean.
    let expected = EACH_KIND.replace('\'', "h").replace("\"false\"", "false");
    assert_eq!(spaces(&written), spaces(&expected));
}

/// As Electrum writes them: one object, sorted, four spaces deep.
#[test]
fn electrums_object_is_read() {
    let found = read(
        r#"{
    "78aacf484f74e9880fb6158d8f4da2759ce1ee17513196dde0d584cc7fbbebb3": "rent",
    "bc1q34aq5drpuwy3wgl9lhup9892qp6svr8ldzyy7c": "Ana",
    "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx": "on another network",
    "what is this": "?",
    "1BoatSLRHtKNngkdXEeobR76b53LETtpyT": 7
}"#,
    );
    assert_eq!(found.form, Form::Electrum);
    assert_eq!(found.records.len(), 2);
    assert_eq!(found.passed_over_count, 3);
    assert!(
        found
            .passed_over
            .iter()
            .any(|passed| passed.why == Passed::OtherNetwork)
    );
}

#[test]
fn a_line_that_cannot_be_read_is_said_and_the_others_are_taken() {
    let long = format!(
        r#"{{"type":"tx","ref":"00","label":"{}"}}"#,
        "x".repeat(MAX_LINE)
    );
    let text = format!(
        "\u{feff}{}\nnothing\n\n{{\"type\":\"block\",\"ref\":\"1\"}}\n{long}\n{{\"type\":\"pubkey\",\"ref\":\"a b\",\"label\":\"x\"}}\n",
        EACH_KIND.lines().next().expect("a line")
    );
    let found = read(&text);
    assert_eq!(found.records.len(), 1);
    let lines: Vec<_> = found.passed_over.iter().map(|p| (p.line, p.why)).collect();
    assert_eq!(
        lines,
        [
            (2, Passed::NoRecord),
            (4, Passed::Kind),
            (5, Passed::TooLong),
            (6, Passed::Reference),
        ]
    );
}

#[test]
fn what_holds_no_label_is_refused() {
    let refused = |bytes: &[u8]| read_labels(bytes, Network::Bitcoin);
    assert_eq!(refused(b""), Err(ReadLabelsError::NoLabels));
    assert_eq!(refused(b"{}"), Err(ReadLabelsError::NoLabels));
    assert_eq!(
        refused(b"\x89PNG\r\n\x1a\n\xff"),
        Err(ReadLabelsError::NoText)
    );
    assert_eq!(refused(b"hello\nworld\n"), Err(ReadLabelsError::NoLabels));
}

#[test]
fn an_origin_has_one_form_however_it_was_written() {
    for (text, form) in [
        ("tr([73c5da0a/86'/1'/0'])", "tr([73c5da0a/86h/1h/0h])"),
        (
            "wpkh([73c5da0a/84h/0h/0h]xpub6abc/0/*)",
            "wpkh([73c5da0a/84h/0h/0h])",
        ),
        (
            "sh(wpkh([73c5da0a/49h/0h/0h]))",
            "sh(wpkh([73c5da0a/49h/0h/0h]))",
        ),
        (" pkh([73c5da0a/44h/0h/0h]) ", "pkh([73c5da0a/44h/0h/0h])"),
        ("pkh([73c5da0a])", "pkh([73c5da0a])"),
    ] {
        let origin: KeyOrigin = text.parse().expect("an origin");
        assert_eq!(origin.to_string(), form);
        assert_eq!(form.parse(), Ok(origin));
    }
    for text in [
        "",
        "tr()",
        "wsh(multi(1,[73c5da0a/48h]))",
        "tr([73c5da0/86h])",
        "tr([73c5da0a/x])",
    ] {
        assert_eq!(text.parse::<KeyOrigin>(), Err(KeyOriginError), "{text}");
    }
}

fn target() -> impl Strategy<Value = LabelTarget> {
    use bitcoin::hashes::Hash;
    let txid = any::<[u8; 32]>().prop_map(bitcoin::Txid::from_byte_array);
    let outpoint = (txid.clone(), any::<u32>()).prop_map(|(txid, vout)| OutPoint { txid, vout });
    let script = any::<[u8; 20]>().prop_map(|hash| {
        let hash = bitcoin::WPubkeyHash::from_byte_array(hash);
        let script = bitcoin::ScriptBuf::new_p2wpkh(&hash);
        Address::from_script(&script, Network::Bitcoin)
            .expect("an address")
            .to_string()
    });
    prop_oneof![
        txid.prop_map(LabelTarget::Tx),
        script.prop_map(LabelTarget::Address),
        outpoint.clone().prop_map(LabelTarget::Output),
        outpoint.prop_map(LabelTarget::Input),
        "[0-9a-f]{66}|xpub[0-9A-Za-z]{20,107}".prop_map(LabelTarget::Key),
    ]
}

fn label_record() -> impl Strategy<Value = LabelRecord> {
    (target(), "\\PC{0,300}", any::<Option<bool>>()).prop_map(|(target, text, spendable)| {
        let output = matches!(target, LabelTarget::Output(_));
        LabelRecord {
            label: Label::cut(&text),
            spendable: spendable.filter(|_| output),
            origin: None,
            target,
        }
    })
}

proptest! {
    /// Electrum's object has the labels of transactions and addresses, whatever their text.
    #[test]
    fn what_is_written_for_electrum_is_read_again(records in proptest::collection::vec(label_record(), 1..40)) {
        let mut expected: std::collections::BTreeMap<_, _> = std::collections::BTreeMap::new();
        for record in &records {
            if let (LabelTarget::Tx(_) | LabelTarget::Address(_), Some(label)) = (&record.target, &record.label) {
                expected.entry(record.target.clone()).or_insert_with(|| label.clone());
            }
        }
        match read_labels(&write_labels(&records, Form::Electrum), Network::Bitcoin) {
            Ok(found) => {
                prop_assert_eq!(found.form, Form::Electrum);
                let found: std::collections::BTreeMap<_, _> =
                    found.records.into_iter().filter_map(|r| Some((r.target, r.label?))).collect();
                prop_assert_eq!(found, expected);
            }
            Err(error) => {
                prop_assert_eq!(error, ReadLabelsError::NoLabels);
                prop_assert!(expected.is_empty());
            }
        }
    }

    /// Nothing is lost on the way out and back, whatever the text.
    #[test]
    fn what_is_written_is_read_again(records in proptest::collection::vec(label_record(), 1..40)) {
        let written = write_labels(&records, Form::Bip329);
        let mut expected = Vec::new();
        let mut seen = BTreeSet::new();
        for record in records {
            if seen.insert(record.target.clone()) && (record.label.is_some() || record.spendable.is_some()) {
                expected.push(record);
            }
        }
        match read_labels(&written, Network::Bitcoin) {
            Ok(found) => {
                prop_assert_eq!(found.passed_over_count, 0);
                prop_assert_eq!(found.records, expected);
            }
            Err(error) => {
                prop_assert_eq!(error, ReadLabelsError::NoLabels);
                prop_assert!(expected.is_empty());
            }
        }
    }
}
