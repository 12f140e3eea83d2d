//! A wallet described in one plain document for other wallets (BIP-0139, version 1): its descriptors, how far its addresses
//! went, its labels and which transactions are its.
//!
//! It is written and never read here: it does not say in which order things were changed, so that nothing can be merged from
//! it, and it says so in itself. There is no secret in it, and everything about the wallet's history.

use bitcoin::{Network, Txid};
use satchel_types::ScriptType;
use serde_json::{Map, Value, json};

use crate::LabelRecord;
use crate::labels::label_values;

/// The version of BIP-0139 that is written.
const VERSION: u32 = 1;
/// What whoever opens the document should know.
const DESCRIPTION: &str = "Written by Satchel for other wallets. It has no merge information: it keeps no two devices in step.";

/// What of a wallet is written.
#[derive(Debug, Clone)]
pub struct WalletMetadata {
    /// Its name.
    pub name: String,
    /// Its network.
    pub network: Network,
    /// Its script type.
    pub script_type: ScriptType,
    /// Descriptor of the receive addresses (BIP-0380).
    pub external: String,
    /// Descriptor of the change addresses.
    pub internal: String,
    /// The highest index of a receive address that was handed out.
    pub receive_index: Option<u32>,
    /// The highest index of a change address that was used.
    pub change_index: Option<u32>,
    /// When it came to this device, in seconds since 1970.
    pub created_at: u64,
    /// Height of the last block that was looked at.
    pub last_height: Option<u32>,
    /// Labels and locked coins.
    pub labels: Vec<LabelRecord>,
    /// Its transactions.
    pub transactions: Vec<TransactionMetadata>,
}

/// A transaction of a wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionMetadata {
    /// Its id.
    pub txid: Txid,
    /// When it was confirmed or first seen, in seconds since 1970.
    pub time: Option<u64>,
    /// Height of its block.
    pub height: Option<u32>,
}

/// The word of BIP-0139 for a network.
fn network(network: Network) -> &'static str {
    match network {
        Network::Bitcoin => "bitcoin",
        Network::Testnet => "testnet3",
        Network::Testnet4 => "testnet4",
        Network::Signet => "signet",
        Network::Regtest => "regtest",
    }
}

/// The word of BIP-0139, which is Bitcoin Core's, for a script type.
fn output_type(script_type: ScriptType) -> &'static str {
    match script_type {
        ScriptType::Legacy => "legacy",
        ScriptType::NestedSegwit => "p2sh-segwit",
        ScriptType::Segwit => "bech32",
        ScriptType::Taproot => "bech32m",
    }
}

/// Leaves out what is not known: a reader may take no null.
fn known(fields: Value) -> Value {
    match fields {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .filter(|(_, value)| !value.is_null())
                .collect::<Map<_, _>>(),
        ),
        other => other,
    }
}

