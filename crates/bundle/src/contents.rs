//! The inside of a wallet file: one CBOR item, one way to write it, every value checked.

use bitcoin::bip32::Fingerprint;
use bitcoin::hashes::Hash;
use bitcoin::{Network, OutPoint, Txid};
use satchel_secrets::SecretVec;
use satchel_types::{Label, LabelTarget, PublicDescriptors, ScriptType, Timestamp, WalletName};

use crate::cbor::{Reader, Writer};
use crate::groups::columns::Invalid;
use crate::{PortableWallet, WalletFile};

/// Version of this layout, apart from the envelope's.
const LAYOUT: u64 = 1;
const MAX_WALLETS: usize = 1_000;
pub(crate) const MAX_DESCRIPTOR: usize = 1_024;
const MAX_SEED: usize = 4_096;
const OUTPOINT_LEN: usize = 36;
/// Hardened indices start here (BIP-0032).
const MAX_INDEX: u64 = 1 << 31;

/// A target as it is written: kind number and bytes. Labels are sorted by it.
type TargetKey = (u64, Vec<u8>);

fn target_key(target: &LabelTarget) -> TargetKey {
    match target {
        LabelTarget::Tx(txid) => (0, txid.to_byte_array().to_vec()),
        LabelTarget::Address(address) => (1, address.clone().into_bytes()),
        LabelTarget::Output(outpoint) => (2, outpoint_bytes(outpoint).to_vec()),
        LabelTarget::Input(outpoint) => (3, outpoint_bytes(outpoint).to_vec()),
        LabelTarget::Key(key) => (4, key.clone().into_bytes()),
    }
}

fn outpoint_bytes(outpoint: &OutPoint) -> [u8; OUTPOINT_LEN] {
    let mut bytes = [0; OUTPOINT_LEN];
    bytes[..32].copy_from_slice(&outpoint.txid.to_byte_array());
    bytes[32..].copy_from_slice(&outpoint.vout.to_le_bytes());
    bytes
}

fn read_outpoint(bytes: &[u8]) -> Option<OutPoint> {
    let (txid, vout) = bytes.split_first_chunk::<32>()?;
    Some(OutPoint {
        txid: Txid::from_byte_array(*txid),
        vout: u32::from_le_bytes(vout.try_into().ok()?),
    })
}

/// A wallet with what has no order put in order.
struct Sorted<'a> {
    wallet: &'a PortableWallet,
    labels: Vec<(TargetKey, &'a str)>,
    locked: Vec<[u8; OUTPOINT_LEN]>,
}

impl<'a> Sorted<'a> {
    fn new(wallet: &'a PortableWallet) -> Self {
        let mut labels: Vec<_> = wallet
            .labels
            .iter()
            .map(|(target, label)| (target_key(target), label.as_str()))
            .collect();
        labels.sort_unstable();
        let mut locked: Vec<_> = wallet.locked_coins.iter().map(outpoint_bytes).collect();
        locked.sort_unstable();
        locked.dedup();
        Self {
            wallet,
            labels,
            locked,
        }
    }

    fn write(&self, w: &mut Writer<'_>) {
        let wallet = self.wallet;
        w.map(13);
        w.uint(0);
        w.text(wallet.name.as_str());
        w.uint(1);
        w.text(&wallet.network.to_string());
        w.uint(2);
        w.text(wallet.script_type.as_str());
        w.uint(3);
        w.uint(u64::from(wallet.account));
        w.uint(4);
        w.text(&wallet.descriptors.external);
        w.uint(5);
        w.text(&wallet.descriptors.internal);
        w.uint(6);
        w.bytes(wallet.descriptors.fingerprint.as_bytes());
        w.uint(7);
        w.uint(wallet.created_at.as_secs());
        w.uint(8);
        match &wallet.seed {
            Some(seed) => w.bytes(seed.expose()),
            None => w.null(),
        }
        w.uint(9);
        w.array(self.labels.len());
        for ((kind, target), label) in &self.labels {
            w.array(3);
            w.uint(*kind);
            w.bytes(target);
            w.text(label);
        }
        w.uint(10);
        w.array(self.locked.len());
        for outpoint in &self.locked {
            w.bytes(outpoint);
        }
        w.uint(11);
        w.uint(u64::from(wallet.next_receive));
        w.uint(12);
        w.uint(u64::from(wallet.next_change));
    }
}

