//! A keychain that does what each platform's documentation says, at a test's bidding.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use satchel_ports::{Keychain, KeychainError, KeychainItem, KeychainTraits, Presence};
use satchel_secrets::SecretBytes;
use tokio::sync::watch;

/// Whose documented behaviour is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// Secret Service: no presence; items lie in the home folder and travel with it.
    Linux,
    /// Keychain items bound to the enrolled biometry and to a passcode that is set: what is not
    /// valid any more is gone.
    Apple,
    /// Credential Manager behind a Windows Hello key: fingers may come and go, a reset PIN takes
    /// the key along.
    Windows,
    /// A Keystore key bound to the enrolled biometry: what is not valid any more says so.
    Android,
}

impl Platform {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Linux, Self::Apple, Self::Windows, Self::Android];
}

/// What happens to an item when its world changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stays,
    Gone,
    Dead,
}

struct Kept {
    secret: SecretBytes<32>,
    dead: bool,
}

#[derive(Default)]
struct State {
    items: HashMap<KeychainItem, Kept>,
    locked: bool,
    absent: bool,
    cancel_next: bool,
}

/// A keychain in memory.
pub struct FakeKeychain {
    platform: Platform,
    presence: Presence,
    state: Mutex<State>,
    questions: watch::Sender<u32>,
    puts: watch::Sender<u32>,
    held: watch::Sender<bool>,
}

impl FakeKeychain {
    /// Makes an empty, unlocked one.
    pub fn like(platform: Platform) -> Self {
        let presence = match platform {
            Platform::Linux => Presence::None,
            Platform::Apple | Platform::Windows | Platform::Android => Presence::EveryRead,
        };
        Self::with_presence(platform, presence)
    }

    /// Makes one that makes sure of a person at other times than its platform does.
    pub fn with_presence(platform: Platform, presence: Presence) -> Self {
        Self {
            platform,
            presence,
            state: Mutex::default(),
            questions: watch::Sender::new(0),
            puts: watch::Sender::new(0),
            held: watch::Sender::new(false),
        }
    }

    /// Locks the store, or the device it belongs to.
    pub fn lock(&self) {
        self.state().locked = true;
    }

    /// Unlocks it.
    pub fn unlock(&self) {
        self.state().locked = false;
    }

    /// Takes the store away, as when its service is not running.
    pub fn stop(&self) {
        self.state().absent = true;
    }

    /// Brings it back with what it held.
    pub fn start(&self) {
        self.state().absent = false;
    }

    /// Has the person cancel the next question.
    pub fn cancel_next(&self) {
        self.state().cancel_next = true;
    }

    /// Has the person enrol another finger or face.
    pub fn enrol_biometry(&self) {
        self.befall(match self.platform {
            Platform::Linux | Platform::Windows => Fate::Stays,
            Platform::Apple => Fate::Gone,
            Platform::Android => Fate::Dead,
        });
    }

    /// Has the person take PIN or passcode away.
    pub fn remove_pin(&self) {
        self.befall(match self.platform {
            Platform::Linux => Fate::Stays,
            Platform::Apple => Fate::Gone,
            Platform::Windows | Platform::Android => Fate::Dead,
        });
    }

    /// Turns this into what a backup gives on another device.
    pub fn restore_from_backup(&self) {
        match self.platform {
            Platform::Linux => {}
            Platform::Apple | Platform::Windows | Platform::Android => self.empty(),
        }
    }

    /// Has somebody empty the store.
    pub fn empty(&self) {
        self.state().items.clear();
    }

    /// Returns which items are there, valid or not.
    pub fn items(&self) -> Vec<KeychainItem> {
        self.state().items.keys().copied().collect()
    }

    /// Returns how many times a person was asked.
    pub fn questions(&self) -> u32 {
        *self.questions.borrow()
    }

    /// Returns how many times an item was put.
    pub fn puts(&self) -> u32 {
        *self.puts.borrow()
    }

    /// Waits until an item was put so many times.
    pub async fn was_put(&self, times: u32) {
        // The sender lives as long as this keychain.
        let _ = self.puts.subscribe().wait_for(|put| *put >= times).await;
    }

    /// Keeps the person from answering, and the store from giving a mark, until [`FakeKeychain::release`].
    pub fn hold(&self) {
        self.held.send_replace(true);
    }

    /// Has the person answer.
    pub fn release(&self) {
        self.held.send_replace(false);
    }

    /// Waits until a person was asked so many times.
    pub async fn asked(&self, times: u32) {
        // The sender lives as long as this keychain.
        let _ = self
            .questions
            .subscribe()
            .wait_for(|asked| *asked >= times)
            .await;
    }

    /// What is bound to no finger and no PIN stays with either.
    fn befall(&self, fate: Fate) {
        let mut state = self.state();
        match fate {
            Fate::Stays => {}
            Fate::Gone => state.items.retain(|item, _| is_mark(*item)),
            Fate::Dead => {
                let bound = state.items.iter_mut().filter(|(item, _)| !is_mark(**item));
                bound.for_each(|(_, kept)| kept.dead = true);
            }
        }
    }

