//! The question put to the owner, made of a hostile transaction.
#![no_main]

use std::collections::HashSet;
use std::sync::LazyLock;

use arbitrary::Unstructured;
use bitcoin::psbt::Psbt;
use bitcoin::{Address, Amount, Network, ScriptBuf, TxOut};
use libfuzzer_sys::fuzz_target;
use satchel_app::acts::{ChangeBackend, Export, RevealWords, Spend, SpendKind};
use satchel_fuzz::{
    Owner, assert_plain, dialog, for_platform, frugal, payment, scripts_of, seeds, spoil,
};
use satchel_keys::sign;
use satchel_ports::{Act, ConfirmText};
use satchel_types::{FeeRate, ScriptType};
use satchel_wallet::{SpendSummary, Unusual, extract, summarize};

struct Wallet {
    owner: Owner,
    payment: Psbt,
    scripts: HashSet<ScriptBuf>,
}

static WALLETS: LazyLock<[Wallet; 4]> = LazyLock::new(|| {
    ScriptType::ALL.map(|script_type| {
        let owner = Owner::new(script_type);
        Wallet {
            payment: payment(&owner, 3),
            scripts: scripts_of(&owner, 10),
            owner,
        }
    })
});
const NETWORK: Network = Network::Regtest;

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    let wallet = &WALLETS[usize::from(mode >> 4) % 4];
    match mode & 15 {
        0 => {
            if let Ok(psbt) = Psbt::deserialize(data) {
                asked(wallet, &psbt);
            }
        }
        1 => {
            let mut u = Unstructured::new(data);
            let mut psbt = wallet.payment.clone();
            for _ in 0..12 {
                if u.is_empty() || spoil(&mut psbt, &wallet.owner, &mut u).is_err() {
                    break;
                }
            }
            asked(wallet, &psbt);
        }
        2 => {
            if let Ok(text) = std::str::from_utf8(data) {
                other_acts(text);
            }
        }
        _ => {}
    }
});

/// What the summary says is what the transaction does.
fn asked(wallet: &Wallet, psbt: &Psbt) {
    let is_mine = |script: &bitcoin::Script| wallet.scripts.contains(script);
    let size = psbt.serialize().len();
    let summary = match frugal(size, || summarize(psbt, NETWORK, is_mine)) {
        Ok(summary) => summary,
        Err(_) => {
            assert!(
                extract(psbt.clone()).is_err() || too_much(psbt),
                "sent without a question"
            );
            return;
        }
    };
    let spent: Vec<&TxOut> = psbt
        .iter_funding_utxos()
        .collect::<Result<_, _>>()
        .expect("each input says what it spends");
    let outputs = &psbt.unsigned_tx.output;
    let sats = |outs: &mut dyn Iterator<Item = &TxOut>| {
        outs.map(|o| u128::from(o.value.to_sat())).sum::<u128>()
    };
    let total_in = sats(&mut spent.iter().copied());
    let total_out = sats(&mut outputs.iter());
    let own_in = sats(&mut spent.iter().copied().filter(|o| is_mine(&o.script_pubkey)));
    let own_out = sats(&mut outputs.iter().filter(|o| is_mine(&o.script_pubkey)));
    assert_eq!(u128::from(summary.fee.to_sat()), total_in - total_out);
    assert_eq!(u128::from(summary.change.to_sat()), own_out);
    assert_eq!(
        u128::from(summary.total_out_of_wallet.to_sat()),
        own_in.saturating_sub(own_out)
    );
    let foreign: Vec<&TxOut> = outputs
        .iter()
        .filter(|o| !is_mine(&o.script_pubkey))
        .collect();
    assert_eq!(foreign.len(), summary.recipients.len());
    for (out, said) in foreign.iter().zip(&summary.recipients) {
        assert_eq!((out.value, &out.script_pubkey), (said.amount, &said.script));
        if let Some(address) = &said.address {
            let address: Address<_> = address.parse().expect("an address");
            let address = address.require_network(NETWORK).expect("of this network");
            assert_eq!(address.script_pubkey(), out.script_pubkey, "another script");
        }
    }
    told(wallet, psbt, &summary, &spent);
    signed(wallet, psbt, &summary);
    for kind in [
        SpendKind::Send,
        SpendKind::Sign,
        SpendKind::Cancel,
        SpendKind::Bump,
    ] {
        shown(&Spend {
            kind,
            wallet: "Savings".to_owned(),
            network: NETWORK,
            summary: summary.clone(),
            notes: vec![format!(
                "It takes the place of {}.",
                psbt.unsigned_tx.compute_txid()
            )],
        });
    }
}

