//! What the page is told without asking.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use satchel_app::{App, Event};
use satchel_types::{Direction, NoticeKind};
use satchel_wallet::WalletEvent;
use satchel_wire::event::AppEvent;
use satchel_wire::session::SyncProgress;
use satchel_wire::tags::Tag;
use tauri::ipc::Channel;
use tokio::sync::broadcast::error::RecvError;

use crate::idle::Idle;

/// The line to the page. Before the page says that it listens, nothing is sent.
pub struct Hub {
    line: Mutex<Option<Channel<AppEvent>>>,
    idle: Arc<Idle>,
}

/// Everything that a page may have kept.
const ALL: &[Tag] = &[
    Tag::Session,
    Tag::Wallets,
    Tag::Info,
    Tag::Balance,
    Tag::History,
    Tag::Coins,
    Tag::Addresses,
    Tag::Drafts,
    Tag::Fees,
    Tag::Backend,
    Tag::Settings,
    Tag::Keychain,
    Tag::Circle,
    Tag::Places,
    Tag::Notices,
];

impl Hub {
    /// Makes a hub with nobody on the line.
    pub fn new(idle: Arc<Idle>) -> Self {
        Self {
            line: Mutex::new(None),
            idle,
        }
    }

    /// Takes a page's line; the one before is dropped.
    pub fn connect(&self, line: Channel<AppEvent>) {
        *self.line.lock().unwrap_or_else(PoisonError::into_inner) = Some(line);
    }

    /// Sends an event, if somebody listens.
    pub fn send(&self, event: AppEvent) {
        self.idle.note_event(Instant::now());
        let line = self
            .line
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(line) = line {
            // A page that is being reloaded connects again and reads everything anew.
            let _ = line.send(event);
        }
    }

    /// Hands the app's events on, for as long as the app lives.
    pub async fn forward(self: Arc<Self>, app: Arc<App>) {
        let mut events = app.events();
        drop(app);
        loop {
            match events.recv().await {
                Ok(event) => {
                    for event in translated(event) {
                        self.send(event);
                    }
                }
                // More happened than was taken: nothing that the page knows is sure.
                Err(RecvError::Lagged(_)) => self.send(AppEvent::Stale { tags: ALL.to_vec() }),
                Err(RecvError::Closed) => return,
            }
        }
    }
}

