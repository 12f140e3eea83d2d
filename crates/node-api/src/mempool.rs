//! What waits for a block.

use bitcoin::{Amount, Txid};
use serde::Deserialize;

use crate::amount::{Btc, BtcPerKvb};

/// `getmempoolinfo`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MempoolInfo {
    /// How many transactions wait.
    #[serde(rename = "size")]
    pub count: u32,
    /// Their size together, in vB.
    #[serde(rename = "bytes")]
    pub vsize: u64,
    /// Bytes of memory that they take.
    pub usage: u64,
    /// Their fees together. Told since Core 22.
    #[serde(rename = "total_fee", default)]
    pub fees: Btc,
    /// Bytes of memory that they may take.
    #[serde(rename = "maxmempool")]
    pub max_usage: u64,
    /// The lowest fee rate that comes in at the moment.
    #[serde(rename = "mempoolminfee")]
    pub min_fee_rate: BtcPerKvb,
    /// The lowest fee rate that is passed on at all.
    #[serde(rename = "minrelaytxfee")]
    pub relay_fee_rate: BtcPerKvb,
    /// Whether anything may be replaced, whatever it signals. Told since Core 24; always so since 28.
    #[serde(rename = "fullrbf", default)]
    pub full_rbf: bool,
}

/// Fees of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Fees {
    base: Btc,
    ancestor: Btc,
    descendant: Btc,
}

/// `getmempoolentry`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MempoolEntry {
    /// Its size in vB.
    pub vsize: u32,
    /// When it came, in seconds since 1970.
    pub time: u64,
    /// Waiting transactions that it needs, itself included.
    #[serde(rename = "ancestorcount")]
    pub ancestors: u32,
    /// Their size in vB.
    #[serde(rename = "ancestorsize")]
    pub ancestor_vsize: u64,
    /// Waiting transactions that need it, itself included.
    #[serde(rename = "descendantcount")]
    pub descendants: u32,
    /// Their size in vB.
    #[serde(rename = "descendantsize")]
    pub descendant_vsize: u64,
    pub(crate) fees: Fees,
    /// Waiting transactions that it spends.
    #[serde(default)]
    pub depends: Vec<Txid>,
    /// Waiting transactions that spend it.
    #[serde(rename = "spentby", default)]
    pub spent_by: Vec<Txid>,
    /// Whether it signals that it may be replaced.
    #[serde(rename = "bip125-replaceable", default)]
    pub signals_replacement: bool,
}

impl MempoolEntry {
    /// Returns its fee.
    pub fn fee(&self) -> Amount {
        self.fees.base.0
    }

    /// Returns the fees of what it needs, itself included.
    pub fn ancestor_fees(&self) -> Amount {
        self.fees.ancestor.0
    }

    /// Returns the fees of what needs it, itself included.
    pub fn descendant_fees(&self) -> Amount {
        self.fees.descendant.0
    }

    /// Returns its fee rate in satoshis per 1,000 vB, rounded down.
    pub fn rate(&self) -> u64 {
        let milli = u128::from(self.fee().to_sat()) * 1_000;
        u64::try_from(milli / u128::from(self.vsize.max(1))).unwrap_or(u64::MAX)
    }
}
