//! The stored form of the engine's state: CBOR (RFC 8949), version 1.
//!
//! A wallet's state is the merge of all pieces in order. Merging a piece twice changes nothing,
//! so a repeated write is harmless. The form is this crate's own and not that of the libraries
//! below, whose stored forms promise to be read by the next major version only.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bdk_chain::bitcoin::consensus::encode;
use bdk_chain::{BlockId, ConfirmationBlockTime, tx_graph};
use bitcoin::hashes::Hash;
use bitcoin::{Amount, BlockHash, OutPoint, ScriptBuf, Transaction, TxOut, Txid};
use satchel_types::ChainSide;
use serde::{Deserialize, Serialize};

mod scan_note;

pub(crate) use scan_note::ScanNote;
use scan_note::StoredScan;

/// Newest version this code reads and the one it writes.
pub(crate) const VERSION: u32 = 1;

/// Which wallet the state belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pub network: String,
    pub external: String,
    pub internal: String,
}

/// A piece of state, or all of it.
#[derive(Debug, Default, Clone)]
pub(crate) struct Changes {
    pub identity: Option<Identity>,
    /// Blocks by height; `None`: no longer in the chain.
    pub blocks: BTreeMap<u32, Option<BlockHash>>,
    pub txs: Vec<Arc<Transaction>>,
    pub txouts: BTreeMap<OutPoint, TxOut>,
    pub anchors: BTreeSet<(ConfirmationBlockTime, Txid)>,
    pub first_seen: BTreeMap<Txid, u64>,
    pub last_seen: BTreeMap<Txid, u64>,
    pub evicted: BTreeMap<Txid, u64>,
    /// Highest index handed out, by side.
    pub revealed: BTreeMap<ChainSide, u32>,
    /// Derived scripts, so that loading derives nothing.
    pub scripts: BTreeMap<(ChainSide, u32), ScriptBuf>,
    /// When a transaction stopped counting; `None`: it counts again.
    pub gone: BTreeMap<Txid, Option<u64>>,
    /// When the source first missed a pending transaction; `None`: it has it again.
    pub missed: BTreeMap<Txid, Option<u64>>,
    /// Which payment a transaction takes back.
    pub cancels: BTreeMap<Txid, Txid>,
    /// Confirmed transactions of which not every script was looked at since; `false`: all were.
    pub unsettled: BTreeMap<Txid, bool>,
    /// How a full scan went on.
    pub scan: Option<ScanNote>,
}

/// Why a piece cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum DecodeError {
    Damaged,
    TooNew { found: u32 },
}

impl Changes {
    pub fn is_empty(&self) -> bool {
        self.identity.is_none()
            && self.blocks.is_empty()
            && self.txs.is_empty()
            && self.txouts.is_empty()
            && self.anchors.is_empty()
            && self.first_seen.is_empty()
            && self.last_seen.is_empty()
            && self.evicted.is_empty()
            && self.revealed.is_empty()
            && self.scripts.is_empty()
            && self.gone.is_empty()
            && self.missed.is_empty()
            && self.cancels.is_empty()
            && self.unsettled.is_empty()
            && self.scan.is_none()
    }

    /// Returns whether every address handed out has its script here, as each piece brings along, and
    /// none lies beyond what can be derived (BIP-0032). Loading would otherwise derive for hours
    /// because of one number.
    pub fn is_derived(&self) -> bool {
        let side = |side| {
            let mut derived = self.scripts.range((side, 0)..=(side, u32::MAX));
            let last = derived.next_back().map(|((_, index), _)| *index);
            let revealed = self.revealed.get(&side).copied();
            last.is_none_or(|last| last < 1 << 31) && revealed <= last
        };
        side(ChainSide::Receive) && side(ChainSide::Change)
    }

    /// Takes over what a graph says it learned.
    pub fn absorb_graph(&mut self, graph: tx_graph::ChangeSet<ConfirmationBlockTime>) {
        self.txs.extend(graph.txs);
        self.txouts.extend(graph.txouts);
        self.anchors.extend(graph.anchors);
        self.first_seen.extend(graph.first_seen);
        self.last_seen.extend(graph.last_seen);
        self.evicted.extend(graph.last_evicted);
    }

