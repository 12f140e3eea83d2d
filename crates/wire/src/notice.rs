//! What the owner has to hear of, and payments that want the same coin.

use satchel_app::notices::NoticeView;
use satchel_app::shared_payments::{Rival as CoreRival, RivalStage as CoreStage};
use satchel_types::NoticeKind as CoreKind;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A payment that one of the devices had sent was replaced by another transaction.
    PaymentReplaced,
    /// Two devices showed the same address.
    AddressTwice,
    /// What was brought back is older than the wallet.
    BundleOlder,
    /// A device was added to those that share.
    DeviceAdded,
}

impl From<&CoreKind> for NoticeKind {
    fn from(kind: &CoreKind) -> Self {
        match kind {
            CoreKind::PaymentReplaced { .. } => Self::PaymentReplaced,
            CoreKind::AddressTwice { .. } => Self::AddressTwice,
            CoreKind::BundleOlder { .. } => Self::BundleOlder,
            CoreKind::DeviceAdded { .. } => Self::DeviceAdded,
        }
    }
}

/// Something that the owner has to hear of until it is put away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Notice {
    /// Its id.
    pub id: String,
    /// Which wallet it is about; none: all of them.
    pub wallet_id: Option<String>,
    /// That wallet's name.
    pub wallet: Option<String>,
    /// What happened.
    pub kind: NoticeKind,
    /// What it says, in one sentence.
    pub text: String,
    /// The payment that was replaced.
    pub txid: Option<String>,
    /// What replaced it.
    pub replaced_by: Option<String>,
    /// The address that was shown twice.
    pub address: Option<String>,
    /// The device that was added.
    pub device_id: Option<String>,
    /// When it was found, in seconds since 1970.
    #[specta(type = u32)]
    pub at: u64,
    /// When it was put away.
    #[specta(type = Option<u32>)]
    pub dismissed_at: Option<u64>,
}

impl From<NoticeView> for Notice {
    fn from(view: NoticeView) -> Self {
        let notice = view.notice;
        let kind = NoticeKind::from(&notice.kind);
        let (mut txid, mut replaced_by, mut told, mut added) = (None, None, None, None);
        match notice.kind {
            CoreKind::PaymentReplaced { payment, by, .. } => {
                (txid, replaced_by) = (Some(payment.to_string()), Some(by.to_string()));
            }
            CoreKind::AddressTwice { address, .. } => told = Some(address),
            CoreKind::BundleOlder { .. } => {}
            CoreKind::DeviceAdded { device, .. } => added = Some(device.to_string()),
        }
        Self {
            id: notice.id.to_string(),
            wallet_id: notice.wallet.map(|id| id.to_string()),
            wallet: view.wallet,
            kind,
            text: view.text,
            txid,
            replaced_by,
            address: told,
            device_id: added,
            at: notice.at.as_secs(),
            dismissed_at: notice.dismissed_at.map(satchel_types::Timestamp::as_secs),
        }
    }
}

/// Notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NoticeList {
    /// Newest first.
    pub notices: Vec<Notice>,
}

impl From<Vec<NoticeView>> for NoticeList {
    fn from(views: Vec<NoticeView>) -> Self {
        Self {
            notices: views.into_iter().map(Notice::from).collect(),
        }
    }
}

/// Asks for notices.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields, default)]
pub struct NoticeQuery {
    /// Also what was put away.
    pub all: bool,
}

/// Names a notice.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct NoticeRef {
    /// Which.
    pub notice_id: String,
}

/// How far the other one of two payments is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RivalStage {
    /// It is being prepared, and its coins are kept for it.
    Reserved,
    /// It was signed.
    Signed,
    /// It was sent.
    Sent,
}

/// Another payment that spends a coin of this one: only one of the two can be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Rival {
    /// Its transaction; that of its unsigned one as long as it was not seen.
    pub txid: String,
    /// How far it is.
    pub stage: RivalStage,
    /// The devices that worked on it, by name.
    pub devices: Vec<String>,
    /// The coins that both spend, as `txid:vout`.
    pub coins: Vec<String>,
    /// The draft by which it can be looked at and dropped here, if it was not sent.
    pub draft_id: Option<String>,
}

impl From<CoreRival> for Rival {
    fn from(rival: CoreRival) -> Self {
        Self {
            txid: rival.txid.to_string(),
            stage: match rival.stage {
                CoreStage::Reserved => RivalStage::Reserved,
                CoreStage::Signed => RivalStage::Signed,
                CoreStage::Sent => RivalStage::Sent,
            },
            devices: rival.devices,
            coins: rival.coins.iter().map(ToString::to_string).collect(),
            draft_id: rival.draft.map(|id| id.to_string()),
        }
    }
}
