//! What every way has in common by which a wallet comes here without its keys: its owner compares the first address with
//! whoever has them, and only then is anything of it written.

use satchel_ports::{Act, ConfirmText};
use satchel_types::{Batch, WalletRecord, Write};
use satchel_wallet::{CreateError, Engine, WatchKey, WatchKeyError, first_addresses};

use crate::acts::line;
use crate::recovery::kind_name;
use crate::text;

/// Where a wallet without keys comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToldBy {
    /// The program or device that has its keys.
    KeyHolder {
        /// The master key's fingerprint, if it was said.
        fingerprint: Option<String>,
    },
    /// Another device that shares its wallets with this one.
    Device,
}

/// Why a wallet that somebody described cannot be watched.
#[derive(Debug, thiserror::Error)]
pub enum UnwatchableError {
    /// It is none of one key.
    #[error(transparent)]
    Key(#[from] WatchKeyError),
    /// Its descriptors are none.
    #[error(transparent)]
    Descriptors(#[from] CreateError),
}

/// Returns the key of a wallet that has one.
pub(crate) fn key_of(record: &WalletRecord) -> Result<WatchKey, WatchKeyError> {
    WatchKey::of_wallet(&record.descriptors, record.script_type, record.network)
}

/// Watching a wallet from now on.
#[derive(Debug)]
pub struct WatchFromNow {
    told_by: ToldBy,
    record: WalletRecord,
    first_address: String,
    name_taken: bool,
    /// Another wallet here that has the same key.
    same_key: Option<String>,
}

impl WatchFromNow {
    /// Prepares the question, among the wallets that are here.
    ///
    /// # Errors
    /// [`UnwatchableError`] if its descriptors are none that can be watched.
    pub fn new(
        told_by: ToldBy,
        record: WalletRecord,
        here: &[WalletRecord],
    ) -> Result<Self, UnwatchableError> {
        let key = key_of(&record)?;
        let same_key = here
            .iter()
            .find(|other| key_of(other).is_ok_and(|other| other.is_same_key(&key)));
        let first = first_addresses(&record.descriptors, record.network, 1)?;
        let [first] = first.as_slice() else {
            unreachable!("one was asked for");
        };
        Ok(Self {
            told_by,
            first_address: first.to_string(),
            same_key: same_key.map(|other| other.name.as_str().to_owned()),
            name_taken: here.iter().any(|other| other.name == record.name),
            record,
        })
    }

    /// Returns the wallet, and what is to be written for it to be here.
    ///
    /// # Errors
    /// [`CreateError`] if its descriptors are none that can be watched.
    pub fn into_writes(self) -> Result<(WalletRecord, Batch), CreateError> {
        let (_, engine) = Engine::create(&self.record)?;
        let mut batch = Batch::from(Write::InsertWallet {
            record: Box::new(self.record.clone()),
            sealed_seed: None,
        });
        batch.extend(engine);
        Ok((self.record, batch))
    }
}

impl Act for WatchFromNow {
    fn text(&self) -> ConfirmText {
        let record = &self.record;
        let kind = kind_name(record.script_type);
        let mut lines = vec![
            line("Wallet", record.name.as_str()),
            line("Kind", format!("{}, {kind}", text::network(record.network))),
            line("First address", text::address(&self.first_address)),
        ];
        if let ToldBy::KeyHolder {
            fingerprint: Some(fingerprint),
        } = &self.told_by
        {
            lines.push(line("Master key", fingerprint.as_str()));
        }
        let (title, theirs) = match self.told_by {
            ToldBy::KeyHolder { .. } => (
                "Watch this wallet?",
                "the program or device with the keys shows",
            ),
            ToldBy::Device => (
                "Watch this wallet here?",
                "your other device shows for this wallet",
            ),
        };
        lines.push(line(
            "Keys",
            "stay where they are; here it can only be watched",
        ));
        let mut warnings = vec![format!(
            "Compare the address with the first receive address that {theirs}. If it differs, decline: somebody else would \
             get what you receive."
        )];
        if self.name_taken {
            warnings.push("Another wallet on this device has the same name.".to_owned());
        }
        if let Some(other) = &self.same_key {
            warnings.push(format!(
                "It has the same key as {other} on this device, and is of another kind. Agree only if you made both."
            ));
        }
        ConfirmText {
            title: title.to_owned(),
            lines,
            warnings,
            agree: "It is the same".to_owned(),
        }
    }
}