    /// Adds a later piece.
    pub fn merge(&mut self, later: Self) {
        if later.identity.is_some() {
            self.identity = later.identity;
        }
        self.blocks.extend(later.blocks);
        self.txs.extend(later.txs);
        self.txouts.extend(later.txouts);
        self.anchors.extend(later.anchors);
        for (txid, at) in later.first_seen {
            let kept = self.first_seen.entry(txid).or_insert(at);
            *kept = at.min(*kept);
        }
        for (into, from) in [
            (&mut self.last_seen, later.last_seen),
            (&mut self.evicted, later.evicted),
        ] {
            for (txid, at) in from {
                let kept = into.entry(txid).or_insert(at);
                *kept = at.max(*kept);
            }
        }
        for (side, index) in later.revealed {
            let kept = self.revealed.entry(side).or_insert(index);
            *kept = index.max(*kept);
        }
        self.scripts.extend(later.scripts);
        self.gone.extend(later.gone);
        self.missed.extend(later.missed);
        self.cancels.extend(later.cancels);
        self.unsettled.extend(later.unsettled);
        if let Some(later) = later.scan {
            self.scan = Some(match self.scan.take() {
                Some(earlier) => earlier.then(later),
                None => later,
            });
        }
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        ciborium::into_writer(&Stored::from(self), &mut bytes)
            .expect("writing to memory cannot fail and every field has a CBOR form");
        bytes
    }

    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        #[derive(Deserialize)]
        struct VersionOnly {
            v: u32,
        }
        match ciborium::from_reader::<Stored, _>(bytes) {
            Ok(stored) if stored.v == VERSION => stored.into_changes().ok_or(DecodeError::Damaged),
            Ok(Stored { v: found, .. }) if found > VERSION => Err(DecodeError::TooNew { found }),
            Ok(_) => Err(DecodeError::Damaged),
            Err(_) => match ciborium::from_reader::<VersionOnly, _>(bytes) {
                Ok(VersionOnly { v: found }) if found > VERSION => {
                    Err(DecodeError::TooNew { found })
                }
                _ => Err(DecodeError::Damaged),
            },
        }
    }
}

/// A byte string in CBOR, where serde would write a list of numbers.
#[derive(Debug)]
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Bytes;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a byte string")
            }
            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
            fn visit_byte_buf<E: serde::de::Error>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
                Ok(Bytes(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Visitor)
    }
}

impl Bytes {
    fn of<H: Hash<Bytes = [u8; 32]>>(hash: &H) -> Self {
        Self(hash.to_byte_array().to_vec())
    }

    fn hash<H: Hash<Bytes = [u8; 32]>>(&self) -> Option<H> {
        Some(H::from_byte_array(self.0.as_slice().try_into().ok()?))
    }
}

/// Version 1 as it lies in the database. Frozen: a change of meaning is a new version.
#[derive(Serialize, Deserialize, Default)]
struct Stored {
    v: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    network: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    external: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    internal: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    blocks: Vec<(u32, Option<Bytes>)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    txs: Vec<Bytes>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    txouts: Vec<(Bytes, u32, u64, Bytes)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    anchors: Vec<(Bytes, u32, Bytes, u64)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    first_seen: Vec<(Bytes, u64)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    last_seen: Vec<(Bytes, u64)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    evicted: Vec<(Bytes, u64)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    revealed: Vec<(u8, u32)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    scripts: Vec<(u8, u32, Bytes)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gone: Vec<(Bytes, Option<u64>)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    missed: Vec<(Bytes, Option<u64>)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cancels: Vec<(Bytes, Bytes)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unsettled: Vec<(Bytes, bool)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scan: Option<StoredScan>,
}

fn side_number(side: ChainSide) -> u8 {
    match side {
        ChainSide::Receive => 0,
        ChainSide::Change => 1,
    }
}

fn side_of(number: u8) -> Option<ChainSide> {
    match number {
        0 => Some(ChainSide::Receive),
        1 => Some(ChainSide::Change),
        _ => None,
    }
}

fn by_txid<V: Copy>(map: &BTreeMap<Txid, V>) -> Vec<(Bytes, V)> {
    map.iter().map(|(txid, v)| (Bytes::of(txid), *v)).collect()
}

