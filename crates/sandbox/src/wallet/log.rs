//! What wallets were told, on disk: names, addresses that were handed out, labels, payments. Keys are not
//! there, they follow from the sandbox's number; neither are coins, which the chain knows.

use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::keys::AddressType;
use crate::framed::{self, FramedFile};

/// The largest record: a standard transaction in hex, comments, a name.
const MAX_RECORD: usize = 1_000_000;

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Event {
    /// The number all keys follow from, whatever the sandbox is started with later. Comes first.
    Keys {
        /// It.
        seed: u64,
    },
    /// A wallet was made.
    Create {
        /// Its name.
        name: String,
        /// Whether it can have keys at all.
        private_keys: bool,
        /// Whether it has none yet.
        blank: bool,
        /// Seconds since 1970.
        time: u32,
    },
    /// Whether a wallet is loaded at start.
    AtStart {
        /// Its name.
        name: String,
        /// Loaded or not.
        load: bool,
    },
    /// An address was handed out.
    Address {
        /// Whose.
        wallet: String,
        /// Which kind.
        kind: AddressType,
        /// For change or for receiving.
        change: bool,
        /// Its number.
        index: u32,
        /// What it is called; an address without is change.
        label: Option<String>,
    },
    /// An address got a name, whoever's it is.
    Label {
        /// In which wallet.
        wallet: String,
        /// The script in hex.
        script: String,
        /// The name.
        label: String,
    },
    /// A payment was made.
    Sent {
        /// By which wallet.
        wallet: String,
        /// The transaction in hex.
        hex: String,
        /// Seconds since 1970.
        time: u32,
        /// What for.
        comment: Option<String>,
        /// To whom.
        to: Option<String>,
    },
}

/// The open file.
#[derive(Debug)]
pub struct WalletLog(FramedFile);

impl WalletLog {
    /// Opens or creates the file in the data directory and returns what is in it.
    pub fn open(root: &Path) -> io::Result<(Self, Vec<Event>)> {
        let path = root.join("wallets.log");
        let (file, events) = FramedFile::open(&path, |reader| read_events(reader))?;
        Ok((Self(file), events))
    }

    /// Adds a record and waits until the disk has it.
    pub fn append(&mut self, event: &Event) -> io::Result<()> {
        self.0.append(&encode(event))?;
        self.0.sync()
    }
}

/// The body of a record.
pub fn encode(event: &Event) -> Vec<u8> {
    serde_json::to_vec(event).expect("texts and numbers can always be written to memory")
}

/// Reads every whole record, and says how many bytes they take.
pub fn read_events(reader: &mut impl Read) -> io::Result<(Vec<Event>, u64)> {
    let mut events = Vec::new();
    let mut good = 0;
    while let Some((body, length)) = framed::read_frame(reader, MAX_RECORD)? {
        let Ok(event) = serde_json::from_slice(&body) else {
            break;
        };
        events.push(event);
        good += length;
    }
    Ok((events, good))
}
