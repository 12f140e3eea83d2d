//! Questions of the system's own that stand over the program.
//!
//! A phone puts a program away while it asks its person something in the program's name. Whoever answers is there, so a wallet
//! that locks at once when it is out of sight does not lock under such a question.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use satchel_ports::{
    Answer, Confirm, ConfirmError, ConfirmText, FileError, Keychain, KeychainError, KeychainItem,
    KeychainTraits, Lan, LanError, LanLink, LanListener, WalletFiles,
};
use satchel_secrets::SecretBytes;

use crate::dialogs::{Chosen, FileKind, FilePicker, Handed};
use crate::foreground::Moment;

/// Which such questions stand.
#[derive(Debug, Clone, Default)]
pub struct Asking(Arc<Mutex<Asked>>);

#[derive(Debug, Default)]
struct Asked {
    standing: usize,
    answered: Option<Moment>,
}

/// A question that stands until this is dropped, however it ends.
#[must_use = "the question stands until this is dropped"]
struct Stands(Asking);

impl Asking {
    /// Returns until when somebody was asked: `now` while a question stands. A phone may tell of the answer before it tells that the
    /// program is in front again.
    pub fn last(&self, now: Moment) -> Option<Moment> {
        let asked = self.lock();
        if asked.standing > 0 {
            return Some(now);
        }
        asked.answered
    }

    fn one(&self) -> Stands {
        self.lock().standing += 1;
        Stands(self.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Asked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Stands {
    fn drop(&mut self) {
        let mut asked = self.0.lock();
        asked.standing -= 1;
        asked.answered = Some(Moment::now());
    }
}

/// What asks, with its questions counted.
pub struct Counted<P: ?Sized> {
    asks: Arc<P>,
    asking: Asking,
}

impl<P: ?Sized> Counted<P> {
    /// Counts the questions of `asks`.
    pub fn new(asks: Arc<P>, asking: &Asking) -> Self {
        let asking = asking.clone();
        Self { asks, asking }
    }
}

#[async_trait]
impl Confirm for Counted<dyn Confirm> {
    async fn put(&self, text: &ConfirmText) -> Result<Answer, ConfirmError> {
        let _stands = self.asking.one();
        self.asks.put(text).await
    }
}

#[async_trait]
impl FilePicker for Counted<dyn FilePicker> {
    async fn save(&self, kind: FileKind, suggested: &str) -> Option<Chosen> {
        let _stands = self.asking.one();
        self.asks.save(kind, suggested).await
    }

    async fn open(&self, kind: FileKind) -> Option<Chosen> {
        let _stands = self.asking.one();
        self.asks.open(kind).await
    }

    async fn to_scan(&self) -> Option<Chosen> {
        let _stands = self.asking.one();
        self.asks.to_scan().await
    }

    async fn folder(&self, title: &str) -> Option<PathBuf> {
        let _stands = self.asking.one();
        self.asks.folder(title).await
    }

    fn has_folders(&self) -> bool {
        self.asks.has_folders()
    }

    async fn hand_over(&self, what: Handed) -> bool {
        let _stands = self.asking.one();
        self.asks.hand_over(what).await
    }
}

/// The question is where a finished file goes, which an iPhone puts when it is written.
impl WalletFiles for Counted<dyn WalletFiles> {
    fn read(&self, path: &Path, max: u64) -> Result<Vec<u8>, FileError> {
        self.asks.read(path, max)
    }

    fn write(&self, path: &Path, bytes: &[u8], replace: bool) -> Result<(), FileError> {
        let _stands = self.asking.one();
        self.asks.write(path, bytes, replace)
    }
}

#[async_trait]
impl Keychain for Counted<dyn Keychain> {
    fn traits(&self) -> KeychainTraits {
        self.asks.traits()
    }

    async fn ready(&self) -> Result<(), KeychainError> {
        self.asks.ready().await
    }

    async fn put(&self, item: KeychainItem, secret: &SecretBytes<32>) -> Result<(), KeychainError> {
        let _stands = self.asking.one();
        self.asks.put(item, secret).await
    }

    async fn get(&self, item: KeychainItem) -> Result<SecretBytes<32>, KeychainError> {
        let _stands = self.asking.one();
        self.asks.get(item).await
    }

    async fn remove(&self, item: KeychainItem) -> Result<(), KeychainError> {
        let _stands = self.asking.one();
        self.asks.remove(item).await
    }
}

/// The question is whether the program may into the local network.
#[async_trait]
impl Lan for Counted<dyn Lan> {
    async fn enter(&self) -> Result<(), LanError> {
        let _stands = self.asking.one();
        self.asks.enter().await
    }

    async fn listen(&self) -> Result<Box<dyn LanListener>, LanError> {
        let _stands = self.asking.one();
        self.asks.listen().await
    }

    async fn connect(&self, address: SocketAddr) -> Result<Box<dyn LanLink>, LanError> {
        let _stands = self.asking.one();
        self.asks.connect(address).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Looks(Asking);

    #[async_trait]
    impl Confirm for Looks {
        async fn put(&self, _: &ConfirmText) -> Result<Answer, ConfirmError> {
            assert!(stands(&self.0), "it stands while it is asked");
            Err(ConfirmError::Unavailable)
        }
    }

    fn stands(asking: &Asking) -> bool {
        let later = Moment::now().later(std::time::Duration::from_secs(9));
        asking
            .last(later)
            .is_some_and(|last| later.since(last).is_zero())
    }

    #[tokio::test]
    async fn a_question_counts_while_it_stands_and_no_longer() {
        let asking = Asking::default();
        let confirm: Arc<dyn Confirm> = Arc::new(Looks(asking.clone()));
        let counted = Counted::new(confirm, &asking);
        let text = ConfirmText {
            title: String::new(),
            lines: Vec::new(),
            warnings: Vec::new(),
            agree: String::new(),
        };
        assert!(asking.last(Moment::now()).is_none());
        assert!(counted.put(&text).await.is_err());
        assert!(!stands(&asking) && asking.last(Moment::now()).is_some());
        // One that nobody waits for any more.
        drop(counted.put(&text));
        let one = asking.one();
        let two = asking.one();
        drop(one);
        assert!(stands(&asking));
        drop(two);
        assert!(!stands(&asking));
    }
}