fn from_txid<V>(list: Vec<(Bytes, V)>) -> Option<BTreeMap<Txid, V>> {
    list.into_iter()
        .map(|(txid, v)| Some((txid.hash()?, v)))
        .collect()
}

impl From<&Changes> for Stored {
    fn from(c: &Changes) -> Self {
        let identity = |get: fn(&Identity) -> &String| c.identity.as_ref().map(get).cloned();
        Self {
            v: VERSION,
            network: identity(|i| &i.network),
            external: identity(|i| &i.external),
            internal: identity(|i| &i.internal),
            blocks: c
                .blocks
                .iter()
                .map(|(height, hash)| (*height, hash.as_ref().map(Bytes::of)))
                .collect(),
            txs: c
                .txs
                .iter()
                .map(|tx| Bytes(encode::serialize(tx.as_ref())))
                .collect(),
            txouts: c
                .txouts
                .iter()
                .map(|(op, out)| {
                    let script = Bytes(out.script_pubkey.to_bytes());
                    (Bytes::of(&op.txid), op.vout, out.value.to_sat(), script)
                })
                .collect(),
            anchors: c
                .anchors
                .iter()
                .map(|(a, txid)| {
                    let block = Bytes::of(&a.block_id.hash);
                    (
                        Bytes::of(txid),
                        a.block_id.height,
                        block,
                        a.confirmation_time,
                    )
                })
                .collect(),
            first_seen: by_txid(&c.first_seen),
            last_seen: by_txid(&c.last_seen),
            evicted: by_txid(&c.evicted),
            revealed: c
                .revealed
                .iter()
                .map(|(side, index)| (side_number(*side), *index))
                .collect(),
            scripts: c
                .scripts
                .iter()
                .map(|((side, index), script)| {
                    (side_number(*side), *index, Bytes(script.to_bytes()))
                })
                .collect(),
            gone: by_txid(&c.gone),
            missed: by_txid(&c.missed),
            cancels: c
                .cancels
                .iter()
                .map(|(by, what)| (Bytes::of(by), Bytes::of(what)))
                .collect(),
            unsettled: by_txid(&c.unsettled),
            scan: c.scan.as_ref().map(StoredScan::from),
        }
    }
}

