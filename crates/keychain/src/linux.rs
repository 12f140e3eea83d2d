//! Linux: the Secret Service, a protocol of freedesktop.org that GNOME Keyring, KWallet and
//! `KeePassXC` speak.
//!
//! Each call makes a connection of its own, so that no session outlives a service that was killed.
//! The secret crosses the bus encrypted for that session. No call has a locked collection unlocked:
//! that would ask for the login password just when the wallet could ask for its own.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use satchel_ports::{Entropy, KeychainError, KeychainItem, KeychainTraits, Presence};
use satchel_secrets::{SecretBytes, SecretText, SecretVec};
use secret_service::{Collection, EncryptionType, Error, Item, SearchItemsResult, SecretService};

use crate::name::{SERVICE, label};

/// Any program of the session reads an unlocked collection.
pub(crate) const TRAITS: KeychainTraits = KeychainTraits {
    name: "Secret Service",
    presence: Presence::None,
};

/// How long a call may take. A service answers within some 20 ms; one that has to be started first,
/// within a second.
const PATIENCE: Duration = Duration::from_secs(10);

/// KWallet keeps text only.
const TEXT: &str = "text/plain";

/// Bytes of 32 in base64, rounded up to whole groups.
const DECODED: usize = 33;

pub(crate) struct Store;

impl Store {
    pub(crate) fn new(_: Arc<dyn Entropy>) -> Self {
        Self
    }

    pub(crate) async fn ready(&self) -> Result<(), KeychainError> {
        patiently(async {
            let service = connect().await?;
            open_collection(&service).await.map(|_| ())
        })
        .await
    }

    pub(crate) async fn put(
        &self,
        item: KeychainItem,
        secret: &SecretBytes<32>,
    ) -> Result<(), KeychainError> {
        let text = SecretText::new(STANDARD.encode(secret.expose()));
        patiently(async {
            let service = connect().await?;
            let collection = open_collection(&service).await?;
            let named = Attributes::of(item);
            let (text, replace) = (text.expose().as_bytes(), true);
            collection
                .create_item(label(item), named.pairs(), text, replace, TEXT)
                .await
                .map_err(|error| meaning(&error))?;
            Ok(())
        })
        .await
    }

    pub(crate) async fn get(&self, item: KeychainItem) -> Result<SecretBytes<32>, KeychainError> {
        patiently(async {
            let service = connect().await?;
            let found = find(&service, item).await?;
            if let Some(item) = found.unlocked.first() {
                let kept = item.get_secret().await.map_err(|error| meaning(&error))?;
                return decode(&SecretVec::from_vec(kept)).ok_or(KeychainError::Invalidated);
            }
            if !found.locked.is_empty() {
                return Err(KeychainError::Locked);
            }
            nothing_is_locked(&service).await?;
            Err(KeychainError::NotFound)
        })
        .await
    }

    pub(crate) async fn remove(&self, item: KeychainItem) -> Result<(), KeychainError> {
        patiently(async {
            let service = connect().await?;
            let found = find(&service, item).await?;
            if !found.locked.is_empty() {
                return Err(KeychainError::Locked);
            }
            if found.unlocked.is_empty() {
                return nothing_is_locked(&service).await;
            }
            for item in &found.unlocked {
                match item.delete().await.map_err(|error| meaning(&error)) {
                    // Somebody else was quicker.
                    Ok(()) | Err(KeychainError::NotFound) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        })
        .await
    }
}

/// Waits no longer than [`PATIENCE`]: a service that is stopped answers nothing, not even no.
async fn patiently<T>(
    work: impl Future<Output = Result<T, KeychainError>>,
) -> Result<T, KeychainError> {
    tokio::time::timeout(PATIENCE, work)
        .await
        .unwrap_or(Err(KeychainError::Unavailable))
}

async fn connect() -> Result<SecretService<'static>, KeychainError> {
    SecretService::connect(EncryptionType::Dh)
        .await
        .map_err(|error| match meaning(&error) {
            KeychainError::NotFound => KeychainError::Unavailable,
            other => other,
        })
}

/// Returns the collection that new items go to, and whether it is locked; `None`: there is none.
async fn collection<'a>(
    service: &'a SecretService<'_>,
) -> Result<Option<(Collection<'a>, bool)>, KeychainError> {
    let collection = match service.get_default_collection().await {
        Ok(collection) => collection,
        Err(error) => match meaning(&error) {
            KeychainError::NotFound => return Ok(None),
            error => return Err(error),
        },
    };
    let locked = collection.is_locked().await;
    let locked = locked.map_err(|error| meaning(&error))?;
    Ok(Some((collection, locked)))
}

async fn open_collection<'a>(
    service: &'a SecretService<'_>,
) -> Result<Collection<'a>, KeychainError> {
    match collection(service).await? {
        Some((collection, false)) => Ok(collection),
        Some((_, true)) => Err(KeychainError::Locked),
        None => Err(KeychainError::Unavailable),
    }
}

