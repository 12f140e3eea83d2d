//! The outside of a wallet file: header, ciphertext, checksum, padding.

use satchel_secrets::aead::{self, NONCE_LEN, TAG_LEN};
use satchel_secrets::commit::{COMMITMENT_LEN, commitment, verify_commitment};
use satchel_secrets::derive::derive_key;
use satchel_secrets::hash::hash;
use satchel_secrets::kdf::{self, KdfError, KdfParams, SALT_LEN};
use satchel_secrets::{Passphrase, SecretBytes, SecretVec};

use crate::{MAX_FILE_LEN, OpenError};

const MAGIC: &[u8; 8] = b"SATWFILE";
/// The newest version.
const VERSION: u16 = 2;
/// Magic, version, costs, salt, nonce, length of the ciphertext.
const OPEN_LEN: usize = 8 + 2 + 12 + SALT_LEN + NONCE_LEN + 4;
const HEADER_LEN: usize = OPEN_LEN + COMMITMENT_LEN;
const CHECKSUM_LEN: usize = 32;
/// Everything but the padded contents.
const OVERHEAD: usize = HEADER_LEN + TAG_LEN + CHECKSUM_LEN;
/// Most bytes of padded contents.
pub(crate) const MAX_PADDED_LEN: usize = MAX_FILE_LEN - OVERHEAD;

/// Which version, and so what is inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VersionOf {
    /// 1: wallets (`docs/formats/wallet-file-v1.md`).
    Wallets,
    /// 2: objects in a container (`docs/formats/wallet-file-v2.md`).
    Container,
}

impl VersionOf {
    fn read(number: u16) -> Option<Self> {
        match number {
            1 => Some(Self::Wallets),
            2 => Some(Self::Container),
            _ => None,
        }
    }

    fn number(self) -> u16 {
        match self {
            Self::Wallets => 1,
            Self::Container => 2,
        }
    }

    fn encrypt(self) -> &'static str {
        match self {
            Self::Wallets => "satchel wallet file v1 encryption",
            Self::Container => "satchel wallet file v2 encryption",
        }
    }

    fn commit(self) -> &'static str {
        match self {
            Self::Wallets => "satchel wallet file v1 commitment",
            Self::Container => "satchel wallet file v2 commitment",
        }
    }
}

/// Turns a passphrase into a key. The public doors pass [`stretch_checked`]; tests pass something
/// quick, so that every bit of a file can be flipped once.
pub(crate) trait Stretch:
    Fn(&Passphrase, &[u8; SALT_LEN], &KdfParams) -> Result<SecretBytes<32>, KdfError>
{
}
impl<F> Stretch for F where
    F: Fn(&Passphrase, &[u8; SALT_LEN], &KdfParams) -> Result<SecretBytes<32>, KdfError>
{
}

/// The real thing: Argon2id within floor and ceiling.
pub(crate) fn stretch_checked(
    passphrase: &Passphrase,
    salt: &[u8; SALT_LEN],
    params: &KdfParams,
) -> Result<SecretBytes<32>, KdfError> {
    kdf::derive(passphrase, salt, params)
}

/// Returns the size that contents of `len` bytes are padded to: at least 4 KiB, above 64 KiB a
/// sixteenth of the next power of two, so that the size tells little and costs at most an eighth.
pub(crate) fn bucket(len: usize) -> usize {
    let step = (len.next_power_of_two() / 16).max(4096);
    len.next_multiple_of(step).max(step)
}

