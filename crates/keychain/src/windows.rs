//! Windows: the Credential Manager, sealed by a Windows Hello key.
//!
//! The Credential Manager alone is read by any program of the same user, so what lies there is
//! sealed (`sealed.rs`) with the signature of a key that Windows Hello keeps, in the TPM where there
//! is one. Hello asks for finger, face or PIN at every signature. Items are written with
//! `CRED_PERSIST_LOCAL_MACHINE`: they do not roam.
//!
//! A finger that is enrolled later changes nothing, since Hello's keys belong to the account; a PIN
//! that is reset or removed takes the keys along, which is [`KeychainError::Invalidated`] here. A
//! high-water mark, which is no secret, lies there as it is and asks nobody.
//!
//! Sources: Microsoft's pages on `KeyCredentialManager`, `KeyCredentialStatus`, `CredWriteW`. The
//! Credential Manager is really called, in Wine; nothing that asks Hello was run, since Wine has none.

use std::sync::Arc;

use satchel_ports::{Entropy, KeychainError, KeychainItem, KeychainTraits, Presence};
use satchel_secrets::{SecretBytes, SecretVec};
use windows::Security::Credentials::{
    KeyCredential, KeyCredentialCreationOption, KeyCredentialManager, KeyCredentialRetrievalResult,
    KeyCredentialStatus,
};
use windows::Security::Cryptography::CryptographicBuffer;
use windows::Storage::Streams::DataReader;
use windows::Win32::Foundation::ERROR_NOT_FOUND;
use windows::Win32::Security::Credentials::{
    CRED_PERSIST_LOCAL_MACHINE, CRED_TYPE_GENERIC, CREDENTIALW, CredDeleteW, CredFree, CredReadW,
    CredWriteW,
};
use windows::core::{Error, HRESULT, HSTRING, PWSTR};

use crate::name::{SERVICE, label, name};
use crate::sealed;

pub(crate) const TRAITS: KeychainTraits = KeychainTraits {
    name: "Windows Hello",
    presence: Presence::EveryRead,
};

/// A longest credential, `CRED_MAX_CREDENTIAL_BLOB_SIZE`.
const MAX_BLOB: usize = 5 * 512;

pub(crate) struct Store {
    entropy: Arc<dyn Entropy>,
}

impl Store {
    pub(crate) fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self { entropy }
    }

    pub(crate) async fn ready(&self) -> Result<(), KeychainError> {
        blocking(|| {
            let supported = KeyCredentialManager::IsSupportedAsync()
                .and_then(|asked| asked.join())
                .map_err(unanswered)?;
            supported.then_some(()).ok_or(KeychainError::Unavailable)
        })
        .await
    }

    pub(crate) async fn put(
        &self,
        item: KeychainItem,
        secret: &SecretBytes<32>,
    ) -> Result<(), KeychainError> {
        let (name, entropy) = (name(item), Arc::clone(&self.entropy));
        let secret = SecretVec::from_slice(secret.expose());
        blocking(move || {
            if is_unsealed(item) {
                return write(&name, label(item), secret.expose());
            }
            let secret = SecretBytes::from_slice(secret.expose()).ok_or(KeychainError::Denied)?;
            let made = KeyCredentialManager::RequestCreateAsync(
                &HSTRING::from(&name),
                KeyCredentialCreationOption::ReplaceExisting,
            );
            let key = credential(made.and_then(|asked| asked.join()))?;
            let challenge = sealed::challenge(&*entropy)?;
            let signature = sign(&key, &challenge)?;
            let blob = sealed::seal(&name, &challenge, &signature, &secret, &*entropy)?;
            write(&name, label(item), &blob)
        })
        .await
    }

    pub(crate) async fn get(&self, item: KeychainItem) -> Result<SecretBytes<32>, KeychainError> {
        let name = name(item);
        blocking(move || {
            let blob = read(&name)?;
            if is_unsealed(item) {
                return SecretBytes::from_slice(&blob).ok_or(KeychainError::Invalidated);
            }
            let challenge = sealed::challenge_of(&blob).ok_or(KeychainError::Invalidated)?;
            let opened = KeyCredentialManager::OpenAsync(&HSTRING::from(&name));
            let key = match credential(opened.and_then(|asked| asked.join())) {
                // The sealed item is here, its key is not: the PIN was reset.
                Err(KeychainError::NotFound) => return Err(KeychainError::Invalidated),
                key => key?,
            };
            let signature = sign(&key, challenge)?;
            sealed::open(&name, &blob, &signature).ok_or(KeychainError::Invalidated)
        })
        .await
    }

    pub(crate) async fn remove(&self, item: KeychainItem) -> Result<(), KeychainError> {
        let name = name(item);
        blocking(move || {
            erase(&name)?;
            if is_unsealed(item) {
                return Ok(());
            }
            // The key alone opens nothing; one that is gone already is as good.
            let _ = KeyCredentialManager::DeleteAsync(&HSTRING::from(&name))
                .and_then(|asked| asked.join());
            Ok(())
        })
        .await
    }
}

