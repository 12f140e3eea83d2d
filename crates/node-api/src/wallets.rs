//! The node's own wallets.

use std::sync::Arc;

use bitcoin::{Amount, BlockHash, Txid};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::NodeError;
use crate::amount::{Btc, Decimal, btc};
use crate::rpc::{Call, Rpc, Size};
use crate::status::{height, name};
use crate::text::cut;

/// What kind of address is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum AddressType {
    /// BIP-0084.
    #[serde(rename = "bech32")]
    Segwit,
    /// BIP-0086.
    #[serde(rename = "bech32m")]
    Taproot,
    /// BIP-0049.
    #[serde(rename = "p2sh-segwit")]
    NestedSegwit,
    /// BIP-0044.
    #[serde(rename = "legacy")]
    Legacy,
}

/// How far a wallet is with looking through the chain.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Scanning {
    Not(bool),
    At { progress: serde_json::Number },
}

/// `getwalletinfo`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WalletInfo {
    /// Its name.
    #[serde(rename = "walletname", deserialize_with = "name")]
    pub name: String,
    /// How it is kept, such as `sqlite`.
    #[serde(default)]
    pub format: Option<String>,
    /// How many transactions it has.
    #[serde(rename = "txcount")]
    pub transactions: u32,
    /// Whether it has keys.
    #[serde(rename = "private_keys_enabled", default)]
    pub has_keys: bool,
    /// Whether it is made of descriptors.
    #[serde(default)]
    pub descriptors: bool,
    /// Until when its keys can be used, in seconds since 1970; 0: they cannot; `None`: they are not encrypted.
    #[serde(default)]
    pub unlocked_until: Option<u64>,
    #[serde(default)]
    pub(crate) scanning: Option<Scanning>,
}

impl WalletInfo {
    /// Returns how far it is with looking through the chain, in millionths; `None`: it does not.
    pub fn scanning_ppm(&self) -> Option<u32> {
        match self.scanning.as_ref()? {
            Scanning::Not(false) => None,
            Scanning::Not(true) => Some(0),
            Scanning::At { progress } => {
                let progress: Decimal = serde_json::from_str(&progress.to_string()).ok()?;
                Some(progress.ppm())
            }
        }
    }
}

#[derive(Debug, Deserialize)]
struct Mine {
    trusted: Btc,
    #[serde(rename = "untrusted_pending")]
    pending: Btc,
    immature: Btc,
}

#[derive(Debug, Deserialize)]
struct Processed {
    #[serde(deserialize_with = "height")]
    height: u32,
}

#[derive(Debug, Deserialize)]
pub(crate) struct RawBalances {
    mine: Mine,
    #[serde(rename = "lastprocessedblock", default)]
    last: Option<Processed>,
}

/// `getbalances`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balances {
    /// In blocks, or own change.
    pub trusted: Amount,
    /// Waiting, from others.
    pub pending: Amount,
    /// Mined, and too young to be spent.
    pub immature: Amount,
    /// Up to which block. Told since Core 26.
    pub height: Option<u32>,
}

impl From<RawBalances> for Balances {
    fn from(raw: RawBalances) -> Self {
        Self {
            trusted: raw.mine.trusted.0,
            pending: raw.mine.pending.0,
            immature: raw.mine.immature.0,
            height: raw.last.map(|last| last.height),
        }
    }
}

/// A row of `listreceivedbyaddress`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReceivedAddress {
    /// The address.
    #[serde(deserialize_with = "name")]
    pub address: String,
    /// What came to it in all.
    pub amount: Btc,
    /// Confirmations of the newest payment to it.
    #[serde(default)]
    pub confirmations: i64,
    /// Its label.
    #[serde(default, deserialize_with = "name")]
    pub label: String,
    /// Transactions that paid to it.
    #[serde(default)]
    pub txids: Vec<Txid>,
}

/// A payment out of a wallet.
#[derive(Debug, Clone)]
pub struct WalletPayment {
    /// To whom.
    pub address: String,
    /// How much.
    pub amount: Amount,
    /// Fee rate in satoshis per 1,000 vB; `None`: what the node estimates.
    pub fee_rate: Option<u64>,
    /// Whether the fee comes out of the amount.
    pub subtract_fee: bool,
}

