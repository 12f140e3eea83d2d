//! What the owner has to hear of: listed until it is put away.

use satchel_types::{Batch, DeviceId, Notice, NoticeId, NoticeKind, Write};

use crate::access_error::AccessError;
use crate::events::Event;
use crate::session::App;

/// Why a notice was not put away.
#[derive(Debug, thiserror::Error)]
pub enum DismissError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// There is no such notice.
    #[error("there is no such notice")]
    Unknown,
}

/// A notice, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeView {
    /// The notice.
    pub notice: Notice,
    /// The wallet's name, if it is about one.
    pub wallet: Option<String>,
    /// What it says, in one sentence.
    pub text: String,
}

impl App {
    /// Returns what the owner has to hear of, newest first; with `all`, also what was put away.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn notices(&self, all: bool) -> Result<Vec<NoticeView>, AccessError> {
        let open = self.open()?;
        let circle = open.shared.circle();
        let name = |device: DeviceId| match &circle {
            Some(circle) => {
                let replica = circle.replica();
                let me = replica.device() == device;
                (!me).then(|| circle.name_of(&replica, device).0)
            }
            None => Some("another device".to_owned()),
        };
        let mut views = Vec::new();
        for notice in open.store.notices()? {
            if notice.dismissed_at.is_none() || all {
                let wallet = notice.wallet.map(|id| open.store.wallet(id)).transpose()?;
                views.push(NoticeView {
                    wallet: wallet.map(|record| record.name.as_str().to_owned()),
                    text: text(&notice.kind, name),
                    notice,
                });
            }
        }
        Ok(views)
    }

    /// Puts a notice away. Doing so twice is fine.
    ///
    /// # Errors
    /// See [`DismissError`].
    pub fn dismiss_notice(&self, id: NoticeId) -> Result<(), DismissError> {
        let open = self.open()?;
        let known = open.store.notices().map_err(AccessError::from)?;
        if !known.iter().any(|notice| notice.id == id) {
            return Err(DismissError::Unknown);
        }
        let write = Write::DismissNotice(id, self.now());
        open.store
            .apply(&Batch::from(write))
            .map_err(AccessError::from)?;
        self.tell(Event::NoticesChanged);
        Ok(())
    }
}

/// Makes a notice's id of what it is about.
pub(crate) fn id_of(about: &[u8]) -> NoticeId {
    let hash = satchel_secrets::hash::hash(about);
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    NoticeId::from_bytes(id)
}

/// Says what happened. `name` gives a device's name, and none for this one.
fn text(kind: &NoticeKind, name: impl Fn(DeviceId) -> Option<String>) -> String {
    match kind {
        NoticeKind::PaymentReplaced {
            sent_by,
            to,
            by_device,
            ..
        } => {
            let other = sent_by.and_then(&name);
            let first = match (other, to) {
                (None, Some(to)) => format!("Payment to {to}"),
                (None, None) => "A payment".to_owned(),
                (Some(device), Some(to)) => format!("{device}'s payment to {to}"),
                (Some(device), None) => format!("A payment of {device}"),
            };
            let second = match by_device {
                None => "a payment that none of your devices is known to have sent".to_owned(),
                Some(device) => match name(*device) {
                    Some(device) => format!("{device}'s payment"),
                    None => "a payment of this device".to_owned(),
                },
            };
            format!("{first} was replaced by {second}.")
        }
        NoticeKind::AddressTwice {
            address,
            index,
            other,
        } => {
            let other = name(*other).unwrap_or_else(|| "another device".to_owned());
            format!("Address {address} (number {index}) was shown by this device and by {other}.")
        }
        NoticeKind::BundleOlder { unknown } => {
            let were = if *unknown == 1 {
                "1 address was".to_owned()
            } else {
                format!("{unknown} addresses were")
            };
            format!(
                "What was brought back is older than this wallet: {were} used since then, and labels, locks \
                 and drafts of that time are not here."
            )
        }
        NoticeKind::DeviceAdded { device, by } => {
            let device = name(*device).unwrap_or_else(|| "This device".to_owned());
            let by = match by {
                None => String::new(),
                Some(by) => match name(*by) {
                    Some(by) => format!(" by {by}"),
                    None => " by this device".to_owned(),
                },
            };
            format!("{device} was added to your devices{by}.")
        }
    }
}

#[cfg(test)]
mod tests {
    use bitcoin::Txid;
    use bitcoin::hashes::Hash;

    use super::*;

    #[test]
    fn a_notice_says_whose_payment_lost_and_to_whose() {
        let (here, laptop) = ([1; 16], [2; 16]);
        let said = |sent_by, to: Option<&str>, by: Option<[u8; 16]>| {
            let kind = NoticeKind::PaymentReplaced {
                payment: Txid::all_zeros(),
                sent_by: Some(DeviceId::from_bytes(sent_by)),
                to: to.map(str::to_owned),
                by: Txid::all_zeros(),
                by_device: by.map(DeviceId::from_bytes),
            };
            text(&kind, |device| {
                (device.as_bytes() == &laptop).then(|| "Laptop".to_owned())
            })
        };
        assert_eq!(
            said(here, Some("rent"), Some(laptop)),
            "Payment to rent was replaced by Laptop's payment."
        );
        assert_eq!(
            said(laptop, Some("rent"), Some(here)),
            "Laptop's payment to rent was replaced by a payment of this device."
        );
        assert_eq!(
            said(laptop, None, None),
            "A payment of Laptop was replaced by a payment that none of your devices is known to \
             have sent."
        );
    }
}
