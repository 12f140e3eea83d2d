//! Saying what somebody scanned, pasted or opened, before anything is done with it.
//!
//! Pure but for [`App::recognise`]. What is looked at comes from a stranger: it has limits, nothing of it is believed, and what
//! could be a key or recovery words is named and dropped here, so that no caller can pass it on.

mod guarded;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bitcoin::consensus::encode::deserialize;
use bitcoin::{Network, Psbt, Transaction, base58};
use satchel_bundle::meeting;
pub use satchel_bundle::meeting::{is_heads, is_met};
use satchel_interop::{is_descriptor_backup, is_public_descriptor, read_labels};
use satchel_secrets::SecretText;
use satchel_types::{DraftId, DraftState, WalletId};
use satchel_wallet::WatchKey;

use crate::access_error::AccessError;
use crate::payment::{self, PaymentTarget, PaymentTextError, parse_address, parse_payment};
use crate::read_payment::Dealings;
use crate::session::App;

/// Most bytes that are looked at: what a QR transfer carries at most.
pub const MAX_SEEN: usize = 4 * 1024 * 1024;
/// Longest address of a server, in bytes.
const MAX_SERVER: usize = 512;
/// Longest pairing code, in bytes: what one has at most, with as much white space.
const MAX_PAIRING: usize = 1_000;
/// Smallest transaction, in hexadecimal digits.
const MIN_RAW: usize = 120;

/// What was seen.
#[derive(Debug)]
pub enum Seen {
    /// An address, or a link that asks for a payment.
    Payment(PaymentTarget, Network),
    /// The same, and it cannot be paid.
    NotPayable(PaymentTextError),
    /// Something of Lightning, which Satchel does not speak.
    Lightning(Lightning),
    /// A partially signed transaction.
    Psbt(Box<Psbt>),
    /// A whole transaction.
    Transaction(Box<Transaction>),
    /// A descriptor without private keys; with its key, if the wallet can be watched.
    Descriptor(Option<Box<WatchKey>>),
    /// An extended public key; the same.
    AccountKey(Option<Box<WatchKey>>),
    /// The code of a device that shares its wallets.
    Pairing(SecretText),
    /// A wallet file of Satchel.
    WalletFile,
    /// Objects of a bundle, which another device shows or a place holds.
    Objects,
    /// What another device has of a bundle.
    Heads,
    /// A file of labels.
    Labels {
        /// How many.
        records: usize,
    },
    /// An encrypted backup of descriptors (BIP-0138).
    DescriptorBackup,
    /// The address of a server.
    Server(String),
    /// Recovery words, or a private key in whatever form: only the sealed window takes these, and nothing of them is kept.
    Guarded,
    /// Something else. Nobody knows what it is, so it is not repeated.
    Unknown,
}

/// What of Lightning it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lightning {
    /// An invoice (BOLT 11).
    Invoice,
    /// An offer or an invoice request (BOLT 12).
    Offer,
    /// A link to a service (LNURL).
    Link,
    /// A name such as an e-mail address has, which is how Lightning addresses look.
    Name,
}

/// A draft that a PSBT belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenDraft {
    /// Which.
    pub id: DraftId,
    /// Whether it is signed here already.
    pub signed: bool,
}

/// Says what bytes are, for a wallet of `network`; `None`: no wallet is known, so that every network will do.
#[must_use]
pub fn recognise(bytes: &[u8], network: Option<Network>) -> Seen {
    if bytes.len() > MAX_SEEN {
        return Seen::Unknown;
    }
    if bytes.starts_with(b"psbt\xff") {
        return Psbt::deserialize(bytes).map_or(Seen::Unknown, |psbt| Seen::Psbt(Box::new(psbt)));
    }
    if bytes.starts_with(b"SATWFILE") {
        return Seen::WalletFile;
    }
    if meeting::is_heads(bytes) {
        return Seen::Heads;
    }
    if meeting::is_met(bytes) || bytes.starts_with(b"SAT1") {
        return Seen::Objects;
    }
    if bytes.starts_with(b"BIP138") && is_descriptor_backup(bytes) {
        return Seen::DescriptorBackup;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => recognise_text(text, network),
        // What some signing devices show in place of words.
        Err(_) if matches!(bytes.len(), 16 | 32) => Seen::Guarded,
        Err(_) => transaction(bytes),
    }
}

fn transaction(bytes: &[u8]) -> Seen {
    match deserialize::<Transaction>(bytes) {
        // An empty one is what rubbish decodes to.
        Ok(tx) if !tx.input.is_empty() && !tx.output.is_empty() => Seen::Transaction(Box::new(tx)),
        _ => Seen::Unknown,
    }
}