/// Returns whether an item is no secret, and lies there without a key of Hello's.
fn is_unsealed(item: KeychainItem) -> bool {
    match item {
        KeychainItem::HighWater { .. } => true,
        KeychainItem::VaultSlot { .. } | KeychainItem::NodeKey { .. } => false,
    }
}

/// The system's calls block, some of them until a person answered.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
) -> Result<T, KeychainError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(KeychainError::Unavailable))
}

fn unanswered(_: Error) -> KeychainError {
    KeychainError::Unavailable
}

fn meaning(status: KeyCredentialStatus) -> Result<(), KeychainError> {
    Err(match status {
        KeyCredentialStatus::Success => return Ok(()),
        KeyCredentialStatus::NotFound => KeychainError::NotFound,
        KeyCredentialStatus::UserCanceled | KeyCredentialStatus::UserPrefersPassword => {
            KeychainError::Denied
        }
        KeyCredentialStatus::SecurityDeviceLocked => KeychainError::Locked,
        _ => KeychainError::Unavailable,
    })
}

fn credential(
    answer: Result<KeyCredentialRetrievalResult, Error>,
) -> Result<KeyCredential, KeychainError> {
    let answer = answer.map_err(unanswered)?;
    meaning(answer.Status().map_err(unanswered)?)?;
    answer.Credential().map_err(unanswered)
}

/// Has Hello ask the person and sign.
fn sign(key: &KeyCredential, challenge: &[u8]) -> Result<SecretVec, KeychainError> {
    let data = CryptographicBuffer::CreateFromByteArray(challenge).map_err(unanswered)?;
    let signed = key
        .RequestSignAsync(&data)
        .and_then(|asked| asked.join())
        .map_err(unanswered)?;
    meaning(signed.Status().map_err(unanswered)?)?;
    let buffer = signed.Result().map_err(unanswered)?;
    let len = buffer.Length().map_err(unanswered)? as usize;
    let reader = DataReader::FromBuffer(&buffer).map_err(unanswered)?;
    SecretVec::init_with(len, |out| reader.ReadBytes(out)).map_err(unanswered)
}

fn target(name: &str) -> HSTRING {
    HSTRING::from(format!("{SERVICE}:{name}"))
}

/// A text that a C structure can point to for as long as this is kept.
fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

fn by_code(error: &Error) -> KeychainError {
    if error.code() == HRESULT::from_win32(ERROR_NOT_FOUND.0) {
        KeychainError::NotFound
    } else {
        KeychainError::Unavailable
    }
}