/// Says an event of the app in the page's words.
fn translated(event: Event) -> Vec<AppEvent> {
    match event {
        Event::Unlocked => vec![AppEvent::Unlocked],
        Event::Locked => vec![AppEvent::Locked],
        Event::DeadDoorRemoved => vec![AppEvent::KeychainDropped],
        Event::DatabaseDamaged => vec![AppEvent::DatabaseDamaged],
        // What others wrote in wallets is told wallet by wallet.
        Event::CircleChanged => vec![AppEvent::Stale {
            tags: vec![Tag::Circle, Tag::Places],
        }],
        // It is pending everywhere.
        Event::CircleWritten => vec![AppEvent::Stale {
            tags: vec![Tag::Places],
        }],
        // Told once it is noted (`rounds.rs`).
        Event::CopySeen => Vec::new(),
        Event::Noticed { notice } => vec![AppEvent::Noticed {
            what: (&notice.kind).into(),
            wallet_id: notice.wallet.map(|id| id.to_string()),
            replaced_by: match &notice.kind {
                NoticeKind::PaymentReplaced { by, .. } => Some(by.to_string()),
                NoticeKind::AddressTwice { .. }
                | NoticeKind::BundleOlder { .. }
                | NoticeKind::DeviceAdded { .. } => None,
            },
        }],
        Event::NoticesChanged => vec![AppEvent::Stale {
            tags: vec![Tag::Notices],
        }],
        Event::ContactsChanged => vec![AppEvent::Stale {
            tags: vec![Tag::Contacts, Tag::History, Tag::Drafts, Tag::Circle],
        }],
        Event::SettingsChanged => vec![AppEvent::Stale {
            tags: vec![Tag::Settings],
        }],
        Event::WalletsChanged => {
            let tags = [
                Tag::Session,
                Tag::Wallets,
                Tag::Info,
                Tag::Backend,
                Tag::Circle,
            ];
            vec![AppEvent::Stale {
                tags: tags.to_vec(),
            }]
        }
        Event::Changed { .. } => {
            let tags = [
                Tag::Balance,
                Tag::History,
                Tag::Coins,
                Tag::Addresses,
                Tag::Drafts,
                Tag::Info,
            ];
            vec![AppEvent::Stale {
                tags: tags.to_vec(),
            }]
        }
        Event::Syncing { wallet, progress } => vec![AppEvent::Syncing {
            progress: SyncProgress {
                wallet_id: wallet.to_string(),
                done: progress.done,
                expected: progress.expected,
                transactions: progress.transactions,
            },
        }],
        // Whoever asked for the sync tells how it ended, with the numbers.
        Event::Synced { .. } => Vec::new(),
        Event::Wallet { wallet, event } => {
            let wallet_id = wallet.to_string();
            match event {
                WalletEvent::NewTransaction {
                    txid,
                    direction: Direction::Incoming,
                    net,
                    confirmed,
                } => vec![AppEvent::Received {
                    wallet_id,
                    txid: txid.to_string(),
                    amount: net.into(),
                    confirmed,
                }],
                WalletEvent::Confirmed { txid, height } => {
                    vec![AppEvent::Confirmed {
                        wallet_id,
                        txid: txid.to_string(),
                        height,
                    }]
                }
                WalletEvent::Replaced { txid, by } => vec![AppEvent::Replaced {
                    wallet_id,
                    txid: txid.to_string(),
                    by: by.to_string(),
                }],
                // `Changed` follows and says that the lists are stale.
                WalletEvent::NewTransaction { .. }
                | WalletEvent::TipChanged { .. }
                | WalletEvent::Unconfirmed { .. }
                | WalletEvent::Dropped { .. }
                | WalletEvent::Returned { .. }
                | WalletEvent::BalanceChanged { .. } => Vec::new(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bitcoin::Amount;
    use satchel_types::WalletId;
    use tauri::ipc::InvokeResponseBody;

    use super::*;

    fn line() -> (Channel<AppEvent>, Arc<Mutex<Vec<String>>>) {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&heard);
        let line = Channel::new(move |body| {
            if let InvokeResponseBody::Json(text) = body {
                sink.lock().expect("no panic").push(text);
            }
            Ok(())
        });
        (line, heard)
    }

    #[test]
    fn nothing_is_sent_before_the_page_listens_and_the_newest_line_gets_the_rest() {
        let hub = Hub::new(Arc::new(Idle::new(crate::foreground::Moment::now())));
        hub.send(AppEvent::Locked);
        let (first, heard_first) = line();
        hub.connect(first);
        assert!(heard_first.lock().expect("no panic").is_empty());
        hub.send(AppEvent::Locked);
        let (second, heard_second) = line();
        hub.connect(second);
        hub.send(AppEvent::Unlocked);
        assert_eq!(
            *heard_first.lock().expect("no panic"),
            [r#"{"type":"locked"}"#]
        );
        assert_eq!(
            *heard_second.lock().expect("no panic"),
            [r#"{"type":"unlocked"}"#]
        );
    }

    #[test]
    fn only_what_came_in_is_told_as_received() {
        let told = |direction| {
            translated(Event::Wallet {
                wallet: WalletId::from_bytes([1; 16]),
                event: WalletEvent::NewTransaction {
                    txid: "aa".repeat(32).parse().expect("64 hex digits"),
                    direction,
                    net: Amount::from_sat(5),
                    confirmed: false,
                },
            })
        };
        assert!(matches!(
            told(Direction::Incoming)[..],
            [AppEvent::Received { .. }]
        ));
        assert!(told(Direction::Outgoing).is_empty());
        assert!(told(Direction::Internal).is_empty());
    }
}
