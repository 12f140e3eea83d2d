//! The state of the chain, the network and mining.

use bitcoin::{BlockHash, Network};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::amount::{BtcPerKvb, Decimal};
use crate::text::cut;

/// Most warnings that are kept, and most bytes of each.
const WARNINGS: (usize, usize) = (20, 500);
/// The challenge of the public signet, as Bitcoin Core's `chainparams.cpp` has it.
const PUBLIC_SIGNET: &str = "512103ad5e0edad18cb1f0fc0d28a3d4f1f3e445640337489abb10404f2d1e086be430\
                             210359ef5021964fe22d6f8e05b2463c9540ce96883fe3b278760f048f5189f2e6c452ae";

/// Highest height believed: two centuries of blocks.
pub(crate) const HEIGHT: u32 = 10_000_000;

/// Reads a network by the name that Core gives it.
pub(crate) fn network<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Network, D::Error> {
    let name = String::deserialize(deserializer)?;
    Network::from_core_arg(&name).map_err(|_| D::Error::custom("no network"))
}

/// Reads a height.
pub(crate) fn height<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let height = u32::deserialize(deserializer)?;
    if height > HEIGHT {
        return Err(D::Error::custom("no height"));
    }
    Ok(height)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    One(String),
    Many(Vec<String>),
}

/// Reads warnings: one text before Core 28, a list since.
fn warnings<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let words = match Words::deserialize(deserializer)? {
        Words::One(text) => vec![text],
        Words::Many(texts) => texts,
    };
    let (most, bytes) = WARNINGS;
    let kept = words
        .iter()
        .filter(|text| !text.trim().is_empty())
        .take(most);
    Ok(kept.map(|text| cut(text, bytes)).collect())
}

/// `getblockchaininfo`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BlockchainInfo {
    /// The network.
    #[serde(rename = "chain", deserialize_with = "network")]
    pub network: Network,
    /// Height of the newest block that was checked.
    #[serde(deserialize_with = "height")]
    pub blocks: u32,
    /// Height of the newest header.
    #[serde(deserialize_with = "height")]
    pub headers: u32,
    /// Hash of the newest block.
    #[serde(rename = "bestblockhash")]
    pub best: BlockHash,
    /// The difficulty.
    pub difficulty: Decimal,
    /// The newest block's time, in seconds since 1970. Not told before Core 22.
    #[serde(default)]
    pub time: u32,
    /// Median time of the last eleven blocks, in seconds since 1970.
    #[serde(rename = "mediantime")]
    pub median_time: u32,
    /// How much of the chain was checked; about 1 when all was.
    #[serde(rename = "verificationprogress")]
    pub progress: Decimal,
    /// Whether it loads the chain for the first time.
    #[serde(rename = "initialblockdownload", default)]
    pub initial_download: bool,
    /// Work in the chain, in hex.
    #[serde(rename = "chainwork", deserialize_with = "hex_text")]
    pub chain_work: String,
    /// Bytes on its disk.
    #[serde(default)]
    pub size_on_disk: u64,
    /// Whether old blocks are removed.
    #[serde(default)]
    pub pruned: bool,
    /// The lowest block that is still there, when blocks are removed.
    #[serde(rename = "pruneheight", default)]
    pub prune_height: Option<u32>,
    /// What it warns of.
    #[serde(default, deserialize_with = "warnings")]
    pub warnings: Vec<String>,
}

/// Reads at most 64 hex digits.
pub(crate) fn hex_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.len() > 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(D::Error::custom("no hex"));
    }
    Ok(text)
}

/// `getnetworkinfo`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NetworkInfo {
    /// Version of the node, such as 280100 for 28.1.
    pub version: u32,
    /// What it calls itself.
    #[serde(deserialize_with = "name")]
    pub subversion: String,
    /// Connections to others.
    #[serde(default)]
    pub connections: u32,
    /// Those that others opened.
    #[serde(default)]
    pub connections_in: u32,
    /// Those that it opened.
    #[serde(default)]
    pub connections_out: u32,
    /// Whether it talks to the network at all.
    #[serde(rename = "networkactive", default)]
    pub network_active: bool,
    /// What it warns of.
    #[serde(default, deserialize_with = "warnings")]
    pub warnings: Vec<String>,
}

impl NetworkInfo {
    /// Returns whether it calls itself a sandbox of this house. Nothing is trusted for that: it says where an Esplora
    /// server may be looked for at the same address.
    pub fn is_sandbox(&self) -> bool {
        self.subversion.starts_with("/satchel-sandbox:")
    }
}

pub(crate) fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(cut(&String::deserialize(deserializer)?, 256))
}

/// `getmininginfo`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MiningInfo {
    /// The network.
    #[serde(rename = "chain", deserialize_with = "network")]
    pub network: Network,
    /// Height of the newest block.
    #[serde(deserialize_with = "height")]
    pub blocks: u32,
    /// The difficulty.
    pub difficulty: Decimal,
    /// Estimated hashes per second of the network.
    #[serde(rename = "networkhashps")]
    pub hashes_per_second: Decimal,
    /// Transactions that wait.
    #[serde(rename = "pooledtx")]
    pub pooled: u32,
    /// Weight of the block that was put together last, in weight units.
    #[serde(rename = "currentblockweight", default)]
    pub block_weight: Option<u32>,
    /// Transactions of that block.
    #[serde(rename = "currentblocktx", default)]
    pub block_transactions: Option<u32>,
    /// The lowest fee rate that gets into a block. Told since Core 29.
    #[serde(rename = "blockmintxfee", default)]
    pub min_fee_rate: Option<BtcPerKvb>,
    /// What a signet's blocks are signed for, in hex.
    #[serde(default)]
    pub signet_challenge: Option<String>,
    /// What it warns of.
    #[serde(default, deserialize_with = "warnings")]
    pub warnings: Vec<String>,
}

impl MiningInfo {
    /// Returns whether blocks can be made at will: on regtest, and on a signet that is not the public one, whose key
    /// this node's owner may have.
    pub fn can_generate(&self) -> bool {
        match self.network {
            Network::Regtest => true,
            Network::Signet => self
                .signet_challenge
                .as_deref()
                .is_some_and(|text| text != PUBLIC_SIGNET),
            Network::Bitcoin | Network::Testnet | Network::Testnet4 => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_made_at_will_on_chains_of_tests_alone() {
        let info = |chain: &str, challenge: &str| -> bool {
            let text = format!(
                r#"{{"blocks":1,"difficulty":1,"networkhashps":1.5e9,"pooledtx":0,"chain":"{chain}"{challenge}}}"#
            );
            serde_json::from_str::<MiningInfo>(&text)
                .expect("its form")
                .can_generate()
        };
        assert!(info("regtest", ""));
        assert!(info("signet", r#","signet_challenge":"51""#));
        assert!(!info(
            "signet",
            &format!(r#","signet_challenge":"{PUBLIC_SIGNET}""#)
        ));
        for chain in ["main", "test", "testnet4", "signet"] {
            assert!(!info(chain, ""), "{chain}");
        }
    }
}
