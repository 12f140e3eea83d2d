//! Keys that are handed over once a device belongs: the owner's, and seeds of wallets.
//!
//! Sealed once more inside the channel, for the key that the roster names: whoever says that it is a device of the
//! circle and is another one gets nothing that opens.

use satchel_bundle::cbor::{Reader, Writer};
use satchel_secrets::aead::{self, NONCE_LEN};
use satchel_secrets::wrap::{self, WRAPPED_LEN, WrapError};
use satchel_secrets::{SecretBytes, SecretVec};
use satchel_types::{CircleId, DeviceId, ScriptType, Timestamp, WalletName};

use crate::message::MAX_KEYS;

/// Longest gift in bytes, sealed.
pub const MAX_GIFT: usize = 1024 * 1024;
/// Most wallets whose seeds are handed over.
pub const MAX_GIFT_WALLETS: usize = 256;
/// Longest seed in bytes.
const MAX_SEED: usize = 4096;
/// Longest name of a network.
const MAX_NETWORK: usize = 16;

/// A wallet with its seed. Its descriptors follow from what is here.
#[derive(Debug)]
pub struct GiftWallet {
    /// Its name.
    pub name: WalletName,
    /// Its network, as in `wallet-file-v1.md`.
    pub network: String,
    /// Its kind of addresses.
    pub script_type: ScriptType,
    /// Account number of its derivation path (BIP-0044).
    pub account: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its seed, as in `wallet-file-v1.md`.
    pub seed: SecretVec,
}

/// What a device that may sign and decide is given.
#[derive(Debug)]
pub struct Gift {
    /// The owner's secret key, by which is signed who belongs.
    pub owner: SecretBytes<32>,
    /// Keys objects that say that the device may hold keys.
    pub keys: Vec<Vec<u8>>,
    /// Wallets with their seeds.
    pub wallets: Vec<GiftWallet>,
}

/// For whom a gift is sealed.
#[derive(Debug, Clone, Copy)]
pub struct Recipient {
    /// Of which circle.
    pub circle: CircleId,
    /// Which device.
    pub device: DeviceId,
    /// Its public key, as the roster has it.
    pub wrap_key: [u8; 32],
}

/// What is drawn to seal a gift.
#[derive(Debug)]
pub struct GiftDrawn {
    /// The key it is sealed with.
    pub key: SecretBytes<32>,
    /// To wrap that key.
    pub wrap: SecretBytes<32>,
    /// The nonce.
    pub nonce: [u8; NONCE_LEN],
}

/// Why a gift was not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealGiftError {
    /// The device's key is none.
    #[error(transparent)]
    Wrap(#[from] WrapError),
    /// It is longer than may be.
    #[error("there is more to hand over than fits")]
    TooLong,
}

fn info(circle: CircleId, device: DeviceId) -> Vec<u8> {
    let about: [&[u8]; 2] = [circle.as_bytes(), device.as_bytes()];
    [b"satchel pairing keys v1\0", about.concat().as_slice()].concat()
}

impl Gift {
    /// Seals it for a device.
    ///
    /// # Errors
    /// See [`SealGiftError`].
    pub fn seal(&self, to: &Recipient, drawn: &GiftDrawn) -> Result<Vec<u8>, SealGiftError> {
        let fits = (1..=MAX_KEYS).contains(&self.keys.len())
            && self.wallets.len() <= MAX_GIFT_WALLETS
            && self.wallets.iter().all(|it| it.seed.len() <= MAX_SEED);
        if !fits {
            return Err(SealGiftError::TooLong);
        }
        let plain = self.plain();
        let info = info(to.circle, to.device);
        let mut sealed = wrap::wrap(&drawn.key, &to.wrap_key, &info, &drawn.wrap)?.to_vec();
        sealed.extend_from_slice(&drawn.nonce);
        let ciphertext = aead::seal(&drawn.key, &drawn.nonce, &info, plain.expose());
        sealed.extend_from_slice(&ciphertext);
        if sealed.len() > MAX_GIFT {
            return Err(SealGiftError::TooLong);
        }
        Ok(sealed)
    }

    /// Opens what was sealed for a device with its secret key. `None`: it is for another, or something else.
    pub fn open(
        sealed: &[u8],
        circle: CircleId,
        device: DeviceId,
        secret: &SecretBytes<32>,
    ) -> Option<Self> {
        if sealed.len() > MAX_GIFT {
            return None;
        }
        let (wrapped, rest) = sealed.split_first_chunk::<WRAPPED_LEN>()?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_LEN>()?;
        let info = info(circle, device);
        let key = wrap::unwrap(wrapped, secret, &info).ok()?;
        let plain = aead::open(&key, nonce, &info, ciphertext).ok()?;
        Self::read(plain.expose())
    }

