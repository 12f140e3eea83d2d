//! What Bitcoin Core has no index for: the transactions of an address, from an Esplora server beside it.

use bitcoin::{Amount, BlockHash, Txid};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::NodeAddress;
use crate::rpc::taken;
use crate::status::HEIGHT;
use crate::text::cut;
use crate::{Credential, NodeError, Way};

/// Bytes of figures.
const SMALL: usize = 64 * 1024;
/// Bytes of a page of transactions.
const PAGE: usize = 16 * 1024 * 1024;
/// Transactions that a page may have: 50 that wait and 25 of blocks are usual.
const ROWS: usize = 500;

/// Connections that are kept open without a request.
const IDLE: usize = 2;

/// An Esplora server.
#[derive(Debug)]
pub struct Esplora {
    client: Client,
    address: NodeAddress,
    credential: Credential,
    way: Way,
}

/// Figures of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressStats {
    /// What is unspent in blocks.
    pub balance: Amount,
    /// Transactions in blocks.
    pub transactions: u64,
}

/// A transaction of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressTx {
    /// Its id.
    pub txid: Txid,
    /// Height and hash of its block, and its time.
    pub block: Option<(u32, BlockHash, u64)>,
    /// What came to the address.
    pub received: Amount,
    /// What left it.
    pub spent: Amount,
}

#[derive(Debug, Deserialize)]
struct Sums {
    funded_txo_sum: u64,
    spent_txo_sum: u64,
    tx_count: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct RawStats {
    chain_stats: Sums,
}

impl RawStats {
    pub(crate) fn read(&self) -> Result<AddressStats, NodeError> {
        let sums = &self.chain_stats;
        let balance = sums
            .funded_txo_sum
            .checked_sub(sums.spent_txo_sum)
            .filter(|sats| *sats <= Amount::MAX_MONEY.to_sat())
            .ok_or(NodeError::nonsense(
                "an address that spent more than it had",
            ))?;
        Ok(AddressStats {
            balance: Amount::from_sat(balance),
            transactions: sums.tx_count,
        })
    }
}

#[derive(Debug, Deserialize)]
struct Status {
    confirmed: bool,
    #[serde(default)]
    block_height: Option<u32>,
    #[serde(default)]
    block_hash: Option<BlockHash>,
    #[serde(default)]
    block_time: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Part {
    #[serde(default)]
    scriptpubkey_address: Option<String>,
    #[serde(default)]
    value: u64,
}

#[derive(Debug, Deserialize)]
struct Vin {
    #[serde(default)]
    prevout: Option<Part>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct RawAddressTx {
    txid: Txid,
    status: Status,
    vin: Vec<Vin>,
    vout: Vec<Part>,
}

impl RawAddressTx {
    pub(crate) fn read(&self, address: &str) -> Result<AddressTx, NodeError> {
        let of = |parts: &mut dyn Iterator<Item = &Part>| {
            let mine = parts.filter(|part| part.scriptpubkey_address.as_deref() == Some(address));
            let sum = mine
                .map(|part| part.value)
                .try_fold(0_u64, u64::checked_add);
            sum.filter(|sats| *sats <= Amount::MAX_MONEY.to_sat())
                .map(Amount::from_sat)
                .ok_or(NodeError::nonsense(
                    "a transaction that moves more than there is",
                ))
        };
        let block = match (
            &self.status,
            self.status.block_height,
            self.status.block_hash,
        ) {
            (
                Status {
                    confirmed: false, ..
                },
                _,
                _,
            ) => None,
            (status, Some(height), Some(hash)) if height <= HEIGHT => {
                Some((height, hash, status.block_time.unwrap_or_default()))
            }
            _ => {
                return Err(NodeError::nonsense(
                    "a transaction in a block that is not named",
                ));
            }
        };
        Ok(AddressTx {
            txid: self.txid,
            block,
            received: of(&mut self.vout.iter())?,
            spent: of(&mut self.vin.iter().filter_map(|vin| vin.prevout.as_ref()))?,
        })
    }
}

impl Esplora {
    /// Makes a client. Opens no connection.
    ///
    /// # Errors
    /// [`NodeError::BadAddress`].
    pub fn new(
        address: NodeAddress,
        credential: Credential,
        way: impl Into<Way>,
    ) -> Result<Self, NodeError> {
        let way = way.into();
        Ok(Self {
            client: way.client(&address, way.limits.request, IDLE)?,
            address,
            credential,
            way,
        })
    }

    /// Returns the server's address.
    pub fn address(&self) -> &NodeAddress {
        &self.address
    }

    async fn get(&self, path: &str, limit: usize) -> Result<Vec<u8>, NodeError> {
        let mut request = self
            .client
            .get(format!("{}{path}", self.address.as_str()))
            .timeout(self.way.limits.request);
        if let Some((name, value)) = self.credential.header()? {
            request = request.header(name, value);
        }
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Err(self.way.why(&self.address, &error).await),
        };
        let missing = matches!(
            response.status(),
            StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST
        );
        match taken(response, limit).await {
            Err(NodeError::Http { body, .. }) if missing => Err(NodeError::Refused {
                code: NodeError::NOT_FOUND,
                message: body,
            }),
            other => other,
        }
    }

    async fn json<T: DeserializeOwned>(&self, path: &str, limit: usize) -> Result<T, NodeError> {
        let body = self.get(path, limit).await?;
        serde_json::from_slice(&body)
            .map_err(|_| NodeError::nonsense("it is no answer of an Esplora server"))
    }

    /// Asks for the hash of the active block at a height.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn block_hash(&self, height: u32) -> Result<BlockHash, NodeError> {
        let body = self.get(&format!("/block-height/{height}"), SMALL).await?;
        let text =
            String::from_utf8(body).map_err(|_| NodeError::nonsense("a hash that is no text"))?;
        text.trim()
            .parse()
            .map_err(|_| NodeError::nonsense("a hash that is none"))
    }

    /// Asks for figures of an address, whose text was read as an address before.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn stats(&self, address: &str) -> Result<AddressStats, NodeError> {
        let raw: RawStats = self
            .json(&format!("/address/{}", plain(address)?), SMALL)
            .await?;
        raw.read()
    }

    /// Asks for a page of an address's transactions, newest first; `after` is the last one of the page before. Waiting
    /// ones are on the first page.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn transactions(
        &self,
        address: &str,
        after: Option<Txid>,
    ) -> Result<Vec<AddressTx>, NodeError> {
        let address = plain(address)?;
        let path = match after {
            Some(txid) => format!("/address/{address}/txs/chain/{txid}"),
            None => format!("/address/{address}/txs"),
        };
        let rows: Vec<RawAddressTx> = self.json(&path, PAGE).await?;
        if rows.len() > ROWS {
            return Err(NodeError::TooLong);
        }
        rows.iter().map(|row| row.read(address)).collect()
    }
}

/// Lets letters and digits through: what is in a path must not lead elsewhere.
fn plain(address: &str) -> Result<&str, NodeError> {
    if !address.is_empty()
        && address.len() <= 128
        && address.bytes().all(|b| b.is_ascii_alphanumeric())
    {
        return Ok(address);
    }
    Err(NodeError::Refused {
        code: NodeError::NOT_FOUND,
        message: cut("no address", 20),
    })
}
