//! Addresses that the chain shows to be used: told to the circle, and compared with what was brought back
//! (ADR 0029).
//!
//! Whoever hands an address out says so. One that was handed out before the circle was founded, or by a device whose
//! objects are lost, nobody spoke of: a device that is brought back from what the circle left would hand it
//! out again. So what a scan found is said as well, the last ones of each side.

use satchel_bundle::replica::Replica;
use satchel_bundle::state::{AddressKey, Change};
use satchel_types::{Batch, ChainSide, Notice, NoticeId, NoticeKind, WalletId, Write};
use satchel_wallet::Engine;

use crate::access_error::AccessError;
use crate::events::Event;
use crate::open::Open;
use crate::session::App;
use crate::sync::GAP;

/// How far below the last one that was paid to, on each side: whoever knows these hands none of them out, and finds
/// the next ones.
pub(crate) const TOLD: u32 = 2 * GAP;
/// Stands for the moment of an address that its writer did not hand out.
const NOT_BY_US: u64 = 0;
/// Both sides.
const SIDES: [ChainSide; 2] = [ChainSide::Receive, ChainSide::Change];

/// Says that an address was paid to, unless it is known.
pub(crate) fn paid(replica: &Replica, key: AddressKey) -> Option<Change> {
    let unknown = replica.state().revealed_by(&key).is_none();
    unknown.then(|| Change::Revealed {
        key,
        device: replica.device(),
        at: NOT_BY_US,
    })
}

/// Whether whoever spoke of an address at a moment handed it out.
pub(crate) fn handed_out_at(at: u64) -> bool {
    at != NOT_BY_US
}

/// Notes up to where a wallet that is brought back knows its addresses, until the chain was asked.
pub(crate) fn brought_back(wallet: WalletId, next: [u32; 2]) -> Write {
    Write::PutSetting {
        key: key(wallet),
        value: format!("{},{}", next[0], next[1]),
    }
}

/// Takes that back: of a wallet whose circle is here, and knows its addresses better than what brought it.
pub(crate) fn known_by_the_circle(wallet: WalletId) -> Write {
    Write::PutSetting {
        key: key(wallet),
        value: String::new(),
    }
}

fn key(wallet: WalletId) -> String {
    format!("brought-back/{wallet}")
}

fn known_up_to(text: &str) -> Option<[u32; 2]> {
    let (receive, change) = text.split_once(',')?;
    Some([receive.parse().ok()?, change.parse().ok()?])
}

/// Returns the indices of a side from one on that were paid to.
fn used_from(engine: &Engine, side: ChainSide, from: u32) -> Vec<u32> {
    let is_used = |index: &u32| engine.address(side, *index).is_some_and(|row| row.used);
    (from..engine.first_unused(side)).filter(is_used).collect()
}

/// Whether devices besides this one belong and share a wallet: what is newer comes from them, and is only not here yet.
fn others_know(replica: &Replica, wallet: WalletId) -> bool {
    let us = replica.device();
    let mut members = replica.roster().members();
    replica.state().wallet(wallet).is_some() && members.any(|device| device.id != us)
}

impl App {
    /// After a scan: tells the circle which addresses are used that nobody spoke of.
    pub(crate) async fn tell_used(&self, open: &Open, wallet: WalletId) -> Result<(), AccessError> {
        let Some(circle) = open.shared.circle() else {
            return Ok(());
        };
        let used = open
            .read_engine(wallet, |engine| {
                SIDES.map(|side| {
                    let from = engine.first_unused(side).saturating_sub(TOLD);
                    used_from(engine, side, from)
                })
            })
            .await?;
        let mut replica = circle.replica();
        // One that waits to be taken in by its owner is not this device's to speak of.
        if replica.state().wallet(wallet).is_none() {
            return Ok(());
        }
        let keys = SIDES.into_iter().zip(used).flat_map(|(side, indices)| {
            indices.into_iter().map(move |index| AddressKey {
                wallet,
                side,
                index,
            })
        });
        let changes: Vec<Change> = keys.filter_map(|key| paid(&replica, key)).collect();
        if !changes.is_empty() {
            open.shared.write(&mut replica, &Batch::new(), &changes)?;
        }
        Ok(())
    }

    /// After the first scan of a wallet that was brought back: notes if the chain knows more of it than what it was
    /// brought back from.
    pub(crate) async fn look_back(&self, open: &Open, wallet: WalletId) -> Result<(), AccessError> {
        let noted = open.store.setting(&key(wallet))?;
        let Some(next) = noted.and_then(|text| known_up_to(&text)) else {
            return Ok(());
        };
        if open
            .shared
            .circle()
            .is_some_and(|it| others_know(&it.replica(), wallet))
        {
            return Ok(open
                .shared
                .unshared()
                .apply(&known_by_the_circle(wallet).into())?);
        }
        let unknown = open
            .read_engine(wallet, move |engine| {
                let sides = SIDES.into_iter().zip(next);
                sides
                    .map(|(side, from)| used_from(engine, side, from).len())
                    .sum::<usize>()
            })
            .await?;
        let mut batch = Batch::from(known_by_the_circle(wallet));
        let notice = (unknown > 0).then(|| Notice {
            id: notice_id(wallet, next),
            wallet: Some(wallet),
            kind: NoticeKind::BundleOlder {
                unknown: u32::try_from(unknown).unwrap_or(u32::MAX),
            },
            at: self.now(),
            dismissed_at: None,
        });
        if let Some(notice) = &notice {
            batch.push(Write::PutNotice(Box::new(notice.clone())));
        }
        // What was asked and what was found go together: a program that ends in between asks again.
        open.shared.unshared().apply(&batch)?;
        if let Some(notice) = notice {
            self.tell(Event::Noticed { notice });
        }
        Ok(())
    }
}

fn notice_id(wallet: WalletId, next: [u32; 2]) -> NoticeId {
    let mut text = b"satchel notice: what was brought back is older\0".to_vec();
    text.extend_from_slice(wallet.as_bytes());
    for index in next {
        text.extend_from_slice(&index.to_le_bytes());
    }
    crate::notices::id_of(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_to_where_a_wallet_is_known_is_read_back() {
        let wallet = WalletId::from_bytes([3; 16]);
        let Write::PutSetting { value, .. } = brought_back(wallet, [7, 0]) else {
            unreachable!()
        };
        assert_eq!(known_up_to(&value), Some([7, 0]));
        for text in ["", "7", "7,", "x,1", "7,4294967296"] {
            assert_eq!(known_up_to(text), None, "{text}");
        }
    }
}
