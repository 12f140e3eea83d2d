//! Second lids for what lies in the database: recovery words, and the keys of a circle of devices.
//!
//! The database is encrypted already; a second lid keeps the words and the owner's key closed while the
//! database is open, since only signing, showing them and deciding who belongs need the seed key.

use satchel_secrets::aead::{self, NONCE_LEN};
use satchel_secrets::{SecretBytes, SecretText, SecretVec};
use satchel_types::{CircleId, DeviceId, PlaceId, WalletId};

const VERSION: u8 = 1;
const SEED: &[u8] = b"satchel sealed seed";
const OWNER_KEY: &[u8] = b"satchel sealed owner key";
const PLACE: &[u8] = b"satchel sealed place password";
const DEVICE_KEYS: &[u8] = b"satchel sealed device keys";

/// Why something sealed did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenSealedError {
    /// A newer Satchel sealed it.
    #[error("the sealed secret has version {found}, this Satchel reads up to {known}")]
    TooNew {
        /// Version found.
        found: u8,
        /// Newest version known.
        known: u8,
    },
    /// It belongs to another wallet, circle or vault, or was changed.
    #[error("the sealed secret is damaged or belongs elsewhere")]
    Damaged,
}

/// Seals a wallet's seed: version, nonce, ciphertext, bound to the wallet's id.
///
/// # Errors
/// What `fill`, which gives random bytes, said.
pub fn seal_seed<E>(
    seed_key: &SecretBytes<32>,
    wallet: WalletId,
    plaintext: &SecretVec,
    fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, E> {
    seal(seed_key, SEED, &[wallet.as_bytes()], plaintext, fill)
}

/// Opens what [`seal_seed`] made for the same wallet.
///
/// # Errors
/// See [`OpenSealedError`].
pub fn open_seed(
    seed_key: &SecretBytes<32>,
    wallet: WalletId,
    sealed: &[u8],
) -> Result<SecretVec, OpenSealedError> {
    open(seed_key, SEED, &[wallet.as_bytes()], sealed)
}

/// Seals the secret key of a circle's owner, bound to the circle.
///
/// # Errors
/// What `fill`, which gives random bytes, said.
pub fn seal_owner_key<E>(
    seed_key: &SecretBytes<32>,
    circle: CircleId,
    owner: &SecretBytes<32>,
    fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, E> {
    let plaintext = SecretVec::from_slice(owner.expose());
    seal(seed_key, OWNER_KEY, &[circle.as_bytes()], &plaintext, fill)
}

/// Opens what [`seal_owner_key`] made for the same circle.
///
/// # Errors
/// See [`OpenSealedError`].
pub fn open_owner_key(
    seed_key: &SecretBytes<32>,
    circle: CircleId,
    sealed: &[u8],
) -> Result<SecretBytes<32>, OpenSealedError> {
    let opened = open(seed_key, OWNER_KEY, &[circle.as_bytes()], sealed)?;
    SecretBytes::from_slice(opened.expose()).ok_or(OpenSealedError::Damaged)
}

/// Seals the keys by which a device signs what it writes and opens what is wrapped for it, bound to
/// the circle and the device.
///
/// # Errors
/// What `fill`, which gives random bytes, said.
pub fn seal_device_keys<E>(
    bundle_key: &SecretBytes<32>,
    circle: CircleId,
    device: DeviceId,
    (sign, wrap): (&SecretBytes<32>, &SecretBytes<32>),
    fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, E> {
    let both = SecretVec::init_with(64, |both| {
        both[..32].copy_from_slice(sign.expose());
        both[32..].copy_from_slice(wrap.expose());
        Ok::<_, E>(())
    })?;
    let about: [&[u8]; 2] = [circle.as_bytes(), device.as_bytes()];
    seal(bundle_key, DEVICE_KEYS, &about, &both, fill)
}

/// Opens what [`seal_device_keys`] made for the same circle and device: the signing key, then the
/// one that opens.
///
/// # Errors
/// See [`OpenSealedError`].
pub fn open_device_keys(
    bundle_key: &SecretBytes<32>,
    circle: CircleId,
    device: DeviceId,
    sealed: &[u8],
) -> Result<(SecretBytes<32>, SecretBytes<32>), OpenSealedError> {
    let about: [&[u8]; 2] = [circle.as_bytes(), device.as_bytes()];
    let opened = open(bundle_key, DEVICE_KEYS, &about, sealed)?;
    let both = opened.expose();
    if both.len() != 64 {
        return Err(OpenSealedError::Damaged);
    }
    let half =
        |at: usize| SecretBytes::from_slice(&both[at..at + 32]).ok_or(OpenSealedError::Damaged);
    Ok((half(0)?, half(32)?))
}

/// Seals the password of a place where devices meet, bound to the place's id.
///
/// # Errors
/// What `fill`, which gives random bytes, said.
pub fn seal_place_password<E>(
    bundle_key: &SecretBytes<32>,
    place: PlaceId,
    password: &SecretText,
    fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, E> {
    let plaintext = SecretVec::from_slice(password.expose().as_bytes());
    seal(bundle_key, PLACE, &[place.as_bytes()], &plaintext, fill)
}

/// Opens what [`seal_place_password`] made for the same place.
///
/// # Errors
/// See [`OpenSealedError`].
pub fn open_place_password(
    bundle_key: &SecretBytes<32>,
    place: PlaceId,
    sealed: &[u8],
) -> Result<SecretText, OpenSealedError> {
    let opened = open(bundle_key, PLACE, &[place.as_bytes()], sealed)?;
    let text = std::str::from_utf8(opened.expose()).map_err(|_| OpenSealedError::Damaged)?;
    Ok(SecretText::new(text.to_owned()))
}

fn seal<E>(
    key: &SecretBytes<32>,
    context: &[u8],
    about: &[&[u8]],
    plaintext: &SecretVec,
    mut fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, E> {
    let mut nonce = [0; NONCE_LEN];
    fill(&mut nonce)?;
    let mut sealed = vec![VERSION];
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&aead::seal(
        key,
        &nonce,
        &associated_data(context, about),
        plaintext.expose(),
    ));
    Ok(sealed)
}

fn open(
    key: &SecretBytes<32>,
    context: &[u8],
    about: &[&[u8]],
    sealed: &[u8],
) -> Result<SecretVec, OpenSealedError> {
    let (&version, rest) = sealed.split_first().ok_or(OpenSealedError::Damaged)?;
    if version > VERSION {
        return Err(OpenSealedError::TooNew {
            found: version,
            known: VERSION,
        });
    }
    if version != VERSION {
        return Err(OpenSealedError::Damaged);
    }
    let (nonce, ciphertext) = rest
        .split_first_chunk::<NONCE_LEN>()
        .ok_or(OpenSealedError::Damaged)?;
    aead::open(key, nonce, &associated_data(context, about), ciphertext)
        .map_err(|_| OpenSealedError::Damaged)
}

/// No context is the beginning of another, and ids have one length.
fn associated_data(context: &[u8], about: &[&[u8]]) -> Vec<u8> {
    let mut aad = context.to_vec();
    aad.push(VERSION);
    for id in about {
        aad.extend_from_slice(id);
    }
    aad
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn key(byte: u8) -> SecretBytes<32> {
        SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
    }

    fn sealed(plaintext: &[u8]) -> Vec<u8> {
        let fill = |out: &mut [u8]| {
            out.fill(9);
            Ok::<_, Infallible>(())
        };
        seal_seed(&key(1), wallet(1), &SecretVec::from_slice(plaintext), fill)
            .expect("filling never fails")
    }

    fn wallet(byte: u8) -> WalletId {
        WalletId::from_bytes([byte; 16])
    }

    #[test]
    fn a_sealed_seed_opens_for_its_wallet_alone() {
        let sealed = sealed(b"sixteen bytes ok");
        let opened = open_seed(&key(1), wallet(1), &sealed).expect("just sealed");
        assert_eq!(opened.expose(), b"sixteen bytes ok");
        for (key, wallet) in [(key(1), wallet(2)), (key(2), wallet(1))] {
            let error = open_seed(&key, wallet, &sealed).expect_err("another one");
            assert_eq!(error, OpenSealedError::Damaged);
        }
    }

    #[test]
    fn any_flipped_bit_or_cut_is_refused() {
        let sealed = sealed(b"sixteen bytes ok");
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut damaged = sealed.clone();
                damaged[at] ^= 1_u8 << bit;
                assert!(open_seed(&key(1), wallet(1), &damaged).is_err());
            }
            assert!(open_seed(&key(1), wallet(1), &sealed[..at]).is_err());
        }
    }

    #[test]
    fn a_newer_version_says_so() {
        let mut newer = sealed(b"x");
        newer[0] = 2;
        let error = open_seed(&key(1), wallet(1), &newer).expect_err("newer");
        assert_eq!(error, OpenSealedError::TooNew { found: 2, known: 1 });
    }

    #[test]
    fn keys_of_a_circle_open_for_it_alone() {
        let fill = |out: &mut [u8]| {
            out.fill(9);
            Ok::<_, Infallible>(())
        };
        let circle = |byte| CircleId::from_bytes([byte; 16]);
        let device = |byte| DeviceId::from_bytes([byte; 16]);
        let Ok(owner) = seal_owner_key(&key(1), circle(1), &key(7), fill);
        let opened = open_owner_key(&key(1), circle(1), &owner).expect("just sealed");
        assert_eq!(opened.expose(), key(7).expose());
        assert!(open_owner_key(&key(1), circle(2), &owner).is_err());
        assert!(open_owner_key(&key(2), circle(1), &owner).is_err());
        // Circle and wallet ids look alike; what is sealed as one is not the other.
        assert!(open_seed(&key(1), wallet(1), &owner).is_err());

        let Ok(keys) = seal_device_keys(&key(1), circle(1), device(1), (&key(7), &key(8)), fill);
        let (sign, wrap) =
            open_device_keys(&key(1), circle(1), device(1), &keys).expect("just sealed");
        assert_eq!(sign.expose(), key(7).expose());
        assert_eq!(wrap.expose(), key(8).expose());
        assert!(open_device_keys(&key(1), circle(1), device(2), &keys).is_err());
        assert!(open_device_keys(&key(1), circle(2), device(1), &keys).is_err());
        assert!(open_owner_key(&key(1), circle(1), &keys).is_err());
    }
}
