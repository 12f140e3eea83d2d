//! Doors for the fuzz targets; see `fuzz/README.md`. Built with `--cfg fuzzing` and never shipped.
//!
//! Each takes what a node sent and returns what this room keeps of it.

use std::collections::BTreeMap;

use bitcoin::{Amount, Txid};

use crate::blocks::{BlockFees, BlockIds, BlockTxs};
use crate::esplora::{RawAddressTx, RawStats};
use crate::rpc::{many, one};
use crate::transactions::RawTx;
use crate::wallets::{NamedWallet, RawBalances, WalletDir};
use crate::{
    Balances, BlockSummary, BlockchainInfo, Header, MempoolEntry, MempoolInfo, MiningInfo,
    NetworkInfo, NodeError, ReceivedAddress, ScannedOutputs, Script, Tx, WalletInfo,
};

/// The id that answers carry.
pub const ID: u64 = 7;

/// What is kept of an answer: whatever is text, and whatever is money.
#[derive(Debug, Default)]
pub struct Kept {
    /// Texts of the node's own.
    pub texts: Vec<String>,
    /// Amounts.
    pub amounts: Vec<Amount>,
}

impl Kept {
    fn texts(texts: impl IntoIterator<Item = String>) -> Self {
        Self {
            texts: texts.into_iter().collect(),
            amounts: Vec::new(),
        }
    }

    fn amounts(amounts: impl IntoIterator<Item = Amount>) -> Self {
        Self {
            texts: Vec::new(),
            amounts: amounts.into_iter().collect(),
        }
    }

    fn script(&mut self, script: Script) {
        self.texts.extend([script.asm, script.hex, script.kind]);
        self.texts.extend(script.address);
    }

    fn tx(&mut self, tx: Tx) {
        self.amounts.push(tx.total);
        self.amounts.extend(tx.fee);
        for input in tx.inputs {
            self.texts.push(input.asm);
            self.texts.extend(input.coinbase);
            self.texts.extend(input.witness);
            if let Some(spent) = input.spends {
                self.amounts.push(spent.amount);
                self.script(spent.script);
            }
        }
        for output in tx.outputs {
            self.amounts.push(output.amount);
            self.script(output.script);
        }
    }
}

/// Reads an answer of a kind. `Err`: it is refused.
pub fn answer(kind: u8, body: &[u8]) -> Result<Kept, NodeError> {
    Ok(match kind {
        0 => {
            let info: BlockchainInfo = one(body, ID)?;
            Kept::texts(
                [
                    vec![info.chain_work, info.difficulty.to_string()],
                    info.warnings,
                ]
                .concat(),
            )
        }
        1 => {
            let info: NetworkInfo = one(body, ID)?;
            Kept::texts([vec![info.subversion], info.warnings].concat())
        }
        2 => {
            let info: MiningInfo = one(body, ID)?;
            Kept::texts([vec![info.hashes_per_second.to_string()], info.warnings].concat())
        }
        3 => one::<Header>(body, ID).map(|_| Kept::default())?,
        4 => {
            let block: BlockSummary = one(body, ID)?;
            Kept::texts([block.version, block.bits, block.chain_work])
        }
        5 => {
            let mut kept = Kept::default();
            kept.tx(Tx::try_from(one::<RawTx>(body, ID)?)?);
            kept
        }
        6 => {
            let mut kept = Kept::default();
            for tx in one::<BlockTxs>(body, ID)?.tx {
                kept.tx(Tx::try_from(tx)?);
            }
            kept
        }
        7 => Kept::amounts([one::<MempoolInfo>(body, ID)?.fees.0]),
        8 => {
            let entries: BTreeMap<Txid, MempoolEntry> = one(body, ID)?;
            let amounts = entries.values().map(|entry| {
                let _ = entry.rate();
                entry.fee()
            });
            Kept::amounts(amounts)
        }
        9 => {
            let info: WalletInfo = one(body, ID)?;
            let _ = info.scanning_ppm();
            Kept::texts([info.name])
        }
        10 => {
            let has = Balances::from(one::<RawBalances>(body, ID)?);
            Kept::amounts([has.trusted, has.pending, has.immature])
        }
        11 => {
            let rows: Vec<ReceivedAddress> = one(body, ID)?;
            let mut kept = Kept::amounts(rows.iter().map(|row| row.amount.0));
            kept.texts
                .extend(rows.into_iter().flat_map(|row| [row.address, row.label]));
            kept
        }
        12 => {
            let found: ScannedOutputs = one(body, ID)?;
            Kept::amounts(found.unspents.iter().map(|row| row.amount.0))
        }
        13 => Kept::amounts([esplora::<RawStats>(body)?.read()?.balance]),
        14 => {
            let rows: Vec<RawAddressTx> = esplora(body)?;
            let mut kept = Kept::default();
            for row in rows {
                let row = row.read("bcrt1qaddress")?;
                kept.amounts.extend([row.received, row.spent]);
            }
            kept
        }
        15 => Kept::amounts(one::<BlockFees>(body, ID)?.amount()),
        16 => one::<BlockIds>(body, ID).map(|_| Kept::default())?,
        17 => Kept::texts(
            one::<WalletDir>(body, ID)?
                .wallets
                .into_iter()
                .map(|row| row.name),
        ),
        18 => Kept::texts([one::<NamedWallet>(body, ID)?.name]),
        _ => {
            for answer in many::<NetworkInfo>(body, ID, 2)? {
                answer?;
            }
            Kept::default()
        }
    })
}

fn esplora<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, NodeError> {
    serde_json::from_slice(body).map_err(|_| NodeError::nonsense("no answer"))
}

/// Reads what a cookie file holds.
pub fn cookie(text: &str) -> Option<&str> {
    crate::credential::parse_cookie(text)
}
