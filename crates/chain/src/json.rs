//! What Esplora sends, as strict types.
//!
//! Fields that are not needed are skipped without being kept. Lists of witness items are packed,
//! so that a page of empty items takes no more memory than it took bytes on the wire.

use std::fmt;

use bitcoin::absolute::LockTime;
use bitcoin::hex::FromHex;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, BlockHash, OutPoint, Script, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid,
    Weight, Witness,
};
use satchel_types::{BlockRef, Timestamp};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};

use crate::limits;

/// Why an answer cannot be right, in this program's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wrong(pub &'static str);

/// A block of `/blocks`.
#[derive(Debug, Deserialize)]
pub(crate) struct BlockRow {
    id: BlockHash,
    height: u32,
    #[serde(default)]
    previousblockhash: Option<BlockHash>,
}

/// Checks the newest blocks: newest first, without gaps, each naming the one before.
pub(crate) fn newest_blocks(rows: &[BlockRow]) -> Result<Vec<BlockRef>, Wrong> {
    let Some(newest) = rows.first() else {
        return Err(Wrong("it has no blocks"));
    };
    if rows.len() > limits::BLOCKS || newest.height > limits::HEIGHT {
        return Err(Wrong("its list of blocks is out of bounds"));
    }
    let linked = rows.windows(2).all(|pair| {
        pair[0].height.checked_sub(1) == Some(pair[1].height)
            && pair[0]
                .previousblockhash
                .is_none_or(|prev| prev == pair[1].id)
    });
    if !linked {
        return Err(Wrong("its newest blocks do not follow each other"));
    }
    Ok(rows
        .iter()
        .map(|row| BlockRef {
            height: row.height,
            hash: row.id,
        })
        .collect())
}

/// A transaction with where it is.
#[derive(Debug, Deserialize)]
pub(crate) struct TxRow {
    /// Id claimed.
    pub txid: Txid,
    // Some servers print the signed number as an unsigned one.
    version: i64,
    locktime: u32,
    vin: Vec<VinRow>,
    vout: Vec<VoutRow>,
    status: StatusRow,
}

#[derive(Debug, Deserialize)]
struct VinRow {
    txid: Txid,
    vout: u32,
    #[serde(default)]
    prevout: Option<VoutRow>,
    #[serde(default)]
    scriptsig: ScriptBuf,
    #[serde(default)]
    witness: Items,
    sequence: u32,
}

#[derive(Debug, Deserialize)]
struct VoutRow {
    scriptpubkey: ScriptBuf,
    value: u64,
}

#[derive(Debug, Deserialize)]
struct StatusRow {
    confirmed: bool,
    #[serde(default)]
    block_height: Option<u32>,
    #[serde(default)]
    block_hash: Option<BlockHash>,
    #[serde(default)]
    block_time: Option<u32>,
}

impl VoutRow {
    fn build(&self) -> Result<TxOut, Wrong> {
        let value = Amount::from_sat(self.value);
        if value > Amount::MAX_MONEY {
            return Err(Wrong("an amount above all the money there is"));
        }
        Ok(TxOut {
            value,
            script_pubkey: self.scriptpubkey.clone(),
        })
    }
}

/// The total, if it is possible at all.
fn total<'a>(amounts: impl Iterator<Item = &'a TxOut>) -> Result<Amount, Wrong> {
    let mut sum = Amount::ZERO;
    for out in amounts {
        sum = sum
            .checked_add(out.value)
            .filter(|sum| *sum <= Amount::MAX_MONEY)
            .ok_or(Wrong("amounts that add up to more than all the money"))?;
    }
    Ok(sum)
}

impl TxRow {
    /// Returns the block it is claimed to be in.
    pub(crate) fn block(&self) -> Result<Option<(BlockRef, Timestamp)>, Wrong> {
        let status = &self.status;
        if !status.confirmed {
            return Ok(None);
        }
        let (Some(height), Some(hash), Some(time)) =
            (status.block_height, status.block_hash, status.block_time)
        else {
            return Err(Wrong("a confirmed transaction without a block"));
        };
        if height > limits::HEIGHT {
            return Err(Wrong("a block height that is far away"));
        }
        Ok(Some((
            BlockRef { height, hash },
            Timestamp::from_secs(u64::from(time)),
        )))
    }