/// Encrypts padded contents.
pub(crate) fn encrypt(
    padded: &SecretVec,
    version: VersionOf,
    passphrase: &Passphrase,
    params: KdfParams,
    (salt, nonce): (&[u8; SALT_LEN], &[u8; NONCE_LEN]),
    stretch: impl Stretch,
) -> Result<Vec<u8>, KdfError> {
    let stretched = stretch(passphrase, salt, &params)?;
    let sealed_len = u32::try_from(padded.len() + TAG_LEN).expect("contents are far below 4 GiB");
    let mut file = Vec::with_capacity(padded.len() + OVERHEAD);
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&version.number().to_le_bytes());
    for cost in [params.m_kib, params.t, params.p] {
        file.extend_from_slice(&cost.to_le_bytes());
    }
    file.extend_from_slice(salt);
    file.extend_from_slice(nonce);
    file.extend_from_slice(&sealed_len.to_le_bytes());
    let commitment = commitment(&derive_key(&stretched, version.commit()), &file);
    file.extend_from_slice(&commitment);
    let sealed = aead::seal(
        &derive_key(&stretched, version.encrypt()),
        nonce,
        &file,
        padded.expose(),
    );
    file.extend_from_slice(&sealed);
    let checksum = hash(&file);
    file.extend_from_slice(&checksum);
    Ok(file)
}

/// Returns the padded contents and what they are. All that needs no passphrase is checked first.
pub(crate) fn decrypt(
    file: &[u8],
    passphrase: &Passphrase,
    stretch: impl Stretch,
) -> Result<(VersionOf, SecretVec), OpenError> {
    if file.len() > MAX_FILE_LEN {
        return Err(OpenError::TooLarge { max: MAX_FILE_LEN });
    }
    let rest = file.strip_prefix(MAGIC).ok_or(OpenError::NotAWalletFile)?;
    let (version, _) = rest.split_first_chunk::<2>().ok_or(OpenError::Damaged)?;
    let version = u16::from_le_bytes(*version);
    if version > VERSION {
        return Err(OpenError::TooNew {
            found: version,
            known: VERSION,
        });
    }
    let (body, checksum) = file
        .split_last_chunk::<CHECKSUM_LEN>()
        .ok_or(OpenError::Damaged)?;
    let version = VersionOf::read(version).ok_or(OpenError::Damaged)?;
    if hash(body) != *checksum {
        return Err(OpenError::Damaged);
    }

    let (header, sealed) = body
        .split_first_chunk::<HEADER_LEN>()
        .ok_or(OpenError::Damaged)?;
    let (open, committed) = header
        .split_first_chunk::<OPEN_LEN>()
        .ok_or(OpenError::Damaged)?;
    let open_parts = OpenHeader::read(open).ok_or(OpenError::Damaged)?;
    if usize::try_from(open_parts.sealed_len) != Ok(sealed.len()) {
        return Err(OpenError::Damaged);
    }
    let stretched = stretch(passphrase, &open_parts.salt, &open_parts.params)?;
    if !verify_commitment(&derive_key(&stretched, version.commit()), open, committed) {
        return Err(OpenError::WrongPassphrase);
    }
    let padded = aead::open(
        &derive_key(&stretched, version.encrypt()),
        &open_parts.nonce,
        header,
        sealed,
    );
    let padded = padded.map_err(|_| OpenError::Damaged)?;
    Ok((version, padded))
}

/// The readable part of the header behind magic and version.
struct OpenHeader {
    params: KdfParams,
    salt: [u8; SALT_LEN],
    nonce: [u8; NONCE_LEN],
    sealed_len: u32,
}

impl OpenHeader {
    fn read(open: &[u8; OPEN_LEN]) -> Option<Self> {
        let (_, rest) = open.split_first_chunk::<10>()?;
        let (&m_kib, rest) = rest.split_first_chunk::<4>()?;
        let (&t, rest) = rest.split_first_chunk::<4>()?;
        let (&p, rest) = rest.split_first_chunk::<4>()?;
        let (&salt, rest) = rest.split_first_chunk::<SALT_LEN>()?;
        let (&nonce, rest) = rest.split_first_chunk::<NONCE_LEN>()?;
        let (&sealed_len, _) = rest.split_first_chunk::<4>()?;
        Some(Self {
            params: KdfParams {
                m_kib: u32::from_le_bytes(m_kib),
                t: u32::from_le_bytes(t),
                p: u32::from_le_bytes(p),
            },
            salt,
            nonce,
            sealed_len: u32::from_le_bytes(sealed_len),
        })
    }
}