/// Writes a wallet as one document.
pub fn write_metadata(wallet: &WalletMetadata) -> Vec<u8> {
    let transactions: Vec<Value> = wallet
        .transactions
        .iter()
        .map(|tx| {
            known(json!({
                "txid": tx.txid.to_string(),
                "time": tx.time,
                "blockheight": tx.height,
            }))
        })
        .collect();
    let account = known(json!({
        "name": wallet.name,
        "active": true,
        "type": "bip_380",
        "output_type": output_type(wallet.script_type),
        "descriptor": wallet.external,
        "change_descriptor": wallet.internal,
        "receive_index": wallet.receive_index,
        "change_index": wallet.change_index,
        "timestamp": wallet.created_at,
        "last_height": wallet.last_height,
        "bip329_labels": label_values(&wallet.labels),
        "transactions": transactions,
    }));
    let document = known(json!({
        "version": VERSION,
        "bip": 139,
        "name": wallet.name,
        "description": DESCRIPTION,
        "network": network(wallet.network),
        "last_height": wallet.last_height,
        "accounts": [account],
    }));
    let mut bytes = format!("{document:#}").into_bytes();
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use satchel_types::{Label, LabelTarget};

    use super::*;
    use crate::{Form, read_labels, write_labels};

    const EXTERNAL: &str = "wpkh([9a6a2580/84h/1h/0h]tpubD8RdyWgcLkBBPUkyXmWamDxyXZMHMDFnR8DMDs6nNAE1GQVLECLfe6q2Nd6TcbZ7CNvLWHLY4KSqhwrTCoLkBcZkePdN77KDzFdePdpkkYp/0/*)";

    fn txid(byte: u8) -> Txid {
        format!("{byte:02x}").repeat(32).parse().expect("hex")
    }

    fn wallet(network: Network) -> WalletMetadata {
        let record = |target, label: &str| LabelRecord {
            target,
            label: Label::cut(label),
            spendable: None,
            origin: None,
        };
        WalletMetadata {
            name: "Savings \u{2603} \"2026\"".to_owned(),
            network,
            script_type: ScriptType::Segwit,
            external: EXTERNAL.to_owned(),
            internal: EXTERNAL.replace("/0/*", "/1/*"),
            receive_index: Some(7),
            change_index: None,
            created_at: 1_790_000_000,
            last_height: Some(904_000),
            labels: vec![
                record(LabelTarget::Tx(txid(1)), "rent"),
                LabelRecord {
                    spendable: Some(false),
                    ..record(
                        LabelTarget::Output(bitcoin::OutPoint::new(txid(2), 3)),
                        "gift",
                    )
                },
            ],
            transactions: vec![
                TransactionMetadata {
                    txid: txid(1),
                    time: Some(1_790_000_600),
                    height: Some(903_999),
                },
                TransactionMetadata {
                    txid: txid(2),
                    time: None,
                    height: None,
                },
            ],
        }
    }

    fn read(wallet: &WalletMetadata) -> Value {
        serde_json::from_slice(&write_metadata(wallet)).expect("JSON")
    }

    #[test]
    fn it_is_one_object_with_one_account_in_the_words_of_the_bip() {
        let document = read(&wallet(Network::Bitcoin));
        assert_eq!(document["version"], 1);
        assert_eq!(document["bip"], 139);
        assert_eq!(document["network"], "bitcoin");
        assert!(
            document["description"]
                .as_str()
                .is_some_and(|text| text.contains("no merge information"))
        );
        let accounts = document["accounts"].as_array().expect("a list");
        let [account] = &accounts[..] else {
            panic!("one account: {accounts:?}");
        };
        assert_eq!(account["type"], "bip_380");
        assert_eq!(account["output_type"], "bech32");
        assert_eq!(account["descriptor"], EXTERNAL);
        assert_eq!(account["receive_index"], 7);
        assert!(account.get("change_index").is_none(), "not known, not said");
        assert_eq!(account["transactions"][0]["blockheight"], 903_999);
        assert_eq!(
            account["transactions"][1],
            json!({ "txid": txid(2).to_string() })
        );
    }

    #[test]
    fn its_labels_are_those_of_the_file_of_labels() {
        let wallet = wallet(Network::Regtest);
        let document = read(&wallet);
        let lines: Vec<String> = document["accounts"][0]["bip329_labels"]
            .as_array()
            .expect("a list")
            .iter()
            .map(ToString::to_string)
            .collect();
        let again = read_labels(lines.join("\n").as_bytes(), Network::Regtest).expect("labels");
        let plain = read_labels(
            &write_labels(&wallet.labels, Form::Bip329),
            Network::Regtest,
        )
        .expect("labels");
        assert_eq!(again.records, plain.records);
        assert_eq!(again.records.len(), 2);
    }

    #[test]
    fn every_network_and_script_type_has_its_word() {
        let words = [
            (Network::Bitcoin, "bitcoin"),
            (Network::Testnet, "testnet3"),
            (Network::Testnet4, "testnet4"),
            (Network::Signet, "signet"),
            (Network::Regtest, "regtest"),
        ];
        for (network, word) in words {
            assert_eq!(read(&wallet(network))["network"], word);
        }
        let types = [
            (ScriptType::Legacy, "legacy"),
            (ScriptType::NestedSegwit, "p2sh-segwit"),
            (ScriptType::Segwit, "bech32"),
            (ScriptType::Taproot, "bech32m"),
        ];
        for (script_type, word) in types {
            let wallet = WalletMetadata {
                script_type,
                ..wallet(Network::Signet)
            };
            assert_eq!(read(&wallet)["accounts"][0]["output_type"], word);
        }
    }
}
