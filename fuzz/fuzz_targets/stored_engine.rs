//! The engine's state as it lies in the database.
#![no_main]

use std::sync::LazyLock;

use bitcoin::Network;
use bitcoin::bip32::Fingerprint;
use libfuzzer_sys::fuzz_target;
use satchel_fuzz::{Owner, frugal_bitcoin, seeds};
use satchel_types::{
    ChainSide, Origin, PublicDescriptors, ScriptType, Timestamp, WalletId, WalletName, WalletRecord,
};
use satchel_wallet::{Engine, ScanScope, fuzzing};

static OWNER: LazyLock<Owner> = LazyLock::new(|| Owner::new(ScriptType::Segwit));
static RECORD: LazyLock<WalletRecord> = LazyLock::new(|| {
    let public =
        satchel_keys::public_descriptors(&OWNER.seed, ScriptType::Segwit, Network::Regtest, 0)
            .expect("the first account");
    WalletRecord {
        id: WalletId::from_bytes([1; 16]),
        name: WalletName::new("w").expect("a valid name"),
        network: Network::Regtest,
        script_type: ScriptType::Segwit,
        descriptors: PublicDescriptors {
            fingerprint: Fingerprint::from([0; 4]),
            ..public
        },
        account: 0,
        origin: Origin::Created,
        has_seed: true,
        created_at: Timestamp::from_secs(1),
        words_proven_at: None,
        backed_up_at: None,
    }
});
/// What a wallet stores first.
static BEGINNING: LazyLock<Vec<u8>> = LazyLock::new(|| {
    Engine::create(&RECORD)
        .expect("its own descriptors")
        .0
        .whole_changes()
});

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    match mode {
        0 => alone(data),
        1 => later(data),
        _ => {}
    }
});

/// A piece that is read is written so that it reads the same.
fn alone(piece: &[u8]) {
    if let Some(written) = frugal_bitcoin(piece.len(), || fuzzing::rewrite(piece)) {
        assert_eq!(
            fuzzing::rewrite(&written),
            Some(written),
            "read and written differently"
        );
    }
    if !has_forged_script(piece) {
        let _ = Engine::load(&RECORD, &[piece.to_vec()]);
    }
}

/// Scripts are stored so that loading derives none, and so are not compared with what would be
/// derived. (The library does so where assertions are on, and ends the program.)
fn has_forged_script(piece: &[u8]) -> bool {
    let mut scripts = fuzzing::scripts(piece).into_iter();
    scripts.any(|(side, index, script)| {
        let side = usize::from(side == ChainSide::Change);
        index < 1 << 31 && OWNER.script(side, index) != script
    })
}

/// A piece after the beginning: refused, or a wallet that answers.
fn later(piece: &[u8]) {
    if has_forged_script(piece) {
        return;
    }
    let Ok(mut engine) = Engine::load(&RECORD, &[BEGINNING.clone(), piece.to_vec()]) else {
        return;
    };
    let stored = engine.whole_changes();
    let again = Engine::load(&RECORD, std::slice::from_ref(&stored)).expect("just stored");
    assert_eq!(engine.balance(), again.balance());
    assert_eq!(engine.tip(), again.tip());
    for side in [ChainSide::Receive, ChainSide::Change] {
        assert_eq!(engine.last_revealed(side), again.last_revealed(side));
    }
    for scope in [
        ScanScope::Revealed,
        ScanScope::Discover { stop_gap: 20 },
        ScanScope::Recent { rotation: 1 },
    ] {
        let _ = engine.scan_request(scope);
    }
    let (address, _) = engine.new_address(ChainSide::Receive);
    assert_eq!(
        engine.is_mine(&address.script),
        Some((address.side, address.index))
    );
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let mut engine =
        Engine::load(&RECORD, std::slice::from_ref(&BEGINNING)).expect("the beginning");
    let _ = engine.reveal_to(ChainSide::Receive, 2);
    let mut tx = bitcoin::constants::genesis_block(Network::Regtest)
        .txdata
        .remove(0);
    tx.input[0].previous_output.vout = 0;
    tx.output[0].script_pubkey = engine.new_address(ChainSide::Change).0.script;
    let _ = engine.note_sent(&tx, None, Timestamp::from_secs(9));
    let whole = engine.whole_changes();
    vec![
        ("beginning", [&[0], &BEGINNING[..]].concat()),
        ("whole", [&[0], &whole[..]].concat()),
        ("later", [&[1], &whole[..]].concat()),
        ("later-empty", b"\x01\xa1\x61v\x01".to_vec()),
        ("newer", b"\x00\xa1\x61v\x02".to_vec()),
        (
            "revealed",
            b"\x01\xa2\x61v\x01\x68revealed\x81\x82\x00\x1a\x7f\xff\xff\xff".to_vec(),
        ),
    ]
}