    /// Whether a mark has no place here where reading it would ask nobody.
    fn refuses(&self, item: KeychainItem) -> bool {
        is_mark(item) && self.platform == Platform::Android
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reach(&self) -> Result<MutexGuard<'_, State>, KeychainError> {
        let state = self.state();
        if state.absent {
            Err(KeychainError::Unavailable)
        } else if state.locked {
            Err(KeychainError::Locked)
        } else {
            Ok(state)
        }
    }
}

fn is_mark(item: KeychainItem) -> bool {
    matches!(item, KeychainItem::HighWater { .. })
}

fn copy(secret: &SecretBytes<32>) -> SecretBytes<32> {
    SecretBytes::from_slice(secret.expose()).expect("both have 32 bytes")
}

#[async_trait]
impl Keychain for FakeKeychain {
    fn traits(&self) -> KeychainTraits {
        KeychainTraits {
            name: match self.platform {
                Platform::Linux => "Secret Service",
                Platform::Apple => "Keychain",
                Platform::Windows => "Windows Hello",
                Platform::Android => "Android Keystore",
            },
            presence: self.presence,
        }
    }

    async fn ready(&self) -> Result<(), KeychainError> {
        self.reach().map(|_| ())
    }

    async fn put(&self, item: KeychainItem, secret: &SecretBytes<32>) -> Result<(), KeychainError> {
        let kept = Kept {
            secret: copy(secret),
            dead: false,
        };
        if self.refuses(item) {
            return Err(KeychainError::Unavailable);
        }
        self.reach()?.items.insert(item, kept);
        self.puts.send_modify(|put| *put += 1);
        Ok(())
    }

    async fn get(&self, item: KeychainItem) -> Result<SecretBytes<32>, KeychainError> {
        if self.refuses(item) {
            return Err(KeychainError::Unavailable);
        }
        if is_mark(item) {
            let _ = self.held.subscribe().wait_for(|held| !held).await;
        }
        let dead = {
            let state = self.reach()?;
            state.items.get(&item).ok_or(KeychainError::NotFound)?.dead
        };
        if dead {
            return Err(KeychainError::Invalidated);
        }
        if self.presence == Presence::EveryRead && !is_mark(item) {
            self.questions.send_modify(|asked| *asked += 1);
            // The sender lives as long as this keychain.
            let _ = self.held.subscribe().wait_for(|held| !held).await;
        }
        let mut state = self.reach()?;
        if std::mem::take(&mut state.cancel_next) {
            return Err(KeychainError::Denied);
        }
        let kept = state.items.get(&item).ok_or(KeychainError::NotFound)?;
        Ok(copy(&kept.secret))
    }

    async fn remove(&self, item: KeychainItem) -> Result<(), KeychainError> {
        self.reach()?.items.remove(&item);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use satchel_types::{SlotId, VaultId};

    use super::*;

    const ITEM: KeychainItem = KeychainItem::VaultSlot {
        vault: VaultId::from_bytes([1; 16]),
        slot: SlotId::from_bytes([2; 16]),
    };

    #[tokio::test]
    async fn the_fake_keeps_the_contract_on_every_platform() {
        for platform in Platform::ALL {
            let keychain = FakeKeychain::like(platform);
            crate::contract::keychain(&keychain, &keychain).await;
            assert!(keychain.items().is_empty(), "{platform:?}");
        }
    }

    #[tokio::test]
    async fn what_befalls_an_item_is_as_the_platforms_document_it() {
        use KeychainError::{Invalidated, NotFound};
        type Event = fn(&FakeKeychain);
        let events: [Event; 3] = [
            FakeKeychain::enrol_biometry,
            FakeKeychain::remove_pin,
            FakeKeychain::restore_from_backup,
        ];
        let table = [
            (Platform::Linux, [None, None, None]),
            (
                Platform::Apple,
                [Some(NotFound), Some(NotFound), Some(NotFound)],
            ),
            (Platform::Windows, [None, Some(Invalidated), Some(NotFound)]),
            (
                Platform::Android,
                [Some(Invalidated), Some(Invalidated), Some(NotFound)],
            ),
        ];
        for (platform, outcomes) in table {
            for (event, outcome) in events.iter().zip(outcomes) {
                let keychain = FakeKeychain::like(platform);
                let secret = SecretBytes::from_slice(&[7; 32]).expect("32 bytes");
                keychain.put(ITEM, &secret).await.expect("open");
                event(&keychain);
                assert_eq!(keychain.get(ITEM).await.err(), outcome, "{platform:?}");
            }
        }
    }

    #[tokio::test]
    async fn a_cancelled_question_is_one_refusal_and_no_loss() {
        let keychain = FakeKeychain::like(Platform::Apple);
        let secret = SecretBytes::from_slice(&[7; 32]).expect("32 bytes");
        keychain.put(ITEM, &secret).await.expect("open");
        keychain.cancel_next();
        assert_eq!(keychain.get(ITEM).await.err(), Some(KeychainError::Denied));
        assert!(keychain.get(ITEM).await.is_ok());
        assert_eq!(keychain.questions(), 2);
    }
}
