//! What a Bitcoin node and an Esplora server beside it answer, cookies, and the console's settings file.
#![no_main]

use bitcoin::Amount;
use libfuzzer_sys::fuzz_target;
use satchel_fuzz::{assert_plain, frugal, seeds};
use satchel_node_api::NodeError;
use satchel_node_api::amount::{btc, satoshis};
use satchel_node_api::fuzzing::{ID, Kept, answer, cookie};

/// Longest text that is kept of a node, with the mark of its cut.
const LONGEST: usize = 2_003;

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, body)) = data.split_first() else { return };
    match mode {
        0..=19 => reply(mode, body),
        20 => amount(body),
        21 => login(body),
        22 => settings(body),
        _ => {}
    }
});

fn reply(kind: u8, body: &[u8]) {
    match frugal(body.len(), || answer(kind, body)) {
        Ok(Kept { texts, amounts }) => {
            for text in texts {
                assert!(text.len() <= LONGEST, "{} bytes are kept", text.len());
                assert_plain(&text);
            }
            assert!(
                amounts
                    .into_iter()
                    .all(|amount| amount <= Amount::MAX_MONEY)
            );
        }
        Err(error) => {
            if let NodeError::Refused { message, .. } = &error {
                assert!(message.len() <= LONGEST);
            }
            assert_plain(&error.to_string());
        }
    }
}

fn amount(body: &[u8]) {
    let Ok(text) = std::str::from_utf8(body) else {
        return;
    };
    if let Some(amount) = satoshis(text) {
        assert!(amount <= Amount::MAX_MONEY);
        assert_eq!(satoshis(&btc(amount)), Some(amount));
        // A second opinion, where it takes the same form.
        if let Ok(theirs) = Amount::from_str_in(text, bitcoin::Denomination::Bitcoin) {
            assert_eq!(theirs, amount);
        }
    }
}

fn login(body: &[u8]) {
    let Ok(text) = std::str::from_utf8(body) else {
        return;
    };
    if let Some(line) = cookie(text) {
        assert!(line.starts_with("__cookie__:") && !line.contains(char::is_whitespace));
    }
}

fn settings(body: &[u8]) {
    if let Some(written) = frugal(body.len(), || satchel_console::fuzzing::settings(body)) {
        assert_eq!(
            satchel_console::fuzzing::settings(&written).as_ref(),
            Some(&written)
        );
    }
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let with = |mode: u8, text: &str| [&[mode], text.as_bytes()].concat();
    let result = |mode: u8, text: &str| {
        with(
            mode,
            &format!(r#"{{"jsonrpc":"2.0","id":{ID},"result":{text}}}"#),
        )
    };
    let hash = "ab".repeat(32);
    let tx = format!(
        r#"{{"txid":"{hash}","hash":"{hash}","version":2,"size":222,"vsize":141,"weight":561,"locktime":0,"vin":[{{"txid":"{hash}","vout":1,"scriptSig":{{"asm":"","hex":""}},"txinwitness":["30"],"prevout":{{"generated":false,"height":5,"value":0.2,"scriptPubKey":{{"asm":"0 75","hex":"0075","address":"bc1q","type":"witness_v0_keyhash"}}}},"sequence":1}}],"vout":[{{"value":0.1,"n":0,"scriptPubKey":{{"asm":"0 75","hex":"0075","type":"nulldata"}}}}],"fee":0.1,"hex":"02"}}"#
    );
    let entry = r#"{"vsize":141,"time":1,"descendantcount":1,"descendantsize":141,"ancestorcount":1,"ancestorsize":141,"fees":{"base":1e-5,"modified":1e-5,"ancestor":1e-5,"descendant":1e-5},"depends":[],"spentby":[],"bip125-replaceable":true}"#;
    vec![
        (
            "chain",
            result(
                0,
                &format!(
                    r#"{{"chain":"main","blocks":9,"headers":9,"bestblockhash":"{hash}","difficulty":1.5e14,"time":1,"mediantime":1,"verificationprogress":0.99,"initialblockdownload":false,"chainwork":"c9ff","size_on_disk":1,"pruned":true,"pruneheight":2,"warnings":["a"]}}"#
                ),
            ),
        ),
        (
            "network",
            result(
                1,
                r#"{"version":280100,"subversion":"/Satoshi:28.1.0/","connections":1,"warnings":""}"#,
            ),
        ),
        (
            "mining",
            result(
                2,
                r#"{"blocks":9,"difficulty":1,"networkhashps":8e20,"pooledtx":2,"blockmintxfee":0.00001,"chain":"signet","signet_challenge":"51","warnings":[]}"#,
            ),
        ),
        ("tx", result(5, &tx)),
        ("block", result(6, &format!(r#"{{"tx":[{tx}]}}"#))),
        (
            "pool",
            result(
                7,
                r#"{"size":1,"bytes":141,"usage":2,"total_fee":0.1,"maxmempool":3,"mempoolminfee":0.00001,"minrelaytxfee":0.00001,"fullrbf":true}"#,
            ),
        ),
        ("entries", result(8, &format!(r#"{{"{hash}":{entry}}}"#))),
        (
            "wallet",
            result(
                9,
                r#"{"walletname":"a","format":"sqlite","txcount":7,"private_keys_enabled":true,"scanning":{"duration":1,"progress":0.5},"descriptors":true}"#,
            ),
        ),
        (
            "balances",
            result(
                10,
                r#"{"mine":{"trusted":1.5,"untrusted_pending":0.0,"immature":3.125},"lastprocessedblock":{"height":9}}"#,
            ),
        ),
        (
            "addresses",
            result(
                11,
                &format!(
                    r#"[{{"address":"bc1q","amount":0.1,"confirmations":3,"label":"till","txids":["{hash}"]}}]"#
                ),
            ),
        ),
        (
            "scan",
            result(
                12,
                &format!(
                    r#"{{"success":true,"unspents":[{{"txid":"{hash}","amount":0.1,"height":5}}],"total_amount":0.1}}"#
                ),
            ),
        ),
        (
            "stats",
            with(
                13,
                r#"{"chain_stats":{"funded_txo_sum":5,"spent_txo_sum":2,"tx_count":2}}"#,
            ),
        ),
        (
            "history",
            with(
                14,
                &format!(
                    r#"[{{"txid":"{hash}","status":{{"confirmed":true,"block_height":5,"block_hash":"{hash}","block_time":1}},"vin":[{{"prevout":{{"scriptpubkey_address":"bcrt1qaddress","value":5}}}}],"vout":[{{"value":3}}]}}]"#
                ),
            ),
        ),
        (
            "refused",
            with(
                3,
                &format!(
                    r#"{{"id":{ID},"result":null,"error":{{"code":-5,"message":"Block not found"}}}}"#
                ),
            ),
        ),
        (
            "batch",
            with(
                19,
                &format!(
                    r#"[{{"id":{ID},"result":{{"version":1,"subversion":"a"}}}},{{"id":8,"error":{{"code":-1,"message":"no"}}}}]"#
                ),
            ),
        ),
        ("amount", with(20, "20999999.97690001")),
        ("tiny", with(20, "1.5e-7")),
        ("cookie", with(21, "__cookie__:ab12\n")),
        (
            "settings",
            with(
                22,
                r#"{"version":1,"url":"https://n","esplora_url":null,"plain_http":false,"network":"regtest","key":{"kind":"login","user":"a"},"sealed":{"item":"00112233445566778899aabbccddeeff","sealed":"00"}}"#,
            ),
        ),
    ]
}