fn recognise_text(text: &str, network: Option<Network>) -> Seen {
    // Editors on Windows put a mark before the text.
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Seen::Unknown;
    }
    // First of all, so that nothing below can repeat a part of it.
    if guarded::is_guarded(text) {
        return Seen::Guarded;
    }
    // A transaction whose bytes happen to be text has a zero among its first ones.
    if text.as_bytes().iter().take(8).any(|byte| *byte == 0) {
        return transaction(text.as_bytes());
    }
    let steps: [&dyn Fn() -> Option<Seen>; 9] = [
        &|| pairing(text),
        &|| link(text, network),
        &|| lightning(text).map(Seen::Lightning),
        &|| psbt(text),
        &|| wallet(text),
        &|| labels(text, network),
        &|| address(text, network),
        &|| raw(text),
        &|| server(text),
    ];
    steps
        .iter()
        .find_map(|step| step())
        .unwrap_or(Seen::Unknown)
}

fn pairing(text: &str) -> Option<Seen> {
    let ours = starts(text, "satchelpair1") && text.len() <= MAX_PAIRING;
    ours.then(|| Seen::Pairing(SecretText::new(text.to_owned())))
}

/// Reads a `bitcoin:` link. One that can be paid by Lightning alone is Lightning's.
fn link(text: &str, network: Option<Network>) -> Option<Seen> {
    if !starts(text, payment::SCHEME) {
        return None;
    }
    let seen = for_networks(network, |network| parse_payment(text, network));
    let query = text.split_once('?').map_or("", |(_, query)| query);
    let keys = || query.split('&').filter_map(|part| part.split('=').next());
    let has = |wanted: &str| keys().any(|key| key.eq_ignore_ascii_case(wanted));
    Some(match seen {
        Seen::NotPayable(PaymentTextError::BadLink) if has("lno") => {
            Seen::Lightning(Lightning::Offer)
        }
        Seen::NotPayable(PaymentTextError::BadLink) if has("lightning") => {
            Seen::Lightning(Lightning::Invoice)
        }
        other => other,
    })
}

fn address(text: &str, network: Option<Network>) -> Option<Seen> {
    let seen = for_networks(network, |network| {
        let address = parse_address(text, network)?;
        Ok(PaymentTarget {
            address,
            amount: None,
            label: None,
            message: None,
        })
    });
    match seen {
        Seen::NotPayable(PaymentTextError::NotAnAddress) => None,
        other => Some(other),
    }
}

/// Reads for the wallet's network, or for the first that fits.
fn for_networks(
    network: Option<Network>,
    read: impl Fn(Network) -> Result<PaymentTarget, PaymentTextError>,
) -> Seen {
    const ALL: [Network; 4] = [
        Network::Bitcoin,
        Network::Regtest,
        Network::Signet,
        Network::Testnet,
    ];
    let of_wallet = network.as_slice();
    let networks = if of_wallet.is_empty() {
        &ALL
    } else {
        of_wallet
    };
    let mut why = PaymentTextError::NotAnAddress;
    for network in networks {
        match read(*network) {
            Ok(target) => return Seen::Payment(target, *network),
            Err(error) => why = error,
        }
    }
    Seen::NotPayable(why)
}

fn lightning(text: &str) -> Option<Lightning> {
    let bare = ["lightning:", "lightning://"]
        .into_iter()
        .filter(|scheme| starts(text, scheme))
        .map(str::len)
        .max()
        .map_or(text, |scheme| text.get(scheme..).unwrap_or_default());
    let is_schemed = bare.len() < text.len();
    let one_word = !bare.contains(char::is_whitespace);
    let begins = |starts_with: &[&str]| starts_with.iter().any(|start| starts(bare, start));
    if begins(&["lnurlp:", "lnurlw:", "lnurlc:", "keyauth:", "lnurl1"]) && one_word {
        return Some(Lightning::Link);
    }
    if begins(&["lno1", "lnr1", "lni1"]) && one_word {
        return Some(Lightning::Offer);
    }
    // The amount, if any, stands between the network and the last `1`.
    let invoice = begins(&["lnbc", "lntb", "lnsb"]) && bare.len() > 60 && bare.contains('1');
    if (invoice && bare.bytes().all(|byte| byte.is_ascii_alphanumeric())) || is_schemed {
        return Some(Lightning::Invoice);
    }
    let (name, host) = bare.trim_start_matches('₿').split_once('@')?;
    let plain = |text: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte);
        !text.is_empty() && text.bytes().all(fits)
    };
    (bare.len() <= 320 && plain(name) && plain(host) && host.contains('.'))
        .then_some(Lightning::Name)
}