    /// Returns whether it creates new coins in a block.
    pub(crate) fn is_coinbase(&self) -> bool {
        matches!(self.vin.as_slice(), [only] if only.outpoint().is_null())
    }

    /// Returns whether it pays to or spends from a script. Inputs whose origin the server does
    /// not tell may do so.
    pub(crate) fn may_touch(&self, script: &Script) -> bool {
        let of_script = |out: &VoutRow| out.scriptpubkey.as_script() == script;
        self.vout.iter().any(of_script)
            || self
                .vin
                .iter()
                .any(|vin| vin.prevout.as_ref().is_none_or(of_script) && !vin.outpoint().is_null())
    }

    /// Checks the amounts of outputs and of what the inputs spend.
    pub(crate) fn check_amounts(&self) -> Result<(), Wrong> {
        let outs = self
            .vout
            .iter()
            .map(VoutRow::build)
            .collect::<Result<Vec<_>, _>>()?;
        let paid = total(outs.iter())?;
        let spent = self
            .vin
            .iter()
            .map(|vin| vin.prevout.as_ref().map(VoutRow::build).transpose())
            .collect::<Result<Option<Vec<_>>, _>>()?;
        match spent {
            Some(spent) if !self.is_coinbase() && total(spent.iter())? < paid => {
                Err(Wrong("a transaction that pays more than it spends"))
            }
            _ => Ok(()),
        }
    }

    /// Returns the outputs it spends, as far as told. Call [`Self::check_amounts`] before.
    pub(crate) fn prevouts(&self) -> Vec<(OutPoint, TxOut)> {
        self.vin
            .iter()
            .filter_map(|vin| {
                let prevout = vin.prevout.as_ref()?;
                let value = Amount::from_sat(prevout.value);
                let script_pubkey = prevout.scriptpubkey.clone();
                Some((
                    vin.outpoint(),
                    TxOut {
                        value,
                        script_pubkey,
                    },
                ))
            })
            .collect()
    }

    /// Puts the transaction together; `None` when that does not give the id claimed, so that the
    /// raw bytes have to be asked for.
    pub(crate) fn build(&self) -> Option<Transaction> {
        let version = i32::try_from(self.version)
            .ok()
            .or_else(|| u32::try_from(self.version).ok().map(u32::cast_signed))?;
        let tx = Transaction {
            version: Version(version),
            lock_time: LockTime::from_consensus(self.locktime),
            input: self.vin.iter().map(VinRow::build).collect::<Option<_>>()?,
            output: self
                .vout
                .iter()
                .map(|out| out.build().ok())
                .collect::<Option<_>>()?,
        };
        (tx.compute_txid() == self.txid && tx.weight() <= Weight::MAX_BLOCK).then_some(tx)
    }
}

impl VinRow {
    fn outpoint(&self) -> OutPoint {
        OutPoint::new(self.txid, self.vout)
    }

    fn build(&self) -> Option<TxIn> {
        Some(TxIn {
            previous_output: self.outpoint(),
            script_sig: self.scriptsig.clone(),
            sequence: Sequence(self.sequence),
            witness: self.witness.build()?,
        })
    }
}

/// Witness items, one after the other.
#[derive(Debug, Default, PartialEq, Eq)]
struct Items {
    bytes: Vec<u8>,
    /// Where each item ends.
    ends: Vec<u32>,
}

impl Items {
    fn build(&self) -> Option<Witness> {
        // Each item weighs at least one unit, so more do not fit a block.
        if self.ends.len() as u64 > Weight::MAX_BLOCK.to_wu() {
            return None;
        }
        let mut start = 0;
        let items: Vec<&[u8]> = self
            .ends
            .iter()
            .map(|&end| {
                let item = &self.bytes[start..end as usize];
                start = end as usize;
                item
            })
            .collect();
        Some(Witness::from_slice(&items))
    }
}

