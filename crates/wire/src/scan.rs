//! What was scanned, pasted or opened.

use serde::{Deserialize, Serialize};
use specta::Type;

use satchel_app::meet_by_codes::{Lacking, MetDevice as MetApp};
use satchel_app::read_payment::Dealings;
use satchel_app::seen as app;

use crate::IpcError;
use crate::payment::{PaymentTarget, Qr};
use crate::wallet::{Network, ScriptType};

/// A scan that began. There is one at a time; locking ends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Scan {
    /// Its number, for the calls that belong to it.
    pub scan: u32,
    /// Whether this device has a scanner of its own (`cmd_scan_natively`).
    pub native: bool,
    /// Whether the clipboard can be looked at (`cmd_scan_clipboard`); else somebody pastes into the page.
    pub clipboard: bool,
}

/// Names a scan.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ScanRef {
    /// Its number.
    pub scan: u32,
}

/// Whether a page may have the camera.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CameraAccess {
    /// It is refused until that is changed in the system's settings.
    pub barred: bool,
}

/// A text that somebody pasted.
#[derive(Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ScanText {
    /// The scan's number.
    pub scan: u32,
    /// The text.
    pub text: String,
}

/// Takes what a scan saw last into the wallet.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct TakeScanned {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// The scan's number.
    pub scan: u32,
}

/// What a picture, a frame or a text did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum ScanStep {
    /// There was no code in it.
    Nothing,
    /// It is one of several codes that belong together.
    Gathering {
        /// How many said something new.
        have: u32,
        /// How many are needed at best.
        need: u32,
    },
    /// It was understood, or is surely something else.
    Seen {
        /// What it is.
        seen: Seen,
    },
    /// It begins like something that could be read, and cannot.
    Refused {
        /// Why.
        why: Refusal,
    },
    /// The scan is over: another began, or the wallet was locked.
    Over,
}

/// Why something was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// A newer version wrote it, or another program in a way that is not known here.
    NeedsNewer,
    /// It is too large.
    TooLarge,
    /// It is damaged.
    Damaged,
    /// Several codes are in the picture; one is wanted.
    Several,
    /// The file is no picture that can be read, and nothing else that is known.
    UnknownFormat,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Seen {
    /// A payment is asked for.
    Payment {
        /// Which.
        target: PaymentTarget,
    },
    /// A payment is asked for that cannot be made.
    NotPayable {
        /// Why.
        error: IpcError,
    },
    /// Something of Lightning, which is not spoken here.
    Lightning {
        /// Which.
        what: Lightning,
    },
    /// A transaction that is being signed (BIP-0174).
    Psbt {
        /// The draft it belongs to: one of the same unsigned transaction.
        draft_id: Option<String>,
        /// Whether that draft is signed here already.
        signed_here: bool,
    },
    /// A whole transaction.
    Transaction {
        /// Its id.
        txid: String,
    },
    /// A descriptor, without keys that could spend.
    Descriptor {
        /// What is known of the wallet, if it can be watched.
        watch: Option<Watchable>,
    },
    /// An extended public key.
    AccountKey {
        /// What is known of the wallet, if it can be watched.
        watch: Option<Watchable>,
    },
    /// The code of a device that shares its wallets.
    Pairing {
        /// The code, for `cmd_join_pairing`.
        code: String,
    },
    /// A wallet file of Satchel.
    WalletFile,
    /// Objects of a bundle, which another device shows: `cmd_meet_scanned` takes them in.
    Objects,
    /// What another device has of a bundle: `cmd_meet_scanned` finds what it lacks.
    Heads,
    /// Labels of another wallet.
    Labels {
        /// How many.
        records: u32,
    },
    /// An encrypted backup of descriptors (BIP-0138).
    DescriptorBackup,
    /// The address of a server.
    Server {
        /// The address.
        url: String,
    },
    /// Something that only the sealed window takes. What it is stays there.
    SealedOnly,
    /// Something else.
    Unknown,
}

/// What is known of a wallet that can be watched (`cmd_watch_scanned`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Watchable {
    /// Its script type; none: it does not say, and its owner does.
    pub script_type: Option<ScriptType>,
    /// Networks that it can be of, the real one first.
    pub networks: Vec<Network>,
    /// Fingerprint of the master key (BIP-0032), if it says.
    pub fingerprint: Option<String>,
}

impl From<&satchel_wallet::WatchKey> for Watchable {
    fn from(key: &satchel_wallet::WatchKey) -> Self {
        const ALL: [Network; 5] = [
            Network::Bitcoin,
            Network::Testnet4,
            Network::Signet,
            Network::Regtest,
            Network::Testnet,
        ];
        Self {
            script_type: key.script_type().map(Into::into),
            networks: ALL
                .into_iter()
                .filter(|network| key.is_of((*network).into()))
                .collect(),
            fingerprint: key.fingerprint().map(|of| of.to_string()),
        }
    }
}

/// Watches the wallet whose descriptor or key a scan saw last.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct WatchScanned {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// The scan's number.
    pub scan: u32,
    /// The wallet's name here.
    pub name: String,
    /// Its network.
    pub network: Network,
    /// Its script type, where the key does not say it.
    pub script_type: Option<ScriptType>,
}

/// What of Lightning it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Lightning {
    /// An invoice.
    Invoice,
    /// An offer.
    Offer,
    /// A link to a service (LNURL).
    Link,
    /// A name such as an e-mail address has.
    Name,
}