    pub(crate) fn plain(&self) -> SecretVec {
        let mut counting = Writer::counting();
        self.write(&mut counting);
        let Ok(plain) = SecretVec::init_with(counting.len(), |out| {
            self.write(&mut Writer::into_buffer(out));
            Ok::<_, std::convert::Infallible>(())
        });
        plain
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.array(3);
        out.bytes(self.owner.expose());
        out.array(self.keys.len());
        for keys in &self.keys {
            out.bytes(keys);
        }
        out.array(self.wallets.len());
        for wallet in &self.wallets {
            out.array(6);
            out.text(wallet.name.as_str());
            out.text(&wallet.network);
            out.text(wallet.script_type.as_str());
            out.uint(u64::from(wallet.account));
            out.uint(wallet.created_at.as_secs());
            out.bytes(wallet.seed.expose());
        }
    }

    /// Reads what is inside of the seal. `None` means: something else.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        (reader.array()? == 3).then_some(())?;
        let owner = SecretBytes::from_slice(reader.bytes()?)?;
        let count = reader.array()?;
        if !(1..=MAX_KEYS).contains(&count) {
            return None;
        }
        let keys = (0..count).map(|_| reader.bytes().map(<[u8]>::to_vec));
        let keys = keys.collect::<Option<Vec<_>>>()?;
        let count = reader.array()?;
        if count > MAX_GIFT_WALLETS {
            return None;
        }
        let wallets = (0..count).map(|_| wallet(&mut reader));
        let wallets = wallets.collect::<Option<Vec<_>>>()?;
        reader.is_at_end().then_some(Self {
            owner,
            keys,
            wallets,
        })
    }
}

fn wallet(reader: &mut Reader<'_>) -> Option<GiftWallet> {
    (reader.array()? == 6).then_some(())?;
    let text = reader.text()?;
    let name = WalletName::new(text).ok()?;
    let network = reader.text()?;
    if name.as_str() != text || network.len() > MAX_NETWORK {
        return None;
    }
    Some(GiftWallet {
        name,
        network: network.to_owned(),
        script_type: reader.text()?.parse().ok()?,
        account: u32::try_from(reader.uint()?).ok()?,
        created_at: Timestamp::from_secs(reader.uint()?),
        seed: {
            let seed = reader.bytes()?;
            (1..=MAX_SEED).contains(&seed.len()).then_some(())?;
            SecretVec::from_slice(seed)
        },
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn secret(byte: u8) -> SecretBytes<32> {
        SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
    }

    pub(crate) fn gift() -> Gift {
        Gift {
            owner: secret(1),
            keys: vec![vec![2; 40]],
            wallets: vec![GiftWallet {
                name: WalletName::new("Main").expect("a name"),
                network: "regtest".to_owned(),
                script_type: ScriptType::Taproot,
                account: 0,
                created_at: Timestamp::from_secs(7),
                seed: SecretVec::from_slice(&[3; 16]),
            }],
        }
    }

    pub(crate) fn drawn() -> GiftDrawn {
        GiftDrawn {
            key: secret(4),
            wrap: secret(5),
            nonce: [6; NONCE_LEN],
        }
    }

    fn to(byte: u8) -> Recipient {
        Recipient {
            circle: CircleId::from_bytes([8; 16]),
            device: DeviceId::from_bytes([byte; 16]),
            wrap_key: wrap::wrap_key(&secret(byte)).expect("a key"),
        }
    }

    #[test]
    fn a_gift_opens_for_its_device_alone_and_for_nobody_in_the_middle() {
        let to = to(9);
        let sealed = gift().seal(&to, &drawn()).expect("short");
        let open =
            |device, secret: &SecretBytes<32>| Gift::open(&sealed, to.circle, device, secret);
        let opened = open(to.device, &secret(9)).expect("its own");
        assert_eq!(opened.owner.expose(), &[1; 32]);
        assert_eq!(opened.wallets[0].seed.expose(), &[3; 16]);
        assert!(open(to.device, &secret(10)).is_none());
        assert!(open(DeviceId::from_bytes([1; 16]), &secret(9)).is_none());
        let other = CircleId::from_bytes([1; 16]);
        assert!(Gift::open(&sealed, other, to.device, &secret(9)).is_none());
        for at in [
            0,
            40,
            WRAPPED_LEN,
            WRAPPED_LEN + NONCE_LEN,
            sealed.len() - 1,
        ] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(Gift::open(&changed, to.circle, to.device, &secret(9)).is_none());
            assert!(Gift::open(&sealed[..at], to.circle, to.device, &secret(9)).is_none());
        }
        assert!(!sealed.windows(16).any(|part| part == [3; 16]));
    }

    #[test]
    fn a_gift_has_keys_objects_bounds_and_an_end() {
        let without = Gift {
            keys: Vec::new(),
            ..gift()
        };
        assert_eq!(without.seal(&to(9), &drawn()), Err(SealGiftError::TooLong));
        let long = Gift {
            keys: vec![vec![0; MAX_GIFT]],
            ..gift()
        };
        assert_eq!(long.seal(&to(9), &drawn()), Err(SealGiftError::TooLong));
        let gift = gift();
        let mut counting = Writer::counting();
        gift.write(&mut counting);
        let mut bytes = vec![0; counting.len()];
        gift.write(&mut Writer::into_buffer(&mut bytes));
        assert!(Gift::read(&bytes).is_some());
        for len in 0..bytes.len() {
            assert!(Gift::read(&bytes[..len]).is_none());
        }
        bytes.push(0);
        assert!(Gift::read(&bytes).is_none());
    }
}
