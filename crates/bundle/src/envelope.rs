//! The outside of a wallet file: header, ciphertext, checksum, padding.

use satchel_secrets::aead::{self, NONCE_LEN, TAG_LEN};
use satchel_secrets::commit::{COMMITMENT_LEN, commitment, verify_commitment};
use satchel_secrets::derive::derive_key;
use satchel_secrets::hash::hash;
use satchel_secrets::kdf::{self, KdfError, KdfParams, SALT_LEN};
use satchel_secrets::{Passphrase, SecretBytes, SecretVec};

use crate::{MAX_FILE_LEN, OpenError};

const MAGIC: &[u8; 8] = b"SATWFILE";
const VERSION: u16 = 1;
/// Magic, version, costs, salt, nonce, length of the ciphertext.
const OPEN_LEN: usize = 8 + 2 + 12 + SALT_LEN + NONCE_LEN + 4;
const HEADER_LEN: usize = OPEN_LEN + COMMITMENT_LEN;
const CHECKSUM_LEN: usize = 32;
/// Everything but the padded contents.
const OVERHEAD: usize = HEADER_LEN + TAG_LEN + CHECKSUM_LEN;
/// Most bytes of padded contents.
pub(crate) const MAX_PADDED_LEN: usize = MAX_FILE_LEN - OVERHEAD;

const ENCRYPT: &str = "satchel wallet file v1 encryption";
const COMMIT: &str = "satchel wallet file v1 commitment";

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
    passphrase: &Passphrase,
    params: KdfParams,
    salt: &[u8; SALT_LEN],
    nonce: &[u8; NONCE_LEN],
    stretch: impl Stretch,
) -> Result<Vec<u8>, KdfError> {
    let stretched = stretch(passphrase, salt, &params)?;
    let sealed_len = u32::try_from(padded.len() + TAG_LEN).expect("contents are far below 4 GiB");
    let mut file = Vec::with_capacity(padded.len() + OVERHEAD);
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&VERSION.to_le_bytes());
    for cost in [params.m_kib, params.t, params.p] {
        file.extend_from_slice(&cost.to_le_bytes());
    }
    file.extend_from_slice(salt);
    file.extend_from_slice(nonce);
    file.extend_from_slice(&sealed_len.to_le_bytes());
    let commitment = commitment(&derive_key(&stretched, COMMIT), &file);
    file.extend_from_slice(&commitment);
    let sealed = aead::seal(
        &derive_key(&stretched, ENCRYPT),
        nonce,
        &file,
        padded.expose(),
    );
    file.extend_from_slice(&sealed);
    let checksum = hash(&file);
    file.extend_from_slice(&checksum);
    Ok(file)
}

/// Returns the padded contents. All that needs no passphrase is checked first.
pub(crate) fn decrypt(
    file: &[u8],
    passphrase: &Passphrase,
    stretch: impl Stretch,
) -> Result<SecretVec, OpenError> {
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
    if version != VERSION || hash(body) != *checksum {
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
    if !verify_commitment(&derive_key(&stretched, COMMIT), open, committed) {
        return Err(OpenError::WrongPassphrase);
    }
    aead::open(
        &derive_key(&stretched, ENCRYPT),
        &open_parts.nonce,
        header,
        sealed,
    )
    .map_err(|_| OpenError::Damaged)
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