/// Some services cannot search what is locked; then nothing found says nothing.
async fn nothing_is_locked(service: &SecretService<'_>) -> Result<(), KeychainError> {
    match collection(service).await? {
        Some((_, true)) => Err(KeychainError::Locked),
        Some((_, false)) | None => Ok(()),
    }
}

async fn find<'a>(
    service: &'a SecretService<'_>,
    item: KeychainItem,
) -> Result<SearchItemsResult<Item<'a>>, KeychainError> {
    service
        .search_items(Attributes::of(item).pairs())
        .await
        .map_err(|error| meaning(&error))
}

/// By what an item is found. They lie beside it in the clear.
struct Attributes(Vec<(&'static str, String)>);

impl Attributes {
    fn of(item: KeychainItem) -> Self {
        Self(match item {
            KeychainItem::VaultSlot { vault, slot } => {
                vec![("vault", vault.to_string()), ("slot", slot.to_string())]
            }
            KeychainItem::NodeKey { id } => vec![("node", id.to_string())],
            // By another name than a slot's vault, so that neither is found in the place of the other.
            KeychainItem::HighWater { vault } => vec![("high-water", vault.to_string())],
        })
    }

    fn pairs(&self) -> HashMap<&str, &str> {
        let own = self.0.iter().map(|(name, value)| (*name, value.as_str()));
        own.chain([("application", SERVICE)]).collect()
    }
}

/// Reads what [`Store::put`] wrote; `None`: somebody else wrote it.
fn decode(text: &SecretVec) -> Option<SecretBytes<32>> {
    let mut len = 0;
    let decoded = SecretVec::init_with(DECODED, |out| {
        len = STANDARD.decode_slice(text.expose(), out).map_err(|_| ())?;
        Ok::<(), ()>(())
    })
    .ok()?;
    SecretBytes::from_slice(decoded.expose().get(..len)?)
}

/// Names of errors that the specification and D-Bus give.
fn meaning(error: &Error) -> KeychainError {
    match error {
        Error::Locked => KeychainError::Locked,
        Error::NoResult => KeychainError::NotFound,
        Error::Prompt => KeychainError::Denied,
        Error::Zbus(zbus::Error::MethodError(name, _, _)) => by_name(name.as_str()),
        Error::Zbus(zbus::Error::FDO(error)) => by_kind(error),
        Error::ZbusFdo(error) => by_kind(error),
        // Nobody there, a connection that broke, an answer that makes no sense.
        _ => KeychainError::Unavailable,
    }
}

fn by_name(name: &str) -> KeychainError {
    match name {
        "org.freedesktop.Secret.Error.IsLocked" => KeychainError::Locked,
        "org.freedesktop.Secret.Error.NoSuchObject"
        | "org.freedesktop.DBus.Error.UnknownObject"
        // What GNOME Keyring says of an object that is gone.
        | "org.freedesktop.DBus.Error.UnknownMethod" => KeychainError::NotFound,
        "org.freedesktop.DBus.Error.AccessDenied" | "org.freedesktop.DBus.Error.AuthFailed" => {
            KeychainError::Denied
        }
        _ => KeychainError::Unavailable,
    }
}

fn by_kind(error: &zbus::fdo::Error) -> KeychainError {
    use zbus::fdo::Error as Fdo;
    match error {
        Fdo::UnknownObject(_) | Fdo::UnknownMethod(_) => KeychainError::NotFound,
        Fdo::AccessDenied(_) | Fdo::AuthFailed(_) => KeychainError::Denied,
        Fdo::ZBus(zbus::Error::MethodError(name, _, _)) => by_name(name.as_str()),
        _ => KeychainError::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> SecretVec {
        SecretVec::from_slice(text.as_bytes())
    }

    #[test]
    fn what_is_written_is_read_back_and_nothing_else_is() {
        let secret = [0xfe; 32];
        let written = STANDARD.encode(secret);
        let read = decode(&text(&written)).expect("just written");
        assert_eq!(read.expose(), &secret);
        for other in [
            "",
            "hello",
            "=",
            &written[..40],
            &written[..43],
            &format!("{written}AAAA"),
            &STANDARD.encode([1; 31]),
            &STANDARD.encode([1; 33]),
            &"A".repeat(10_000),
        ] {
            assert!(decode(&text(other)).is_none(), "{other}");
        }
    }

    #[test]
    fn errors_of_the_specification_have_their_meaning() {
        let named = |name: &str| by_name(&format!("org.freedesktop.{name}"));
        assert_eq!(named("Secret.Error.IsLocked"), KeychainError::Locked);
        assert_eq!(named("Secret.Error.NoSuchObject"), KeychainError::NotFound);
        assert_eq!(named("DBus.Error.AccessDenied"), KeychainError::Denied);
        for absent in [
            "ServiceUnknown",
            "NoReply",
            "Disconnected",
            "Spawn.ChildExited",
        ] {
            assert_eq!(
                named(&format!("DBus.Error.{absent}")),
                KeychainError::Unavailable
            );
        }
        assert_eq!(meaning(&Error::Prompt), KeychainError::Denied);
        assert_eq!(
            meaning(&Error::PromptDisconnected),
            KeychainError::Unavailable
        );
    }
}