#[derive(Serialize)]
struct SendParams<'a> {
    address: &'a str,
    amount: Box<RawValue>,
    #[serde(rename = "subtractfeefromamount")]
    subtract: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fee_rate: Option<Box<RawValue>>,
}

/// Writes a decimal number as it is, so that no float is made of it.
fn number(text: String) -> Box<RawValue> {
    RawValue::from_string(text).expect("digits with a point are a number of JSON")
}

/// A row of `scantxoutset`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ScannedOutput {
    /// Its transaction.
    pub txid: Txid,
    /// Its amount.
    pub amount: Btc,
    /// The height of its block.
    #[serde(deserialize_with = "height")]
    pub height: u32,
    /// Its block. Told since Core 28.
    #[serde(rename = "blockhash", default)]
    pub block: Option<BlockHash>,
}

/// `scantxoutset`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ScannedOutputs {
    /// Whether it was looked through to the end.
    pub success: bool,
    /// What is unspent.
    pub unspents: Vec<ScannedOutput>,
    /// Its sum.
    pub total_amount: Btc,
}

#[derive(Debug, Deserialize)]
pub(crate) struct WalletDir {
    pub wallets: Vec<WalletDirRow>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct WalletDirRow {
    #[serde(deserialize_with = "name")]
    pub name: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct NamedWallet {
    #[serde(deserialize_with = "name")]
    pub name: String,
}

/// One of the node's wallets.
#[derive(Debug, Clone)]
pub struct WalletClient {
    rpc: Arc<Rpc>,
    name: Option<String>,
}

impl WalletClient {
    pub(crate) fn new(rpc: Arc<Rpc>, name: Option<String>) -> Self {
        Self { rpc, name }
    }

    /// Returns its name; `None`: the only one that is loaded.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    async fn call<T: serde::de::DeserializeOwned>(
        &self,
        call: &Call,
        size: Size,
    ) -> Result<T, NodeError> {
        self.rpc.call(self.name(), call, size).await
    }

    /// Asks what it is.
    ///
    /// # Errors
    /// [`NodeError`]; [`NodeError::NO_WALLET`] when it is not loaded.
    pub async fn info(&self) -> Result<WalletInfo, NodeError> {
        self.call(&Call::bare("getwalletinfo"), Size::Small).await
    }

    /// Asks what it has.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn balances(&self) -> Result<Balances, NodeError> {
        let raw: RawBalances = self.call(&Call::bare("getbalances"), Size::Small).await?;
        Ok(raw.into())
    }

    /// Has it hand out a new address.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn new_address(&self, label: &str, kind: AddressType) -> Result<String, NodeError> {
        let address: String = self
            .call(&Call::new("getnewaddress", &(label, kind)), Size::Small)
            .await?;
        Ok(cut(&address, 200))
    }

    /// Asks for its addresses with what came to them, the unused ones included.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn addresses(&self) -> Result<Vec<ReceivedAddress>, NodeError> {
        self.call(&Call::new("listreceivedbyaddress", &(0, true)), Size::Page)
            .await
    }

    /// Pays. After [`NodeError::Unreachable`] and [`NodeError::TimedOut`] it is not known whether it did.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn send(&self, payment: &WalletPayment) -> Result<Txid, NodeError> {
        self.call(&send_call(payment), Size::Small).await
    }
}

fn send_call(payment: &WalletPayment) -> Call {
    let rate = |kvb: u64| number(format!("{}.{:03}", kvb / 1_000, kvb % 1_000));
    let params = SendParams {
        address: &payment.address,
        amount: number(btc(payment.amount)),
        subtract: payment.subtract_fee,
        fee_rate: payment.fee_rate.map(rate),
    };
    Call::new("sendtoaddress", &params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_says_its_amount_to_the_satoshi() {
        let payment = WalletPayment {
            address: "bcrt1q".to_owned(),
            amount: Amount::from_sat(2_099_999_997_690_001),
            fee_rate: Some(1_234),
            subtract_fee: true,
        };
        let call = format!("{:?}", send_call(&payment));
        assert!(call.contains("20999999.97690001"), "{call}");
        assert!(call.contains("1.234"), "{call}");
    }
}