impl From<app::Lightning> for Lightning {
    fn from(what: app::Lightning) -> Self {
        match what {
            app::Lightning::Invoice => Self::Invoice,
            app::Lightning::Offer => Self::Offer,
            app::Lightning::Link => Self::Link,
            app::Lightning::Name => Self::Name,
        }
    }
}

impl Seen {
    /// Makes the twin; with what the wallet has to do with an address, and the draft that a PSBT belongs to.
    #[must_use]
    pub fn new(seen: &app::Seen, dealings: Dealings, draft: Option<app::SeenDraft>) -> Self {
        match seen {
            app::Seen::Payment(target, network) => Self::Payment {
                target: PaymentTarget {
                    address: target.address.clone(),
                    amount: target.amount.map(Into::into),
                    label: target.label.clone(),
                    message: target.message.clone(),
                    mine: dealings.mine,
                    network: (*network).into(),
                    contact: dealings.contact,
                    paid_before: dealings.paid_before,
                },
            },
            app::Seen::NotPayable(error) => Self::NotPayable {
                error: error.clone().into(),
            },
            app::Seen::Lightning(what) => Self::Lightning {
                what: (*what).into(),
            },
            app::Seen::Psbt(_) => Self::Psbt {
                draft_id: draft.map(|draft| draft.id.to_string()),
                signed_here: draft.is_some_and(|draft| draft.signed),
            },
            app::Seen::Transaction(tx) => Self::Transaction {
                txid: tx.compute_txid().to_string(),
            },
            app::Seen::Descriptor(key) => Self::Descriptor {
                watch: key.as_deref().map(Watchable::from),
            },
            app::Seen::AccountKey(key) => Self::AccountKey {
                watch: key.as_deref().map(Watchable::from),
            },
            app::Seen::Pairing(code) => Self::Pairing {
                code: code.expose().to_owned(),
            },
            app::Seen::WalletFile => Self::WalletFile,
            app::Seen::Objects => Self::Objects,
            app::Seen::Heads => Self::Heads,
            app::Seen::Labels { records } => Self::Labels {
                records: u32::try_from(*records).unwrap_or(u32::MAX),
            },
            app::Seen::DescriptorBackup => Self::DescriptorBackup,
            app::Seen::Server(url) => Self::Server { url: url.clone() },
            app::Seen::Guarded => Self::SealedOnly,
            app::Seen::Unknown => Self::Unknown,
        }
    }
}

/// In which code a draft is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FrameCode {
    /// Between Satchels.
    Own,
    /// BBQr.
    Bbqr,
    /// Uniform Resources.
    Ur,
}

/// How much is in one picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FrameDensity {
    /// Little: small screens, bad cameras.
    Low,
    /// More.
    Medium,
    /// Much.
    High,
}

/// Something to be handed to another program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum HandOverRequest {
    /// A text, such as an address or a request for a payment.
    Text {
        /// The text, at most 2,953 bytes.
        text: String,
    },
    /// A draft, as a file for another wallet to sign.
    Draft {
        /// The draft.
        draft_id: String,
    },
}

/// Asks for pictures of a draft.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ShowDraftRequest {
    /// The draft.
    pub draft_id: String,
    /// In which code.
    pub code: FrameCode,
    /// How much is in one.
    pub density: FrameDensity,
    /// The first frame that is asked for, from 0.
    pub from: u32,
}

/// Acts on what another device showed and the scan saw last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum MetDevice {
    /// It told what it has, and lacks something: `cmd_show_meeting` shows it.
    Lacks {
        /// What it is called.
        name: String,
        /// How many objects it lacks.
        objects: u32,
        /// How many bytes they have.
        bytes: u32,
    },
    /// It told what it has, and has everything that this device has.
    HasAll {
        /// What it is called.
        name: String,
    },
    /// It told what it has, and lacks more than codes carry: a place or a file is left.
    TooMuch {
        /// What it is called.
        name: String,
    },
    /// It showed what this device lacked, which was taken in.
    Took {
        /// What it is called.
        name: String,
        /// Objects that were new here.
        taken: u32,
        /// Objects that could not be taken in.
        passed_over: u32,
        /// Objects that others speak of and nobody brought so far.
        missing: u32,
    },
}

impl From<MetApp> for MetDevice {
    fn from(met: MetApp) -> Self {
        Self::Took {
            name: met.name,
            taken: number(met.round.taken),
            passed_over: number(met.round.passed_over),
            missing: number(met.round.missing),
        }
    }
}

impl From<&Lacking> for MetDevice {
    fn from(lacking: &Lacking) -> Self {
        let name = lacking.name.clone();
        match (&lacking.shown, lacking.objects) {
            (_, 0) => Self::HasAll { name },
            (None, _) => Self::TooMuch { name },
            (Some(shown), objects) => Self::Lacks {
                name,
                objects: number(objects),
                bytes: number(shown.len()),
            },
        }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// What is shown to another device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum MeetingPart {
    /// What this device has.
    Heads,
    /// What the device lacks whose code was scanned last.
    Lacking,
}

/// Shows something to another device that shares.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ShowMeetingRequest {
    /// What.
    pub part: MeetingPart,
    /// How much is in one picture.
    pub density: FrameDensity,
    /// The first frame that is asked for, from 0.
    pub from: u32,
}

/// Pictures that are shown one after the other and over again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ShownFrames {
    /// How many the other side needs at best.
    pub needed: u32,
    /// How many there are; after the last comes the first.
    pub count: u32,
    /// Some of them, from the one that was asked for.
    pub frames: Vec<Qr>,
}