/// Amounts that `extract` adds up without asking whether there is so much money.
fn too_much(psbt: &Psbt) -> bool {
    let sum = |outs: &mut dyn Iterator<Item = &TxOut>| {
        outs.map(|o| u128::from(o.value.to_sat())).sum::<u128>()
    };
    let spent = psbt.iter_funding_utxos().filter_map(Result::ok);
    sum(&mut spent.into_iter()).max(sum(&mut psbt.unsigned_tx.output.iter()))
        > u128::from(Amount::MAX_MONEY.to_sat())
}

/// Everything unusual is told.
fn told(wallet: &Wallet, psbt: &Psbt, summary: &SpendSummary, spent: &[&TxOut]) {
    let said = |unusual: &Unusual| summary.unusual.contains(unusual);
    for (index, out) in spent.iter().enumerate() {
        let mine = wallet.scripts.contains(&out.script_pubkey);
        assert_eq!(said(&Unusual::ForeignInput { index }), !mine);
        let partial = psbt.inputs[index]
            .sighash_type
            .is_some_and(|kind| kind.to_u32() > 1);
        assert_eq!(said(&Unusual::PartialSighash { index }), partial);
    }
    let mut seen = HashSet::new();
    for (index, out) in psbt.unsigned_tx.output.iter().enumerate() {
        if wallet.scripts.contains(&out.script_pubkey) {
            continue;
        }
        let repeated = !seen.insert(&out.script_pubkey);
        assert_eq!(said(&Unusual::RepeatedRecipient { index }), repeated);
        let nameless = Address::from_script(&out.script_pubkey, NETWORK).is_err();
        let data = summary
            .unusual
            .iter()
            .any(|u| matches!(u, Unusual::Data { index: i, .. } if *i == index));
        assert_eq!(said(&Unusual::NoAddress { index }) || data, nameless);
        let map = &psbt.outputs[index];
        let looks_like_change = !map.bip32_derivation.is_empty() || !map.tap_key_origins.is_empty();
        assert_eq!(said(&Unusual::ForeignChange { index }), looks_like_change);
    }
    assert_eq!(said(&Unusual::OnlyToSelf), summary.recipients.is_empty());
    assert!(summary.vsize as usize * 4 >= psbt.unsigned_tx.weight().to_wu() as usize);
}

/// What the keys sign keeps to what was asked: no input that was not told, no larger size.
fn signed(wallet: &Wallet, psbt: &Psbt, summary: &SpendSummary) {
    let Ok(signed) = sign(
        &wallet.owner.seed,
        &wallet.owner.account,
        psbt.clone(),
        &[7; 32],
    ) else {
        return;
    };
    match extract(signed) {
        Ok(tx) => {
            assert_eq!(tx.output, psbt.unsigned_tx.output);
            assert!(tx.vsize() as u64 <= summary.vsize, "larger than was asked");
            let rate = FeeRate::of(summary.fee, tx.vsize() as u64).expect("a size");
            assert!(rate.sat_per_kvb() <= FeeRate::MAX_SAT_PER_VB * 1_100);
        }
        Err(error) => assert!(
            matches!(error, satchel_wallet::ExtractError::FeeTooHigh { .. }),
            "signed but not to be sent: {error}"
        ),
    }
    let partial = summary
        .unusual
        .iter()
        .any(|u| matches!(u, Unusual::PartialSighash { .. }));
    assert!(!partial, "a part of a transaction was signed");
}

