//! Traits of the outside world.
//!
//! Each port is small, `Send + Sync`, usable behind `dyn`, and has an error enum of its own. What
//! implements a port passes its contract test in `testkit`. Ports know no adapter and no use case.

pub mod attempts_file;
pub mod authorize;
pub mod blob_store;
pub mod chain;
pub mod clock;
pub mod confirm;
pub mod deadline;
pub mod entropy;
pub mod files;
pub mod keychain;
pub mod lan;
pub mod object_keep;
pub mod places;
pub mod questions;
pub mod store;
pub mod vault_file;

pub use attempts_file::{AttemptsFile, MAX_ATTEMPTS_FILE};
pub use authorize::{Authorize, AuthorizeError, Door, DoorError};
pub use blob_store::{BlobError, BlobStore, Listed, Put};
pub use chain::{BroadcastError, ChainConnector, ChainError, ChainSource};
pub use clock::Clock;
pub use confirm::{Act, Answer, Confirm, ConfirmError, ConfirmLine, ConfirmText, Confirmed, ask};
pub use deadline::Deadline;
pub use entropy::{Entropy, EntropyError};
pub use files::{FileError, WalletFiles, read_whole};
pub use keychain::{Keychain, KeychainError, KeychainItem, KeychainTraits, NoKeychain, Presence};
pub use lan::{Lan, LanError, LanLink, LanListener, NoLan};
pub use object_keep::{KeepError, KeptObject, ObjectKeep};
pub use places::{NoPlaces, PlaceError, PlaceLogin, Places};
pub use questions::Questions;
pub use store::{Database, OpenStoreError, StoreError, WalletStore};
pub use vault_file::{VaultFile, VaultFileError};
