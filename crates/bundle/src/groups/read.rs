//! Reading groups: every value checked, one way to write each.

use std::collections::BTreeSet;

use bitcoin::Psbt;
use bitcoin::bip32::Fingerprint;
use bitcoin::hashes::Hash;
use satchel_types::{
    ChainSide, DeviceId, PublicDescriptors, ScriptType, StreamId, Timestamp, WalletId,
};

use super::columns::{Invalid, head, read_fixed, read_texts, read_uints};
use super::{MAX_GROUPS, MAX_LIST, MAX_PSBTS, MAX_VERSION, kind};
use crate::cbor::Reader;
use crate::contents::{MAX_DESCRIPTOR, checked_descriptor, checked_network};
use crate::state::{
    AddressKey, Change, Coin, Payment, Seen, SharedWallet, Space, Stage, Value, ValueKey, wallet_id,
};

/// Largest index that is not hardened (BIP-0032).
const MAX_INDEX: u64 = (1 << 31) - 1;
const MAX_PSBT: usize = 2 * 1024 * 1024;

/// Why groups were not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadError {
    /// A kind that must be understood, by a newer version.
    Newer,
    /// What is wrong.
    Invalid(Invalid),
}

impl From<Invalid> for ReadError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

/// Reads the array of groups that a body of class 0 holds.
pub(crate) fn read_groups(r: &mut Reader<'_>) -> Result<Vec<Change>, ReadError> {
    let mut changes: Vec<Change> = Vec::new();
    let mut last = None;
    each_group(r, |kind, content| {
        let first = changes.len();
        read_group(kind, content, &mut changes)?;
        // One group for each kind and space, so that there is one way to write rows.
        let about = match changes.get(first) {
            Some(Change::Opaque { .. }) | None => return Ok(()),
            Some(Change::Value { key, .. }) => (kind, key.space),
            Some(_) => (kind, Space(0)),
        };
        if last.replace(about) == Some(about) {
            return Err(ReadError::Invalid("a kind twice"));
        }
        Ok(())
    })?;
    Ok(changes)
}

/// Walks over groups, ascending by kind and content.
pub(crate) fn each_group<'a>(
    r: &mut Reader<'a>,
    mut read: impl FnMut(u8, &'a [u8]) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let count = r
        .array()
        .filter(|count| *count <= MAX_GROUPS)
        .ok_or("the groups")?;
    let mut last: Option<(u8, &[u8])> = None;
    for _ in 0..count {
        let (Some(2), Some(kind), Some(content)) = (r.array(), r.uint(), r.bytes()) else {
            return Err(ReadError::Invalid("a group"));
        };
        let kind = u8::try_from(kind).map_err(|_| ReadError::Newer)?;
        if last.is_some_and(|last| last >= (kind, content)) {
            return Err(ReadError::Invalid("the order of the groups"));
        }
        last = Some((kind, content));
        read(kind, content)?;
    }
    Ok(())
}

fn read_group(kind: u8, content: &[u8], changes: &mut Vec<Change>) -> Result<(), ReadError> {
    let mut reader = Reader::new(content);
    let r = &mut reader;
    match kind {
        kind::WALLETS => wallets(r, changes)?,
        kind::VALUES => values(r, changes)?,
        kind::LOCKS => locks(r, changes, |wallet, coin, tag| Change::Lock {
            wallet,
            coin,
            tag,
        })?,
        kind::UNLOCKS => locks(r, changes, |wallet, coin, tag| Change::Unlock {
            wallet,
            coin,
            tag,
        })?,
        kind::REVEALED => addresses(r, changes, |key, device, at| Change::Revealed {
            key,
            device,
            at,
        })?,
        kind::LEASED => addresses(r, changes, |key, device, at| Change::Leased {
            key,
            device,
            at,
        })?,
        kind::PAYMENTS => payments(r, changes)?,
        kind::SEEDS | kind::OWNER => {
            return Err(ReadError::Invalid("a secret among what is shared"));
        }
        kind::CRITICAL.. => return Err(ReadError::Newer),
        _ => {
            changes.push(Change::Opaque {
                kind,
                content: content.to_vec(),
            });
            return Ok(());
        }
    }
    if !reader.is_at_end() {
        return Err(ReadError::Invalid("there is more than a group"));
    }
    Ok(())
}

fn columns(r: &mut Reader<'_>, count: usize) -> Result<(), Invalid> {
    if r.array() == Some(count) {
        Ok(())
    } else {
        Err("the columns")
    }
}

/// Adds rows if each is greater than the one before.
fn ascending(
    changes: &mut Vec<Change>,
    rows: impl Iterator<Item = Result<Change, Invalid>>,
) -> Result<(), Invalid> {
    let first = changes.len();
    for row in rows {
        let row = row?;
        if changes.len() > first && changes.last().is_some_and(|last| *last >= row) {
            return Err("the order of the rows");
        }
        changes.push(row);
    }
    Ok(())
}

