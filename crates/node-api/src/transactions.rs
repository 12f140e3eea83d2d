//! Transactions as a node decodes them.

use bitcoin::{Amount, BlockHash, OutPoint, Txid, Wtxid};
use serde::Deserialize;

use crate::NodeError;
use crate::amount::Btc;
use crate::text::{SCRIPT, cut};

/// Inputs, outputs and witness items that are kept of one transaction.
const PARTS: usize = 100;
/// Longest raw transaction that is kept, in hex digits: 100 kB.
const RAW: usize = 200_000;

/// A script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its operations, cut at 2,000 bytes.
    pub asm: String,
    /// Its bytes in hex, cut likewise.
    pub hex: String,
    /// What kind it is, in the node's words.
    pub kind: String,
    /// Its address, when it has one.
    pub address: Option<String>,
}

/// What an input spends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// The amount.
    pub amount: Amount,
    /// The script.
    pub script: Script,
    /// The height of its block; `None`: it is in no block, or the node does not tell.
    pub height: Option<u32>,
    /// Whether it was mined.
    pub coinbase: bool,
}

/// An input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Which output it spends; `None`: it mines.
    pub outpoint: Option<OutPoint>,
    /// What the miner wrote, in hex, when it mines.
    pub coinbase: Option<String>,
    /// Operations of its script.
    pub asm: String,
    /// The first 100 items of its witness, in hex.
    pub witness: Vec<String>,
    /// Items beyond those.
    pub more_witness: u32,
    /// Its sequence number.
    pub sequence: u32,
    /// What it spends; `None`: the node does not tell.
    pub spends: Option<Spent>,
}

/// An output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its index.
    pub index: u32,
    /// Its amount.
    pub amount: Amount,
    /// Its script.
    pub script: Script,
}

/// A transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tx {
    /// Its id.
    pub txid: Txid,
    /// Its id with witnesses.
    pub wtxid: Wtxid,
    /// Its version.
    pub version: u32,
    /// Its lock time.
    pub lock_time: u32,
    /// Its size in bytes.
    pub size: u32,
    /// Its size in vB.
    pub vsize: u32,
    /// Its weight in weight units.
    pub weight: u32,
    /// Its fee; `None`: the node does not tell.
    pub fee: Option<Amount>,
    /// All that it pays out.
    pub total: Amount,
    /// The first 100 inputs.
    pub inputs: Vec<Input>,
    /// Inputs beyond those.
    pub more_inputs: u32,
    /// The first 100 outputs.
    pub outputs: Vec<Output>,
    /// Outputs beyond those.
    pub more_outputs: u32,
    /// Its block.
    pub block: Option<BlockHash>,
    /// Its block's time, in seconds since 1970.
    pub time: Option<u32>,
    /// Blocks on top, its own included; 0 while unconfirmed.
    pub confirmations: u32,
    /// The raw transaction in hex, when it has at most 100 kB.
    pub raw: Option<String>,
}

impl Tx {
    /// Returns whether it mines.
    pub fn is_coinbase(&self) -> bool {
        self.inputs
            .first()
            .is_some_and(|input| input.outpoint.is_none())
    }
}

impl Tx {
    /// Returns what its inputs have more than its outputs; `None`: not all of that is known.
    pub(crate) fn paid_fee(&self) -> Option<Amount> {
        if self.more_inputs > 0 {
            return None;
        }
        let amounts = self
            .inputs
            .iter()
            .map(|input| Some(input.spends.as_ref()?.amount));
        let had = amounts
            .collect::<Option<Vec<Amount>>>()?
            .into_iter()
            .try_fold(Amount::ZERO, Amount::checked_add)?;
        had.checked_sub(self.total)
    }
}

#[derive(Debug, Deserialize)]
struct RawScript {
    #[serde(default)]
    asm: String,
    #[serde(default)]
    hex: String,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    address: Option<String>,
}

impl From<RawScript> for Script {
    fn from(raw: RawScript) -> Self {
        Self {
            asm: cut(&raw.asm, SCRIPT),
            hex: cut(&raw.hex, SCRIPT),
            kind: cut(&raw.kind, 64),
            address: raw.address.map(|text| cut(&text, 200)),
        }
    }
}

#[derive(Debug, Deserialize)]
struct RawSpent {
    value: Btc,
    #[serde(rename = "scriptPubKey")]
    script: RawScript,
    #[serde(default)]
    height: Option<u32>,
    #[serde(default)]
    generated: bool,
}

#[derive(Debug, Default, Deserialize)]
struct ScriptSig {
    #[serde(default)]
    asm: String,
}

#[derive(Debug, Deserialize)]
struct RawInput {
    #[serde(default)]
    txid: Option<Txid>,
    #[serde(default)]
    vout: Option<u32>,
    #[serde(default)]
    coinbase: Option<String>,
    #[serde(rename = "scriptSig", default)]
    script: ScriptSig,
    #[serde(rename = "txinwitness", default)]
    witness: Vec<String>,
    sequence: u32,
    #[serde(default)]
    prevout: Option<RawSpent>,
}