impl<'de> Deserialize<'de> for Items {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ItemsVisitor;
        impl<'de> Visitor<'de> for ItemsVisitor {
            type Value = Items;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of hexadecimal strings")
            }

            fn visit_unit<E>(self) -> Result<Items, E> {
                Ok(Items::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Items, A::Error> {
                let mut items = Items::default();
                while let Some(Item(bytes)) = seq.next_element()? {
                    items.bytes.extend_from_slice(&bytes);
                    let end = u32::try_from(items.bytes.len())
                        .map_err(|_| A::Error::custom("too long"))?;
                    items.ends.push(end);
                }
                Ok(items)
            }
        }
        // `null` stands for no witness on some servers.
        deserializer.deserialize_any(ItemsVisitor)
    }
}

/// One item; gone as soon as it is copied.
struct Item(Vec<u8>);

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ItemVisitor;
        impl Visitor<'_> for ItemVisitor {
            type Value = Item;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("hexadecimal digits")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Item, E> {
                Vec::from_hex(text).map(Item).map_err(|_| E::custom("hex"))
            }
        }
        deserializer.deserialize_str(ItemVisitor)
    }
}

#[cfg(test)]
mod tests {
    use bitcoin::hashes::Hash;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::fake::tx_json;

    fn script() -> impl Strategy<Value = ScriptBuf> {
        proptest::collection::vec(any::<u8>(), 0..80).prop_map(ScriptBuf::from_bytes)
    }

    fn output() -> impl Strategy<Value = TxOut> {
        (0..Amount::MAX_MONEY.to_sat() / 8, script()).prop_map(|(sat, script_pubkey)| TxOut {
            value: Amount::from_sat(sat),
            script_pubkey,
        })
    }

    fn input() -> impl Strategy<Value = TxIn> {
        let item = proptest::collection::vec(any::<u8>(), 0..90);
        let witness = proptest::collection::vec(item, 0..5);
        (
            any::<[u8; 32]>(),
            any::<u32>(),
            script(),
            any::<u32>(),
            witness,
        )
            .prop_map(|(txid, vout, script_sig, sequence, witness)| TxIn {
                previous_output: OutPoint::new(Txid::from_byte_array(txid), vout),
                script_sig,
                sequence: Sequence(sequence),
                witness: Witness::from_slice(&witness),
            })
    }

    prop_compose! {
        fn transaction()(
            version in any::<i32>(),
            lock_time in any::<u32>(),
            input in proptest::collection::vec(input(), 1..5),
            output in proptest::collection::vec(output(), 1..5),
        ) -> Transaction {
            Transaction {
                version: Version(version),
                lock_time: LockTime::from_consensus(lock_time),
                input,
                output,
            }
        }
    }

    fn row(value: &Value) -> TxRow {
        serde_json::from_value(value.clone()).expect("a row")
    }

    fn sample() -> Transaction {
        Transaction {
            version: Version::TWO,
            lock_time: LockTime::ZERO,
            input: vec![TxIn {
                previous_output: OutPoint::new(Txid::from_byte_array([7; 32]), 1),
                sequence: Sequence::MAX,
                witness: Witness::from_slice(&[vec![1u8; 64]]),
                ..TxIn::default()
            }],
            output: vec![TxOut {
                value: Amount::from_sat(1_000),
                script_pubkey: ScriptBuf::from_bytes(vec![0x51]),
            }],
        }
    }

    fn sample_json() -> Value {
        tx_json(&sample(), None, &[])
    }