fn wallets(r: &mut Reader<'_>, changes: &mut Vec<Change>) -> Result<(), Invalid> {
    columns(r, 8)?;
    let ids = read_fixed::<16>(r, None)?;
    let rows = ids.len();
    let networks = read_texts(r, 16, rows)?;
    let script_types = read_texts(r, 16, rows)?;
    let accounts = read_uints(r, MAX_INDEX, rows)?;
    let external = read_texts(r, MAX_DESCRIPTOR, rows)?;
    let internal = read_texts(r, MAX_DESCRIPTOR, rows)?;
    let fingerprints = read_fixed::<4>(r, Some(rows))?;
    let created = read_uints(r, u64::MAX, rows)?;
    // The id alone is what a row is about.
    if ids.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err("the order of the rows");
    }
    ascending(
        changes,
        (0..rows).map(|row| {
            let network = checked_network(networks[row])?;
            let script_type = script_types[row]
                .parse::<ScriptType>()
                .map_err(|_| "the script type")?;
            let descriptors = PublicDescriptors {
                external: checked_descriptor(external[row])?.to_owned(),
                internal: checked_descriptor(internal[row])?.to_owned(),
                fingerprint: Fingerprint::from(fingerprints[row]),
            };
            let id = WalletId::from_bytes(ids[row]);
            if wallet_id(network, &descriptors) != id {
                return Err("a wallet's id is not that of its descriptors");
            }
            Ok(Change::Wallet(SharedWallet {
                id,
                network,
                script_type,
                account: u32::try_from(accounts[row]).map_err(|_| "the account number")?,
                descriptors,
                created_at: Timestamp::from_secs(created[row]),
            }))
        }),
    )
}

fn values(r: &mut Reader<'_>, changes: &mut Vec<Change>) -> Result<(), Invalid> {
    columns(r, 8)?;
    let space = r
        .uint()
        .and_then(|space| u16::try_from(space).ok())
        .map(Space)
        .ok_or("a space")?;
    let owners = read_fixed::<16>(r, None)?;
    let rows = owners.len();
    head(r, rows)?;
    let mut fields = Vec::with_capacity(rows);
    for _ in 0..rows {
        let field = r.bytes().filter(|field| field.len() <= ValueKey::MAX_FIELD);
        fields.push(field.ok_or("a field")?.to_vec());
    }
    let versions = read_uints(r, MAX_VERSION, rows)?;
    let clocks = read_uints(r, u64::MAX, rows)?;
    let streams = read_fixed::<16>(r, Some(rows))?;
    head(r, rows)?;
    let mut seen = Vec::with_capacity(rows);
    for _ in 0..rows {
        seen.push(read_seen(r)?);
    }
    head(r, rows)?;
    let mut texts = Vec::with_capacity(rows);
    for _ in 0..rows {
        texts.push(if r.null() {
            None
        } else {
            let text = r.text().filter(|text| text.len() <= Value::MAX_TEXT);
            Some(text.ok_or("a value")?.to_owned())
        });
    }
    let keys = owners.iter().zip(fields);
    let stamps = versions.into_iter().zip(clocks).zip(streams);
    let rows = keys.zip(stamps).zip(seen.into_iter().zip(texts));
    ascending(
        changes,
        rows.map(
            |(((owner, field), ((version, clock), stream)), (seen, text))| {
                let stream = StreamId::from_bytes(*stream);
                if version == 0 || seen.get(&stream).is_some() {
                    return Err("what a value's writer knew");
                }
                let key = ValueKey {
                    space,
                    owner: *owner,
                    field,
                };
                let value = Value {
                    version,
                    clock,
                    stream,
                    text,
                    seen,
                };
                Ok(Change::Value { key, value })
            },
        ),
    )
}

fn read_seen(r: &mut Reader<'_>) -> Result<Seen, Invalid> {
    const SEEN: Invalid = "what a value's writer knew";
    let count = r.array().filter(|count| *count <= MAX_LIST).ok_or(SEEN)?;
    let mut seen = Vec::new();
    let mut last = None;
    for _ in 0..count {
        let (Some(2), Some(stream), Some(version)) = (r.array(), r.bytes(), r.uint()) else {
            return Err(SEEN);
        };
        let stream = StreamId::from_bytes(stream.try_into().map_err(|_| SEEN)?);
        if last.is_some_and(|last| last >= stream) || version == 0 || version > MAX_VERSION {
            return Err(SEEN);
        }
        last = Some(stream);
        seen.push((stream, version));
    }
    Ok(seen.into_iter().collect())
}

