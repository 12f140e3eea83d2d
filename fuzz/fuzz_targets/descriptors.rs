//! Descriptors of a wallet file or of a tampered record.
#![no_main]

use bitcoin::bip32::Fingerprint;
use bitcoin::{Address, Network};
use libfuzzer_sys::fuzz_target;
use miniscript::{Descriptor, DescriptorPublicKey};
use satchel_fuzz::{Owner, seeds};
use satchel_types::{
    ChainSide, Origin, PublicDescriptors, ScriptType, Timestamp, WalletId, WalletName, WalletRecord,
};
use satchel_wallet::Engine;

const NETWORKS: [Network; 3] = [Network::Bitcoin, Network::Testnet, Network::Regtest];

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(data) else { return };
    let network = NETWORKS[usize::from(mode & 15) % 3];
    // Receive and change, with a line between; without one, change as a path of the same.
    let (external, internal) = match text.split_once('\n') {
        Some((external, internal)) => (external.to_owned(), internal.to_owned()),
        None => (text.to_owned(), text.replace("/0/*", "/1/*")),
    };
    // What a wallet file lets through.
    if external.len() > 1_024 || internal.len() > 1_024 {
        return;
    }
    taken(&record(network, external, internal));
});

fn record(network: Network, external: String, internal: String) -> WalletRecord {
    WalletRecord {
        id: WalletId::from_bytes([1; 16]),
        name: WalletName::new("w").expect("a valid name"),
        network,
        script_type: ScriptType::Taproot,
        descriptors: PublicDescriptors {
            external,
            internal,
            fingerprint: Fingerprint::from([0; 4]),
        },
        account: 0,
        origin: Origin::Imported,
        has_seed: false,
        created_at: Timestamp::from_secs(1),
        words_proven_at: None,
        backed_up_at: None,
    }
}

/// A pair that is taken holds no private key, is of the wallet's network, and gives addresses that are
/// the same after the wallet was stored and loaded.
fn taken(record: &WalletRecord) {
    let Ok((mut engine, _)) = Engine::create(record) else {
        return;
    };
    for text in [&record.descriptors.external, &record.descriptors.internal] {
        assert!(
            !text.contains("xprv") && !text.contains("tprv"),
            "a private key"
        );
        let read: Descriptor<DescriptorPublicKey> = text.parse().expect("miniscript reads it");
        let again: Descriptor<DescriptorPublicKey> =
            read.to_string().parse().expect("its own form");
        assert_eq!(read, again);
        assert!(read.has_wildcard() && !read.is_multipath());
        let of_bitcoin = text.contains("xpub");
        let of_others = text.contains("tpub");
        assert!(!of_bitcoin || record.network == Network::Bitcoin);
        assert!(!of_others || record.network != Network::Bitcoin);
    }
    let (first, _) = engine.new_address(ChainSide::Receive);
    let (change, _) = engine.new_address(ChainSide::Change);
    assert_ne!(
        first.script, change.script,
        "change cannot be told from receipts"
    );
    for row in [&first, &change] {
        assert_eq!(engine.is_mine(&row.script), Some((row.side, row.index)));
        let address: Address<_> = row.address.parse().expect("an address");
        let address = address
            .require_network(record.network)
            .expect("of this network");
        assert_eq!(address.script_pubkey(), row.script);
    }
    let stored = engine.whole_changes();
    let mut loaded = Engine::load(record, &[stored]).expect("just stored");
    let _ = loaded.reveal_to(ChainSide::Receive, 3);
    let _ = engine.reveal_to(ChainSide::Receive, 3);
    let (a, b) = (
        loaded.new_address(ChainSide::Receive).0,
        engine.new_address(ChainSide::Receive).0,
    );
    assert_eq!((a.index, &a.script), (b.index, &b.script));
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let of = |network: Network, script_type| {
        let owner = Owner::new(script_type);
        let public = satchel_keys::public_descriptors(&owner.seed, script_type, network, 0)
            .expect("the first account");
        let which = NETWORKS
            .iter()
            .position(|n| *n == network)
            .unwrap_or_default();
        let text = format!("{}\n{}", public.external, public.internal);
        [&[which as u8], text.as_bytes()].concat()
    };
    let names = ["taproot", "segwit", "nested", "legacy"];
    let mut seeds: Vec<_> = names
        .into_iter()
        .zip(ScriptType::ALL)
        .map(|(name, script_type)| (name, of(Network::Regtest, script_type)))
        .collect();
    seeds.push(("bitcoin", of(Network::Bitcoin, ScriptType::Taproot)));
    let public = satchel_keys::public_descriptors(
        &Owner::new(ScriptType::Segwit).seed,
        ScriptType::Segwit,
        Network::Regtest,
        0,
    )
    .expect("the first account");
    let key = public
        .external
        .split(['(', ')'])
        .nth(1)
        .unwrap_or_default()
        .to_owned();
    let other = key.replace("/0/*", "/7/*");
    for (name, text) in [
        ("multisig", format!("wsh(sortedmulti(2,{key},{other}))")),
        (
            "miniscript",
            format!("wsh(or_d(pk({key}),and_v(v:pkh({other}),older(144))))"),
        ),
        (
            "tree",
            format!("tr({key},{{pk({other}),and_v(v:pk({other}),after(500000))}})"),
        ),
        ("bare", format!("pk({key})")),
        ("hardened", format!("wpkh({})", key.replace('*', "*h"))),
        (
            "paths",
            format!("wpkh({})", key.replace("/0/*", "/<0;1>/*")),
        ),
        ("no-range", format!("wpkh({})", key.replace("/*", ""))),
        (
            "sharp",
            "wpkh([73c5da0a/84h/1h/0h]tpub/0/*)#aaaaaaaa".to_owned(),
        ),
    ] {
        seeds.push((name, [&[2], text.as_bytes()].concat()));
    }
    seeds
}