#[allow(unsafe_code)] // The Credential Manager is a C interface.
fn write(name: &str, label: &str, blob: &[u8]) -> Result<(), KeychainError> {
    // Windows refuses what is longer; Wine takes it, and it would come back short.
    if blob.len() > MAX_BLOB {
        return Err(KeychainError::Unavailable);
    }
    let mut target: Vec<u16> = target(name).iter().copied().chain([0]).collect();
    let (mut comment, mut user) = (wide(label), wide(SERVICE));
    let mut blob = blob.to_vec();
    let credential = CREDENTIALW {
        Type: CRED_TYPE_GENERIC,
        TargetName: PWSTR(target.as_mut_ptr()),
        Comment: PWSTR(comment.as_mut_ptr()),
        CredentialBlobSize: u32::try_from(blob.len()).map_err(|_| KeychainError::Unavailable)?,
        CredentialBlob: blob.as_mut_ptr(),
        Persist: CRED_PERSIST_LOCAL_MACHINE,
        UserName: PWSTR(user.as_mut_ptr()),
        ..CREDENTIALW::default()
    };
    // SAFETY: every pointer is to a buffer above, terminated or of the length given, and lives until
    // the call returns; the call copies what it keeps.
    unsafe { CredWriteW(&credential, 0) }.map_err(|error| by_code(&error))
}

#[allow(unsafe_code)] // As above.
fn read(name: &str) -> Result<Vec<u8>, KeychainError> {
    let mut found: *mut CREDENTIALW = std::ptr::null_mut();
    // SAFETY: the name is terminated, and `found` is a place for one pointer.
    unsafe { CredReadW(&target(name), CRED_TYPE_GENERIC, None, &mut found) }
        .map_err(|error| by_code(&error))?;
    // SAFETY: the call succeeded, so `found` points to a credential that is ours until it is freed,
    // and its blob to as many bytes as it says.
    let blob = unsafe {
        let credential = &*found;
        let len = (credential.CredentialBlobSize as usize).min(MAX_BLOB);
        let blob = if len == 0 || credential.CredentialBlob.is_null() {
            Vec::new()
        } else {
            std::slice::from_raw_parts(credential.CredentialBlob, len).to_vec()
        };
        CredFree(found.cast());
        blob
    };
    Ok(blob)
}

#[allow(unsafe_code)] // As above.
fn erase(name: &str) -> Result<(), KeychainError> {
    // SAFETY: the name is terminated.
    match unsafe { CredDeleteW(&target(name), CRED_TYPE_GENERIC, None) } {
        Err(error) if by_code(&error) != KeychainError::NotFound => Err(by_code(&error)),
        _ => Ok(()),
    }
}