fn locks(
    r: &mut Reader<'_>,
    changes: &mut Vec<Change>,
    make: impl Fn(WalletId, Coin, [u8; 8]) -> Change,
) -> Result<(), Invalid> {
    columns(r, 3)?;
    let wallets = read_fixed::<16>(r, None)?;
    let rows = wallets.len();
    let coins = read_fixed::<36>(r, Some(rows))?;
    let tags = read_fixed::<8>(r, Some(rows))?;
    ascending(
        changes,
        (0..rows).map(|row| {
            Ok(make(
                WalletId::from_bytes(wallets[row]),
                coins[row],
                tags[row],
            ))
        }),
    )
}

fn addresses(
    r: &mut Reader<'_>,
    changes: &mut Vec<Change>,
    make: impl Fn(AddressKey, DeviceId, u64) -> Change,
) -> Result<(), Invalid> {
    columns(r, 5)?;
    let wallets = read_fixed::<16>(r, None)?;
    let rows = wallets.len();
    let sides = read_uints(r, 1, rows)?;
    let indices = read_uints(r, MAX_INDEX, rows)?;
    let devices = read_fixed::<16>(r, Some(rows))?;
    let times = read_uints(r, u64::MAX, rows)?;
    // The clock is no part of what a row is about.
    let mut last = None;
    for row in 0..rows {
        let key = AddressKey {
            wallet: WalletId::from_bytes(wallets[row]),
            side: if sides[row] == 0 {
                ChainSide::Receive
            } else {
                ChainSide::Change
            },
            index: u32::try_from(indices[row]).map_err(|_| "an index")?,
        };
        let device = DeviceId::from_bytes(devices[row]);
        if last.is_some_and(|last| last >= (key, device)) {
            return Err("the order of the rows");
        }
        last = Some((key, device));
        changes.push(make(key, device, times[row]));
    }
    Ok(())
}

fn payments(r: &mut Reader<'_>, changes: &mut Vec<Change>) -> Result<(), Invalid> {
    columns(r, 7)?;
    let wallets = read_fixed::<16>(r, None)?;
    let rows = wallets.len();
    let txids = read_fixed::<32>(r, Some(rows))?;
    let stages = read_uints(r, 6, rows)?;
    let until = read_uints(r, u64::MAX, rows)?;
    let devices = read_lists(r, rows, MAX_LIST, |_, bytes| {
        Some(DeviceId::from_bytes(bytes.try_into().ok()?))
    })?;
    let coins = read_lists(r, rows, MAX_LIST, |_, bytes| Coin::try_from(bytes).ok())?;
    let psbts = read_lists(r, rows, MAX_PSBTS, |row, bytes| {
        read_psbt(bytes, &txids[row])
    })?;
    let mut last: Option<(&[u8; 16], &[u8; 32])> = None;
    let names = wallets.iter().zip(txids);
    let stamps = stages.into_iter().zip(until);
    let lists = devices.into_iter().zip(coins).zip(psbts);
    for ((name, (stage, reserved_until)), ((devices, coins), psbts)) in names.zip(stamps).zip(lists)
    {
        if last.is_some_and(|last| last >= name) {
            return Err("the order of the rows");
        }
        last = Some(name);
        let stage = Stage::from_number(stage).ok_or("a payment's stage")?;
        if !stage.is_open() && !psbts.is_empty() {
            return Err("a PSBT of a payment that is decided");
        }
        changes.push(Change::Payment {
            wallet: WalletId::from_bytes(*name.0),
            txid: *name.1,
            payment: Payment {
                stage,
                reserved_until,
                devices,
                coins,
                psbts,
            },
        });
    }
    Ok(())
}

/// Reads a column of lists, each ascending.
fn read_lists<T: Ord>(
    r: &mut Reader<'_>,
    rows: usize,
    max: usize,
    read: impl Fn(usize, &[u8]) -> Option<T>,
) -> Result<Vec<BTreeSet<T>>, Invalid> {
    const LIST: Invalid = "a list";
    head(r, rows)?;
    let mut lists = Vec::with_capacity(rows);
    for row in 0..rows {
        let count = r.array().filter(|count| *count <= max).ok_or(LIST)?;
        let mut list = BTreeSet::new();
        let mut last: Option<&[u8]> = None;
        for _ in 0..count {
            let bytes = r.bytes().ok_or(LIST)?;
            if last.is_some_and(|last| last >= bytes) {
                return Err("the order of a list");
            }
            last = Some(bytes);
            list.insert(read(row, bytes).ok_or(LIST)?);
        }
        lists.push(list);
    }
    Ok(lists)
}

/// A PSBT that is of the transaction it is filed under. Whoever uses it checks it further.
fn read_psbt(bytes: &[u8], txid: &[u8; 32]) -> Option<Vec<u8>> {
    if bytes.len() > MAX_PSBT {
        return None;
    }
    let psbt = Psbt::deserialize(bytes).ok()?;
    (psbt.unsigned_tx.compute_txid().as_byte_array() == txid).then(|| bytes.to_vec())
}