/// Writes the contents behind their length and pads them with zeros to `bucket(length)` bytes.
///
/// What is written is read back first, so that no file is ever made that cannot be opened.
pub(crate) fn encode(
    file: &WalletFile,
    bucket: impl Fn(usize) -> usize,
    max: usize,
) -> Result<SecretVec, EncodeError> {
    let wallets: Vec<_> = file.wallets.iter().map(Sorted::new).collect();
    let write = |w: &mut Writer<'_>| {
        w.map(3);
        w.uint(0);
        w.uint(LAYOUT);
        w.uint(1);
        w.uint(file.created_at.as_secs());
        w.uint(2);
        w.array(wallets.len());
        for wallet in &wallets {
            wallet.write(w);
        }
    };
    let mut counting = Writer::counting();
    write(&mut counting);
    let len = counting.len();
    let padded_len = bucket(4 + len);
    if padded_len > max {
        return Err(EncodeError::TooLarge);
    }
    let written = u32::try_from(len).map_err(|_| EncodeError::TooLarge)?;
    let padded = SecretVec::init_with(padded_len, |out| {
        out[..4].copy_from_slice(&written.to_le_bytes());
        write(&mut Writer::into_buffer(&mut out[4..4 + len]));
        Ok::<_, EncodeError>(())
    })?;
    decode(&padded, bucket).map_err(EncodeError::Invalid)?;
    Ok(padded)
}

/// Why contents were not written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum EncodeError {
    TooLarge,
    Invalid(Invalid),
}

/// Returns what stands behind its length and before the padding, which has one form.
pub(crate) fn unpadded(
    padded: &SecretVec,
    bucket: impl Fn(usize) -> usize,
) -> Result<&[u8], Invalid> {
    let (len, rest) = padded
        .expose()
        .split_first_chunk::<4>()
        .ok_or("the contents are too short")?;
    let len = usize::try_from(u32::from_le_bytes(*len)).map_err(|_| "the length is too large")?;
    let (cbor, padding) = rest
        .split_at_checked(len)
        .ok_or("the length does not fit")?;
    if padding.iter().any(|byte| *byte != 0) || bucket(4 + len) != padded.len() {
        return Err("the padding is not canonical");
    }
    Ok(cbor)
}

/// Reads padded contents.
pub(crate) fn decode(
    padded: &SecretVec,
    bucket: impl Fn(usize) -> usize,
) -> Result<WalletFile, Invalid> {
    let mut r = Reader::new(unpadded(padded, bucket)?);
    let file = read_file(&mut r)?;
    if !r.is_at_end() {
        return Err("there is more than a wallet file");
    }
    Ok(file)
}

fn read_file(r: &mut Reader<'_>) -> Result<WalletFile, Invalid> {
    const OUTER: Invalid = "the outer map";
    r.map(3).ok_or(OUTER)?;
    r.key(0).ok_or(OUTER)?;
    if r.uint() != Some(LAYOUT) {
        return Err("the layout's version");
    }
    r.key(1).ok_or(OUTER)?;
    let created_at = read_time(r)?;
    r.key(2).ok_or(OUTER)?;
    let count = r
        .array()
        .filter(|count| *count <= MAX_WALLETS)
        .ok_or("the number of wallets")?;
    let mut wallets = Vec::with_capacity(count);
    for _ in 0..count {
        wallets.push(read_wallet(r)?);
    }
    Ok(WalletFile {
        created_at,
        wallets,
    })
}

fn read_wallet(r: &mut Reader<'_>) -> Result<PortableWallet, Invalid> {
    const KEYS: Invalid = "the fields of a wallet";
    r.map(13).ok_or(KEYS)?;
    r.key(0).ok_or(KEYS)?;
    let name = read_name(r)?;
    r.key(1).ok_or(KEYS)?;
    let network = read_network(r)?;
    r.key(2).ok_or(KEYS)?;
    let script_type = r
        .text()
        .and_then(|text| text.parse::<ScriptType>().ok())
        .ok_or("the script type")?;
    r.key(3).ok_or(KEYS)?;
    let account = read_index(r, MAX_INDEX - 1).ok_or("the account number")?;
    r.key(4).ok_or(KEYS)?;
    let external = read_descriptor(r)?;
    r.key(5).ok_or(KEYS)?;
    let internal = read_descriptor(r)?;
    r.key(6).ok_or(KEYS)?;
    let fingerprint: [u8; 4] = r
        .bytes()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or("the fingerprint")?;
    r.key(7).ok_or(KEYS)?;
    let created_at = read_time(r)?;
    r.key(8).ok_or(KEYS)?;
    let seed = read_seed(r)?;
    r.key(9).ok_or(KEYS)?;
    let labels = read_labels(r)?;
    r.key(10).ok_or(KEYS)?;
    let locked_coins = read_locked(r)?;
    r.key(11).ok_or(KEYS)?;
    let next_receive = read_index(r, MAX_INDEX).ok_or("the next receive index")?;
    r.key(12).ok_or(KEYS)?;
    let next_change = read_index(r, MAX_INDEX).ok_or("the next change index")?;
    Ok(PortableWallet {
        name,
        network,
        script_type,
        account,
        descriptors: PublicDescriptors {
            external,
            internal,
            fingerprint: Fingerprint::from(fingerprint),
        },
        created_at,
        seed,
        labels,
        locked_coins,
        next_receive,
        next_change,
        prepared: Vec::new(),
    })
}