/// Run in Wine too, which has the Credential Manager and no Hello (`cargo xtask check-targets --run`).
#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use satchel_ports::Keychain;
    use satchel_testkit::SeededEntropy;
    use satchel_types::{SlotId, VaultId};

    use super::*;
    use crate::SystemKeychain;

    const TEST: &str = "a test";

    /// A name that no other test and no other run uses, and that leaves nothing behind.
    struct Named(String);

    impl Named {
        fn new() -> Self {
            static COUNT: AtomicU32 = AtomicU32::new(0);
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            Self(format!("test-{}-{count}", std::process::id()))
        }
    }

    impl Drop for Named {
        fn drop(&mut self) {
            let _ = erase(&self.0);
        }
    }

    #[test]
    fn the_credential_manager_keeps_replaces_and_deletes() {
        let name = Named::new();
        assert_eq!(read(&name.0), Err(KeychainError::NotFound));
        write(&name.0, TEST, b"first").expect("it keeps");
        assert_eq!(read(&name.0).expect("just written"), b"first");
        write(&name.0, TEST, b"second, and longer").expect("it keeps");
        assert_eq!(read(&name.0).expect("just written"), b"second, and longer");
        erase(&name.0).expect("it deletes");
        assert_eq!(read(&name.0), Err(KeychainError::NotFound));
        assert_eq!(erase(&name.0), Ok(()), "what is not there is deleted");
    }

    #[test]
    fn items_of_two_names_are_two() {
        let (one, two) = (Named::new(), Named::new());
        write(&one.0, TEST, b"one").expect("it keeps");
        write(&two.0, TEST, b"two").expect("it keeps");
        erase(&one.0).expect("it deletes");
        assert_eq!(read(&one.0), Err(KeychainError::NotFound));
        assert_eq!(read(&two.0).expect("another one"), b"two");
    }

    #[test]
    fn a_longest_credential_is_kept_whole_and_a_longer_one_refused() {
        let name = Named::new();
        let longest: Vec<u8> = (0..MAX_BLOB).map(|at| (at % 251) as u8).collect();
        write(&name.0, TEST, &longest).expect("it keeps");
        assert_eq!(read(&name.0).expect("just written"), longest);
        let longer = vec![1; MAX_BLOB + 1];
        assert_eq!(
            write(&name.0, TEST, &longer),
            Err(KeychainError::Unavailable)
        );
        assert_eq!(read(&name.0).expect("as before"), longest);
    }

    #[test]
    fn what_was_sealed_comes_back_out_of_the_credential_manager() {
        let name = Named::new();
        let entropy = SeededEntropy::dangerous_from_seed(1);
        let signature = SecretVec::from_slice(&[3; 256]);
        let secret = SecretBytes::from_slice(&[7; 32]).expect("32 bytes");
        let challenge = sealed::challenge(&entropy).expect("never broken");
        let blob = sealed::seal(&name.0, &challenge, &signature, &secret, &entropy);
        write(&name.0, TEST, &blob.expect("never broken")).expect("it keeps");
        let kept = read(&name.0).expect("just written");
        assert_eq!(sealed::challenge_of(&kept), Some(&challenge));
        let opened = sealed::open(&name.0, &kept, &signature).expect("the same signature");
        assert_eq!(opened.expose(), secret.expose());
    }

    #[tokio::test]
    async fn without_hello_there_is_no_keychain_and_nothing_is_kept() {
        let keychain = SystemKeychain::new(Arc::new(SeededEntropy::dangerous_from_seed(2)));
        // Where there is Hello, this would ask a person.
        if keychain.ready().await.is_ok() {
            return;
        }
        let item = KeychainItem::VaultSlot {
            vault: VaultId::from_bytes([1; 16]),
            slot: SlotId::from_bytes([2; 16]),
        };
        let secret = SecretBytes::from_slice(&[7; 32]).expect("32 bytes");
        let unavailable = Err(KeychainError::Unavailable);
        assert_eq!(keychain.ready().await, unavailable);
        assert_eq!(keychain.put(item, &secret).await, unavailable);
        assert_eq!(
            keychain.get(item).await.err(),
            Some(KeychainError::NotFound)
        );
        assert_eq!(keychain.remove(item).await, Ok(()));
    }

    #[tokio::test]
    async fn a_mark_is_kept_replaced_and_removed_without_hello() {
        let keychain = SystemKeychain::new(Arc::new(SeededEntropy::dangerous_from_seed(4)));
        let item = KeychainItem::HighWater {
            vault: VaultId::from_bytes([5; 16]),
        };
        let _leaves_nothing = Named(name(item));
        let not_found = Some(KeychainError::NotFound);
        assert_eq!(keychain.get(item).await.err(), not_found);
        for seed in [7, 8] {
            let mark = SecretBytes::from_slice(&[seed; 32]).expect("32 bytes");
            assert_eq!(keychain.put(item, &mark).await, Ok(()));
            let got = keychain.get(item).await.expect("just put");
            assert_eq!(got.expose(), mark.expose());
        }
        assert_eq!(keychain.remove(item).await, Ok(()));
        assert_eq!(keychain.get(item).await.err(), not_found);
    }

    #[tokio::test]
    async fn what_this_program_did_not_seal_is_not_valid() {
        let keychain = SystemKeychain::new(Arc::new(SeededEntropy::dangerous_from_seed(3)));
        let item = KeychainItem::VaultSlot {
            vault: VaultId::from_bytes([3; 16]),
            slot: SlotId::from_bytes([4; 16]),
        };
        let name = Named(name(item));
        write(&name.0, TEST, b"something else").expect("it keeps");
        let got = keychain.get(item).await;
        assert_eq!(got.err(), Some(KeychainError::Invalidated));
    }
}