/// Reads a PSBT in base64 or hexadecimal.
fn psbt(text: &str) -> Option<Seen> {
    let plain = || text.split_whitespace().collect::<String>();
    let bytes = if text.starts_with("cHNidP") {
        BASE64_STANDARD.decode(plain()).ok()?
    } else if starts(text, "70736274ff") {
        from_hex(&plain())?
    } else {
        return None;
    };
    Some(Psbt::deserialize(&bytes).map_or(Seen::Unknown, |psbt| Seen::Psbt(Box::new(psbt))))
}

/// Reads what describes a wallet.
fn wallet(text: &str) -> Option<Seen> {
    if text.contains('(') && is_public_descriptor(text) {
        return Some(Seen::Descriptor(watched(text)));
    }
    // With or without its origin: `[d34db33f/84h/0h/0h]xpub…`.
    let key = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.1,
        None => text,
    };
    let key = key.split('/').next().unwrap_or_default();
    let is_key = key.get(1..4) == Some("pub")
        && key.len() <= 120
        && base58::decode_check(key).is_ok_and(|bytes| bytes.len() == 78);
    if is_key {
        return Some(Seen::AccountKey(watched(text)));
    }
    (text.starts_with("Qkl") && is_descriptor_backup(text.as_bytes()))
        .then_some(Seen::DescriptorBackup)
}

fn watched(text: &str) -> Option<Box<WatchKey>> {
    WatchKey::read(text).ok().map(Box::new)
}

fn labels(text: &str, network: Option<Network>) -> Option<Seen> {
    if !text.starts_with('{') {
        return None;
    }
    let read = read_labels(text.as_bytes(), network.unwrap_or(Network::Bitcoin)).ok()?;
    Some(Seen::Labels {
        records: read.records.len(),
    })
}

/// Reads a transaction in hexadecimal.
fn raw(text: &str) -> Option<Seen> {
    let is_hex = text.len() >= MIN_RAW && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| from_hex(text).map_or(Seen::Unknown, |bytes| transaction(&bytes)))
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    use bitcoin::hex::FromHex as _;
    Vec::from_hex(text).ok()
}

/// Reads an address of a server. One that holds a password is not repeated.
fn server(text: &str) -> Option<Seen> {
    let is_plain = text.len() <= MAX_SERVER && text.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_plain || text.contains('@') {
        return None;
    }
    let schemed = ["http://", "https://", "ssl://", "tcp://"]
        .iter()
        .any(|scheme| starts(text, scheme) && text.len() > scheme.len());
    // As Electrum servers show themselves: host, port, and `s` or `t`.
    let mut parts = text.rsplitn(3, ':');
    let electrum = matches!(parts.next(), Some("s" | "t"))
        && parts.next().is_some_and(|port| port.parse::<u16>().is_ok())
        && parts.next().is_some_and(|host| host.contains('.'));
    (schemed || electrum).then(|| Seen::Server(text.to_owned()))
}

/// Returns whether a text begins with another, whatever the case.
fn starts(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

impl App {
    /// Says what bytes are, for a wallet or, while none is open, for any; and what that wallet has to do with an address.
    ///
    /// # Errors
    /// When the wallet that is named cannot be reached.
    pub fn recognise(
        &self,
        id: Option<WalletId>,
        bytes: &[u8],
    ) -> Result<(Seen, Dealings), AccessError> {
        let record = match self.find_wallet(id) {
            Ok(record) => Some(record),
            // A device that is about to join has none.
            Err(_) if id.is_none() => None,
            Err(error) => return Err(error),
        };
        let seen = recognise(bytes, record.as_ref().map(|record| record.network));
        let dealings = match (&seen, record) {
            (Seen::Payment(target, _), Some(record)) => {
                Dealings::of(&*self.open()?, &record, &target.address)?
            }
            _ => Dealings::default(),
        };
        Ok((seen, dealings))
    }

    /// Returns the draft that a PSBT belongs to: one of the very same unsigned transaction, in whichever wallet it is.
    ///
    /// # Errors
    /// When it is locked.
    pub fn draft_of(&self, psbt: &Psbt) -> Result<Option<SeenDraft>, AccessError> {
        let open = self.open()?;
        for record in open.store.wallets()? {
            for draft in open.store.drafts(record.id)? {
                if draft.psbt.unsigned_tx == psbt.unsigned_tx {
                    return Ok(Some(SeenDraft {
                        id: draft.id,
                        signed: draft.state != DraftState::Open,
                    }));
                }
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests;