#[derive(Debug, Deserialize)]
struct RawOutput {
    value: Btc,
    n: u32,
    #[serde(rename = "scriptPubKey")]
    script: RawScript,
}

/// `gettxout`.
#[derive(Debug, Deserialize)]
pub(crate) struct RawCoin {
    value: Btc,
    #[serde(rename = "scriptPubKey")]
    script: RawScript,
    #[serde(default)]
    coinbase: bool,
}

impl From<RawCoin> for Spent {
    fn from(coin: RawCoin) -> Self {
        Self {
            amount: coin.value.0,
            script: coin.script.into(),
            height: None,
            coinbase: coin.coinbase,
        }
    }
}

/// Outputs of a transaction.
#[derive(Debug, Deserialize)]
pub(crate) struct RawOutputs {
    vout: Vec<RawOutput>,
}

impl RawOutputs {
    /// Takes one out.
    pub(crate) fn take(&mut self, index: u32) -> Option<Spent> {
        let place = self.vout.iter().position(|output| output.n == index)?;
        let output = self.vout.swap_remove(place);
        Some(Spent {
            amount: output.value.0,
            script: output.script.into(),
            height: None,
            coinbase: false,
        })
    }
}

/// A transaction in Core's fields.
#[derive(Debug, Deserialize)]
pub(crate) struct RawTx {
    txid: Txid,
    hash: Wtxid,
    version: i64,
    size: u32,
    vsize: u32,
    weight: u32,
    locktime: u32,
    vin: Vec<RawInput>,
    vout: Vec<RawOutput>,
    #[serde(default)]
    fee: Option<Btc>,
    #[serde(default)]
    hex: Option<String>,
    #[serde(default)]
    blockhash: Option<BlockHash>,
    #[serde(default)]
    blocktime: Option<u32>,
    #[serde(default)]
    confirmations: Option<i64>,
}

fn more(parts: usize) -> u32 {
    u32::try_from(parts.saturating_sub(PARTS)).unwrap_or(u32::MAX)
}

fn input(raw: RawInput) -> Result<Input, NodeError> {
    let outpoint = match (raw.txid, raw.vout, &raw.coinbase) {
        (Some(txid), Some(vout), None) => Some(OutPoint { txid, vout }),
        (None, None, Some(_)) => None,
        _ => {
            return Err(NodeError::nonsense(
                "an input that neither spends nor mines",
            ));
        }
    };
    Ok(Input {
        outpoint,
        coinbase: raw.coinbase.map(|text| cut(&text, SCRIPT)),
        asm: cut(&raw.script.asm, SCRIPT),
        more_witness: more(raw.witness.len()),
        witness: raw
            .witness
            .iter()
            .take(PARTS)
            .map(|item| cut(item, SCRIPT))
            .collect(),
        sequence: raw.sequence,
        spends: raw.prevout.map(|spent| Spent {
            amount: spent.value.0,
            script: spent.script.into(),
            height: spent.height,
            coinbase: spent.generated,
        }),
    })
}

impl TryFrom<RawTx> for Tx {
    type Error = NodeError;

    fn try_from(raw: RawTx) -> Result<Self, NodeError> {
        let mut total = Amount::ZERO;
        for output in &raw.vout {
            total = total
                .checked_add(output.value.0)
                .filter(|total| *total <= Amount::MAX_MONEY)
                .ok_or(NodeError::nonsense(
                    "a transaction that pays more than there is",
                ))?;
        }
        // Core before 28 wrote it as a signed number.
        let version = u32::try_from(raw.version & 0xffff_ffff).unwrap_or_default();
        Ok(Self {
            txid: raw.txid,
            wtxid: raw.hash,
            version,
            lock_time: raw.locktime,
            size: raw.size,
            vsize: raw.vsize,
            weight: raw.weight,
            fee: raw.fee.map(|fee| fee.0),
            total,
            more_inputs: more(raw.vin.len()),
            inputs: raw
                .vin
                .into_iter()
                .take(PARTS)
                .map(input)
                .collect::<Result<_, _>>()?,
            more_outputs: more(raw.vout.len()),
            outputs: raw
                .vout
                .into_iter()
                .take(PARTS)
                .map(|output| Output {
                    index: output.n,
                    amount: output.value.0,
                    script: output.script.into(),
                })
                .collect(),
            block: raw.blockhash,
            time: raw.blocktime.filter(|_| raw.blockhash.is_some()),
            confirmations: raw
                .confirmations
                .and_then(|count| u32::try_from(count).ok())
                .unwrap_or(0),
            raw: raw
                .hex
                .filter(|hex| hex.len() <= RAW && hex.bytes().all(|b| b.is_ascii_hexdigit())),
        })
    }
}