    proptest! {
        #[test]
        fn a_transaction_survives_the_way_through_json(tx in transaction(), unsigned in any::<bool>()) {
            let mut value = tx_json(&tx, None, &[]);
            if unsigned {
                value["version"] = json!(tx.version.0.cast_unsigned());
            }
            prop_assert_eq!(row(&value).build(), Some(tx));
        }

        #[test]
        fn any_other_number_or_script_changes_the_id(
            tx in transaction(), lock_time in any::<u32>(), sequence in any::<u32>(), sat in 0..1_000_000u64,
        ) {
            let value = tx_json(&tx, None, &[]);
            let mut other = value.clone();
            other["locktime"] = json!(lock_time);
            other["vin"][0]["sequence"] = json!(sequence);
            other["vout"][0]["value"] = json!(sat);
            let same = other == value;
            prop_assert_eq!(row(&other).build().is_some(), same);
        }

        #[test]
        fn bytes_of_any_kind_are_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = serde_json::from_slice::<TxRow>(&bytes);
            let _ = serde_json::from_slice::<Vec<BlockRow>>(&bytes);
        }
    }

    #[test]
    fn amounts_out_of_bounds_are_refused() {
        let max = Amount::MAX_MONEY.to_sat();
        let mut one = sample_json();
        one["vout"][0]["value"] = json!(max + 1);
        assert_eq!(
            row(&one).check_amounts(),
            Err(Wrong("an amount above all the money there is"))
        );
        let mut both = sample_json();
        let out = both["vout"][0].clone();
        both["vout"] = json!([out.clone(), out]);
        both["vout"][0]["value"] = json!(max);
        assert_eq!(
            row(&both).check_amounts(),
            Err(Wrong("amounts that add up to more than all the money"))
        );
        for value in [
            json!(-1),
            json!(1.5),
            json!("1000"),
            json!(1e30),
            json!(null),
        ] {
            let mut bad = sample_json();
            bad["vout"][0]["value"] = value.clone();
            assert!(serde_json::from_value::<TxRow>(bad).is_err(), "{value}");
        }
    }

    #[test]
    fn a_transaction_cannot_pay_more_than_it_spends() {
        let prevout = |sat| TxOut {
            value: Amount::from_sat(sat),
            script_pubkey: ScriptBuf::new(),
        };
        let with = |sat| row(&tx_json(&sample(), None, &[prevout(sat)])).check_amounts();
        assert_eq!(with(1_000), Ok(()));
        assert_eq!(
            with(999),
            Err(Wrong("a transaction that pays more than it spends"))
        );
    }

    #[test]
    fn a_confirmed_status_needs_height_hash_and_time() {
        for missing in ["block_height", "block_hash", "block_time"] {
            let block = BlockRef {
                height: 5,
                hash: BlockHash::all_zeros(),
            };
            let mut value = tx_json(&sample(), Some((block, 77)), &[]);
            assert!(matches!(row(&value).block(), Ok(Some(_))));
            value["status"][missing] = Value::Null;
            assert!(row(&value).block().is_err(), "{missing}");
        }
    }

    #[test]
    fn empty_witness_items_take_no_more_memory_than_text() {
        let text = format!("[{}\"\"]", "\"\",".repeat(99_999));
        let items: Items = serde_json::from_str(&text).expect("items");
        assert_eq!(items.ends.len(), 100_000);
        assert!(items.ends.capacity() * 4 + items.bytes.capacity() <= 2 * text.len());
    }

    #[test]
    fn newest_blocks_must_follow_each_other() {
        let blocks = |text: &str| {
            newest_blocks(&serde_json::from_str::<Vec<BlockRow>>(text).expect("rows")).is_ok()
        };
        let [a, b, c] = ["aa", "bb", "cc"].map(|x| x.repeat(32));
        let two = |h1: u32, h2: u32, prev: &str| {
            blocks(&format!(
                r#"[{{"id":"{a}","height":{h1},"previousblockhash":"{prev}"}},{{"id":"{b}","height":{h2}}}]"#
            ))
        };
        assert!(two(8, 7, &b));
        assert!(!two(8, 7, &c));
        assert!(!two(9, 7, &b));
        assert!(!two(7, 8, &b));
        assert!(!two(0, 0, &b));
        assert!(!blocks("[]"));
    }
}