impl Stored {
    fn into_changes(self) -> Option<Changes> {
        let identity = match (self.network, self.external, self.internal) {
            (Some(network), Some(external), Some(internal)) => Some(Identity {
                network,
                external,
                internal,
            }),
            (None, None, None) => None,
            _ => return None,
        };
        Some(Changes {
            identity,
            blocks: self
                .blocks
                .into_iter()
                .map(|(height, hash)| {
                    Some(match hash {
                        Some(hash) => (height, Some(hash.hash()?)),
                        None => (height, None),
                    })
                })
                .collect::<Option<_>>()?,
            txs: self
                .txs
                .into_iter()
                .map(|tx| encode::deserialize(&tx.0).ok().map(Arc::new))
                .collect::<Option<_>>()?,
            txouts: self
                .txouts
                .into_iter()
                .map(|(txid, vout, value, script)| {
                    let out = TxOut {
                        value: Amount::from_sat(value),
                        script_pubkey: ScriptBuf::from_bytes(script.0),
                    };
                    Some((OutPoint::new(txid.hash()?, vout), out))
                })
                .collect::<Option<_>>()?,
            anchors: self
                .anchors
                .into_iter()
                .map(|(txid, height, block, confirmation_time)| {
                    let block_id = BlockId {
                        height,
                        hash: block.hash()?,
                    };
                    let anchor = ConfirmationBlockTime {
                        block_id,
                        confirmation_time,
                    };
                    Some((anchor, txid.hash()?))
                })
                .collect::<Option<_>>()?,
            first_seen: from_txid(self.first_seen)?,
            last_seen: from_txid(self.last_seen)?,
            evicted: from_txid(self.evicted)?,
            revealed: self
                .revealed
                .into_iter()
                .map(|(side, index)| Some((side_of(side)?, index)))
                .collect::<Option<_>>()?,
            scripts: self
                .scripts
                .into_iter()
                .map(|(side, index, script)| {
                    Some(((side_of(side)?, index), ScriptBuf::from_bytes(script.0)))
                })
                .collect::<Option<_>>()?,
            gone: from_txid(self.gone)?,
            missed: from_txid(self.missed)?,
            cancels: self
                .cancels
                .into_iter()
                .map(|(by, what)| Some((by.hash()?, what.hash()?)))
                .collect::<Option<_>>()?,
            unsettled: from_txid(self.unsettled)?,
            scan: match self.scan {
                Some(scan) => Some(scan.into_note()?),
                None => None,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_version_is_told_from_damage() {
        #[derive(Serialize)]
        struct Newer {
            v: u32,
            blocks: &'static str,
        }
        let mut newer = Vec::new();
        let value = Newer {
            v: 2,
            blocks: "now something else",
        };
        ciborium::into_writer(&value, &mut newer).expect("memory");
        assert_eq!(
            Changes::decode(&newer).err(),
            Some(DecodeError::TooNew { found: 2 })
        );
        for damaged in [
            &b""[..],
            b"\xff",
            &newer[..newer.len() - 1],
            b"\xa1\x61v\x00",
        ] {
            assert_eq!(Changes::decode(damaged).err(), Some(DecodeError::Damaged));
        }
    }

    #[test]
    fn an_address_without_its_script_is_damage() {
        let script = ScriptBuf::from_bytes(vec![0x51]);
        let with = |revealed: u32, derived: u32| Changes {
            revealed: [(ChainSide::Receive, revealed)].into(),
            scripts: [((ChainSide::Receive, derived), script.clone())].into(),
            ..Changes::default()
        };
        assert!(Changes::default().is_derived());
        assert!(with(4, 34).is_derived() && with(4, 4).is_derived());
        assert!(!with(5, 4).is_derived());
        assert!(!with(4, 1 << 31).is_derived());
        let mut other_side = with(0, 30);
        other_side.revealed.insert(ChainSide::Change, u32::MAX);
        assert!(!other_side.is_derived());
    }

    #[test]
    fn every_field_survives_the_stored_form() {
        let txid = Txid::from_byte_array([7; 32]);
        let hash = BlockHash::from_byte_array([9; 32]);
        let tx = Transaction {
            version: bitcoin::transaction::Version::TWO,
            lock_time: bitcoin::absolute::LockTime::ZERO,
            input: vec![bitcoin::TxIn::default()],
            output: vec![],
        };
        let whole = Changes {
            identity: Some(Identity {
                network: "regtest".into(),
                external: "a".into(),
                internal: "b".into(),
            }),
            blocks: [(3, Some(hash)), (4, None)].into(),
            txs: vec![Arc::new(tx)],
            txouts: [(
                OutPoint::new(txid, 1),
                TxOut {
                    value: Amount::from_sat(5),
                    script_pubkey: ScriptBuf::from_bytes(vec![0x51]),
                },
            )]
            .into(),
            anchors: [(
                ConfirmationBlockTime {
                    block_id: BlockId { height: 3, hash },
                    confirmation_time: 11,
                },
                txid,
            )]
            .into(),
            first_seen: [(txid, 1)].into(),
            last_seen: [(txid, 2)].into(),
            evicted: [(txid, 3)].into(),
            revealed: [(ChainSide::Receive, 4), (ChainSide::Change, 5)].into(),
            scripts: [((ChainSide::Change, 6), ScriptBuf::from_bytes(vec![0x52]))].into(),
            gone: [(txid, Some(7))].into(),
            missed: [(txid, None)].into(),
            cancels: [(txid, txid)].into(),
            unsettled: [(txid, true)].into(),
            scan: Some(ScanNote::Began(scan_note::tests::progress(&[
                (1, 2),
                (9, 9),
            ]))),
        };
        let back = Changes::decode(&whole.encode()).expect("own bytes");
        assert_eq!(format!("{back:?}"), format!("{whole:?}"));
        let mut twice = back.clone();
        twice.merge(back);
        twice.txs.dedup();
        assert_eq!(format!("{twice:?}"), format!("{whole:?}"));
    }
}