/// The words on the screen: one line each, plain, bounded, and every output among them or counted.
fn shown(act: &Spend) {
    let text = act.text();
    let outputs = act.summary.recipients.len();
    // More than ten are told by how many there are and what they get together.
    let told = outputs.min(10);
    let to = text.lines.iter().filter(|line| line.label == "To").count();
    assert_eq!(to, told.max(1));
    let more = text.lines.iter().find(|line| line.label == "And");
    assert_eq!(more.is_some(), outputs > told);
    let amounts: Vec<&str> = text
        .lines
        .iter()
        .filter(|line| line.label == "Amount")
        .map(|line| line.value.as_str())
        .collect();
    assert_eq!(amounts.len(), told);
    for (said, output) in amounts.iter().zip(&act.summary.recipients) {
        let digits: String = said
            .chars()
            .take_while(|c| *c != 's')
            .filter(char::is_ascii_digit)
            .collect();
        assert_eq!(digits, output.amount.to_sat().to_string(), "another amount");
    }
    bounded(&text);
}

fn bounded(text: &ConfirmText) {
    let (title, body, button) = dialog(text);
    for line in [&title, &button]
        .into_iter()
        .map(String::as_str)
        .chain(body.lines())
    {
        assert_plain(line);
        // Label, colon, value, and the mark of what was cut.
        assert!(line.chars().count() <= 2 * 400 + 4, "an endless line");
    }
    assert!(!title.is_empty() && !button.is_empty());
    let lines = body.lines().filter(|line| !line.is_empty()).count();
    assert!(
        lines <= text.lines.len() + text.warnings.len(),
        "a value wrote another line"
    );
    let doubled = for_platform(body.clone());
    if cfg!(target_os = "linux") {
        assert_eq!(doubled.matches('%').count(), 2 * body.matches('%').count());
    }
}

/// Names, paths and addresses of servers that reach a question as text.
fn other_acts(text: &str) {
    let text = text.to_owned();
    for question in [
        RevealWords {
            wallet: text.clone(),
        }
        .text(),
        Export {
            wallets: vec![text.clone(), text.clone()],
            path: text.clone(),
            backup: false,
            shared: true,
        }
        .text(),
        ChangeBackend {
            network: Some(NETWORK),
            from: Some(text.clone()),
            to: text.clone(),
        }
        .text(),
        ConfirmText {
            title: text.clone(),
            lines: vec![],
            warnings: vec![text.clone()],
            agree: format!("a{text}"),
        },
    ] {
        let (_, body, button) = dialog(&question);
        for line in body.lines().chain([button.as_str()]) {
            assert_plain(line);
            assert!(line.chars().count() <= 2 * 400 + 4);
        }
        let lines = body.lines().filter(|line| !line.is_empty()).count();
        assert!(lines <= question.lines.len() + question.warnings.len());
    }
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let names = ["taproot", "segwit", "nested", "legacy"];
    let mut seeds = Vec::new();
    for (kind, (name, wallet)) in (0_u8..).zip(names.into_iter().zip(&*WALLETS)) {
        seeds.push((
            name,
            [&[kind << 4], &wallet.payment.serialize()[..]].concat(),
        ));
    }
    seeds.push((
        "spoiled-taproot",
        vec![1, 4, 200, 1, 3, 7, 9, 250, 4, 16, 1, 2, 3, 4, 5, 6, 7],
    ));
    seeds.push((
        "spoiled-segwit",
        vec![0x11, 1, 200, 1, 3, 7, 9, 250, 4, 16, 1, 2, 3, 4, 5, 6, 7],
    ));
    seeds.push((
        "spoiled-legacy",
        vec![0x31, 8, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 5, 1, 0, 16, 2, 2],
    ));
    seeds.push((
        "a-name",
        [&[2][..], "Savings \u{202e}%s\n\u{61c}Fee: 0 sat".as_bytes()].concat(),
    ));
    seeds.push((
        "a-long-name",
        [&[2][..], "x".repeat(900).as_bytes()].concat(),
    ));
    seeds
}