fn read_time(r: &mut Reader<'_>) -> Result<Timestamp, Invalid> {
    r.uint().map(Timestamp::from_secs).ok_or("a time")
}

fn read_index(r: &mut Reader<'_>, max: u64) -> Option<u32> {
    r.uint()
        .filter(|index| *index <= max)
        .and_then(|index| u32::try_from(index).ok())
}

/// A name is stored as it was checked, so that checking it again changes nothing.
fn read_name(r: &mut Reader<'_>) -> Result<WalletName, Invalid> {
    let text = r.text().ok_or("a wallet's name")?;
    WalletName::new(text)
        .ok()
        .filter(|name| name.as_str() == text)
        .ok_or("a wallet's name")
}

fn read_network(r: &mut Reader<'_>) -> Result<Network, Invalid> {
    checked_network(r.text().ok_or("the network")?)
}

/// A network by the one name it is written with.
pub(crate) fn checked_network(text: &str) -> Result<Network, Invalid> {
    text.parse::<Network>()
        .ok()
        .filter(|network| network.to_string() == text)
        .ok_or("the network")
}

fn read_descriptor(r: &mut Reader<'_>) -> Result<String, Invalid> {
    checked_descriptor(r.text().ok_or("a descriptor")?).map(str::to_owned)
}

/// Descriptors stay text here, but a private key among them is refused: it would end up where
/// public ones are kept.
pub(crate) fn checked_descriptor(text: &str) -> Result<&str, Invalid> {
    let plain = text.len() <= MAX_DESCRIPTOR
        && !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    if !plain {
        return Err("a descriptor");
    }
    // In the middle of a public key the same letters may stand by chance.
    let begins = |at: usize| {
        let before = text.as_bytes()[..at].last();
        before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'#')
    };
    let mut private = text.match_indices("xprv").chain(text.match_indices("tprv"));
    if private.any(|(at, _)| begins(at)) {
        return Err("a descriptor with a private key");
    }
    Ok(text)
}

fn read_seed(r: &mut Reader<'_>) -> Result<Option<SecretVec>, Invalid> {
    if r.null() {
        return Ok(None);
    }
    r.bytes()
        .filter(|seed| !seed.is_empty() && seed.len() <= MAX_SEED)
        .map(|seed| Some(SecretVec::from_slice(seed)))
        .ok_or("a seed")
}

fn read_labels(r: &mut Reader<'_>) -> Result<Vec<(LabelTarget, String)>, Invalid> {
    let count = r.array().ok_or("the labels")?;
    let mut labels: Vec<(LabelTarget, String)> = Vec::new();
    let mut last: Option<TargetKey> = None;
    for _ in 0..count {
        let (3, Some(kind), Some(target), Some(text)) =
            (r.array().ok_or("a label")?, r.uint(), r.bytes(), r.text())
        else {
            return Err("a label");
        };
        let key = (kind, target.to_vec());
        if last.as_ref().is_some_and(|last| *last >= key) {
            return Err("the order of the labels");
        }
        let target = read_target(kind, target).ok_or("a label's target")?;
        let label = Label::new(text)
            .ok()
            .flatten()
            .filter(|label| label.as_str() == text)
            .ok_or("a label's text")?;
        labels.push((target, label.as_str().to_owned()));
        last = Some(key);
    }
    Ok(labels)
}

fn read_target(kind: u64, bytes: &[u8]) -> Option<LabelTarget> {
    match kind {
        0 => Some(LabelTarget::Tx(Txid::from_byte_array(
            bytes.try_into().ok()?,
        ))),
        1 => LabelTarget::address(std::str::from_utf8(bytes).ok()?),
        2 => read_outpoint(bytes).map(LabelTarget::Output),
        3 => read_outpoint(bytes).map(LabelTarget::Input),
        4 => LabelTarget::key(std::str::from_utf8(bytes).ok()?),
        _ => None,
    }
}

fn read_locked(r: &mut Reader<'_>) -> Result<Vec<OutPoint>, Invalid> {
    let count = r.array().ok_or("the locked coins")?;
    let mut locked = Vec::new();
    let mut last: Option<&[u8]> = None;
    for _ in 0..count {
        let bytes = r.bytes().ok_or("a locked coin")?;
        if last.is_some_and(|last| last >= bytes) {
            return Err("the order of the locked coins");
        }
        locked.push(read_outpoint(bytes).ok_or("a locked coin")?);
        last = Some(bytes);
    }
    Ok(locked)
}
