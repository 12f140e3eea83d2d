//! What a node says of a transaction that it was handed.

use serde::Deserialize;

/// Longest reason kept, in characters.
const REASON_CHARS: usize = 200;

/// What Bitcoin Core says, over its versions, when it has the transaction already.
const KNOWN_ALREADY: [&str; 6] = [
    "txn-already-in-mempool",
    "txn-already-known",
    // The same payment with other witness data: the network has it, under the same id.
    "txn-same-nonwitness-data-in-mempool",
    "transaction already in block chain",
    "transaction outputs already in utxo set",
    "transaction already in mempool",
];

/// Codes of Bitcoin Core's RPC that are a verdict on the transaction: not decodable, not
/// acceptable, refused by policy or consensus, in the chain already.
const VERDICTS: [i64; 4] = [-22, -25, -26, -27];
/// The code for a transaction that is in the chain already.
const IN_CHAIN: i64 = -27;

/// An error of Bitcoin Core's RPC.
#[derive(Deserialize)]
struct RpcError {
    code: i64,
    message: String,
}

/// How the node took it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Known,
    Refused(String),
    /// The node did not look at it.
    None,
}

pub(crate) fn is_html(text: &str) -> bool {
    text.trim_start().starts_with('<')
}

/// Returns whether an error page is a node's verdict, so that asking again would not change it.
pub(crate) fn is_verdict(body: &[u8]) -> bool {
    verdict(&String::from_utf8_lossy(body)) != Verdict::None
}

/// Reads `sendrawtransaction RPC error: {"code":-26,"message":"..."}`, the bare object, or the
/// message alone.
pub(crate) fn verdict(text: &str) -> Verdict {
    let rpc = text
        .find('{')
        .and_then(|start| {
            serde_json::Deserializer::from_str(&text[start..])
                .into_iter::<RpcError>()
                .next()
        })
        .and_then(Result::ok);
    let message = rpc.as_ref().map_or(text, |e| e.message.as_str());
    let lower = message.to_lowercase();
    let code = rpc.as_ref().map(|e| e.code);
    let said = |known: &str| lower.contains(known);
    if code == Some(IN_CHAIN) || (!is_html(text) && KNOWN_ALREADY.iter().any(|k| said(k))) {
        return Verdict::Known;
    }
    match code {
        Some(code) if VERDICTS.contains(&code) => Verdict::Refused(plain(message)),
        _ => Verdict::None,
    }
}

/// Cuts a server's words down to something that cannot pretend to be more than a reason: one
/// line of plain characters, without links.
pub(crate) fn plain(text: &str) -> String {
    let one_line: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| *c == ' ' || c.is_ascii_graphic())
        .collect();
    let mut words = one_line.split(' ').filter(|w| !w.is_empty());
    let mut reason = String::new();
    let mut next = words.next();
    while let Some(word) = next {
        let word = if word.contains("://") || word.starts_with("www.") {
            "..."
        } else {
            word
        };
        if !reason.is_empty() {
            reason.push(' ');
        }
        reason.push_str(word);
        next = words.next();
    }
    // All of it is ASCII, so a byte is a character.
    reason.truncate(REASON_CHARS);
    if reason.is_empty() {
        reason.push_str("no reason given");
    }
    reason
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(text: &str) -> Verdict {
        Verdict::Refused(text.to_owned())
    }

    #[test]
    fn the_nodes_message_is_taken_out_of_esploras_wrapping() {
        for text in [
            r#"sendrawtransaction RPC error: {"code":-26,"message":"min relay fee not met, 0 < 141"}"#,
            r#"sendrawtransaction RPC error -26: {"code":-26,"message":"min relay fee not met, 0 < 141"}"#,
            r#"{"code":-26,"message":"min relay fee not met, 0 < 141"}"#,
        ] {
            assert_eq!(verdict(text), refused("min relay fee not met, 0 < 141"));
        }
    }

    #[test]
    fn a_transaction_known_already_is_no_failure() {
        for text in [
            r#"sendrawtransaction RPC error: {"code":-27,"message":"Transaction outputs already in utxo set"}"#,
            r#"sendrawtransaction RPC error: {"code":-27,"message":"Transaction already in block chain"}"#,
            r#"sendrawtransaction RPC error: {"code":-26,"message":"txn-already-in-mempool"}"#,
            r#"sendrawtransaction RPC error: {"code":-26,"message":"txn-already-known"}"#,
            "Transaction already in block chain",
            "txn-same-nonwitness-data-in-mempool",
        ] {
            assert_eq!(verdict(text), Verdict::Known, "{text}");
        }
    }

    #[test]
    fn a_node_that_did_not_look_gives_no_verdict() {
        for text in [
            "",
            "Bad Gateway",
            "<html>txn-already-known</html>",
            r#"sendrawtransaction RPC error: {"code":-28,"message":"Loading block index..."}"#,
            r#"{"error":"rate limited"}"#,
        ] {
            assert_eq!(verdict(text), Verdict::None, "{text}");
        }
    }

    #[test]
    fn links_and_line_ends_do_not_survive() {
        assert_eq!(
            plain("Update\nyour wallet:  https://evil.example/get now\u{202e}"),
            "Update your wallet: ... now"
        );
        assert_eq!(plain(" \n "), "no reason given");
    }

    proptest! {
        #[test]
        fn a_reason_is_short_and_plain(text in "\\PC*", more in "[ -~]{0,600}") {
            for text in [text.clone(), more.clone(), format!("{text}{more}")] {
                let reason = plain(&text);
                prop_assert!(reason.chars().count() <= REASON_CHARS);
                prop_assert!(reason.bytes().all(|b| b == b' ' || b.is_ascii_graphic()));
                prop_assert!(!reason.contains("://"));
            }
        }

        #[test]
        fn any_text_is_judged_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = is_verdict(&bytes);
        }
    }
}
