//! Limits on what may leave, which the owner sets and only the owner can raise.

use bitcoin::{Amount, Network, Txid};
use satchel_ports::{ConfirmError, StoreError};
use satchel_types::{
    Batch, Direction, Draft, DraftId, DraftPurpose, DraftState, HistoryQuery, PageSize, Timestamp,
    TxRow, TxState, WalletId, Write,
};

use crate::access::SeedAccessError;
use crate::access_error::AccessError;
use crate::acts::RaiseLimits;
use crate::open::Open;
use crate::session::App;
use crate::spending_limits::Limits;

const PER_PAYMENT: &str = "limit_per_payment";
const PER_DAY: &str = "limit_per_day";
const BY_PRESENCE: &str = "limit_by_presence";
/// How the settings of this room begin. Nothing else may write them.
pub(crate) const RESERVED: &str = "limit_";

const DAY: u64 = 24 * 60 * 60;
/// Blocks may carry a time of up to two hours ahead of the median (a consensus rule), so rows by
/// height are out of order in time by no more than this.
const DISORDER: u64 = 3 * 60 * 60;

/// Why the limits stay as they were.
#[derive(Debug, thiserror::Error)]
pub enum SetLimitsError {
    /// The vault cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// Its owner did not prove to be there.
    #[error(transparent)]
    Proof(#[from] SeedAccessError),
}

/// A payment that a limit forbids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OverLimitError {
    /// It is larger than one payment may be.
    #[error("{leaves} would leave with this payment; your limit is {limit}")]
    Payment {
        /// What would leave.
        leaves: Amount,
        /// What may.
        limit: Amount,
    },
    /// It is more than is left of today's limit.
    #[error("{left} left within 24 hours and {leaves} would follow; your limit is {limit}")]
    Day {
        /// What left already.
        left: Amount,
        /// What would leave.
        leaves: Amount,
        /// What may.
        limit: Amount,
    },
}

impl App {
    /// Returns the limits.
    pub fn limits(&self) -> Result<Limits, AccessError> {
        read(&*self.open()?)
    }

    /// Sets the limits. Raising or lifting one needs consent and proof; lowering one does not, so
    /// that nothing stands in the way of being more careful.
    pub async fn set_limits(&self, new: Limits) -> Result<(), SetLimitsError> {
        let open = self.open()?;
        let old = read(&open)?;
        if new.is_looser_than(&old) {
            let act = RaiseLimits {
                from: old,
                to: new,
                keychain: self.ports.keychain.traits(),
            };
            self.consent(&open, act).await?.into_act();
            self.seed_access(&open, "to raise your limits").await?;
        }
        let mut batch = Batch::new();
        for (key, limit) in [
            (PER_PAYMENT, new.per_payment),
            (PER_DAY, new.per_day),
            (BY_PRESENCE, new.by_presence),
        ] {
            batch.push(Write::PutSetting {
                key: key.to_owned(),
                value: limit.map_or_else(String::new, |limit| limit.to_sat().to_string()),
            });
        }
        Ok(open.store.apply(&batch).map_err(AccessError::from)?)
    }

    /// Checks that `leaves` may leave with this draft, now.
    pub(crate) fn check_limits(
        &self,
        open: &Open,
        network: Network,
        draft: &Draft,
        leaves: Amount,
    ) -> Result<Result<(), OverLimitError>, AccessError> {
        let limits = read(open)?;
        if let Some(limit) = limits.per_payment.filter(|limit| leaves > *limit) {
            return Ok(Err(OverLimitError::Payment { leaves, limit }));
        }
        let Some(limit) = limits.per_day else {
            return Ok(Ok(()));
        };
        let replaced = match draft.purpose {
            DraftPurpose::Payment => None,
            DraftPurpose::Cancel(old) | DraftPurpose::Bump(old) => Some(old),
        };
        let left = left_since(
            open,
            network,
            Timestamp::from_secs(self.now().as_secs().saturating_sub(DAY)),
            draft.id,
            replaced,
        )?;
        let fits = left.checked_add(leaves).is_some_and(|sum| sum <= limit);
        Ok(if fits {
            Ok(())
        } else {
            Err(OverLimitError::Day {
                left,
                leaves,
                limit,
            })
        })
    }
}

pub(crate) fn read(open: &Open) -> Result<Limits, AccessError> {
    let limit = |key| -> Result<Option<Amount>, AccessError> {
        match open.store.setting(key)?.as_deref() {
            None | Some("") => Ok(None),
            // A limit that cannot be read is no reason to do without it.
            Some(text) => match text.parse() {
                Ok(sats) => Ok(Some(Amount::from_sat(sats))),
                Err(_) => Err(StoreError::Damaged { what: "limit" }.into()),
            },
        }
    };
    Ok(Limits {
        per_payment: limit(PER_PAYMENT)?,
        per_day: limit(PER_DAY)?,
        by_presence: limit(BY_PRESENCE)?,
    })
}

/// Sums what left the wallets of a network since a moment: payments that count, and signed ones that
/// somebody may send. `but` and `replaced` are what is being decided on.
fn left_since(
    open: &Open,
    network: Network,
    since: Timestamp,
    but: DraftId,
    replaced: Option<Txid>,
) -> Result<Amount, AccessError> {
    let mut sum = Amount::ZERO;
    let mut add = |amount: Amount| {
        // All bitcoin together do not overflow; whatever claims to is over any limit.
        sum = sum.checked_add(amount).unwrap_or(Amount::MAX);
    };
    for record in open.store.wallets()? {
        if record.network != network {
            continue;
        }
        for row in recent(open, record.id, since)? {
            let counts = row.state.is_live() && row.state.sort_time() >= since;
            if counts && replaced != Some(row.txid) {
                add(row.spent.checked_sub(row.received).unwrap_or(Amount::ZERO));
            }
        }
        for draft in open.store.drafts(record.id)? {
            let signed = matches!(draft.state, DraftState::Signed { .. });
            if signed && draft.id != but && draft.created_at >= since {
                let pays = draft.recipients.iter().map(|to| to.amount);
                pays.chain([draft.fee]).for_each(&mut add);
            }
        }
    }
    Ok(sum)
}

/// Returns the rows that may be of a moment after `since`, and few others.
fn recent(open: &Open, id: WalletId, since: Timestamp) -> Result<Vec<TxRow>, AccessError> {
    let old = Timestamp::from_secs(since.as_secs().saturating_sub(DISORDER));
    let mut rows = Vec::new();
    for direction in [Direction::Outgoing, Direction::Internal] {
        let mut query = HistoryQuery {
            size: PageSize::clamped(200),
            direction: Some(direction),
            ..HistoryQuery::default()
        };
        loop {
            let page = open.store.history(id, &query)?;
            let ends = page
                .rows
                .iter()
                .any(|row| matches!(row.state, TxState::Confirmed { time, .. } if time < old));
            rows.extend(page.rows);
            query.after = page.next.filter(|_| !ends);
            if query.after.is_none() {
                break;
            }
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(per_payment: Option<u64>, per_day: Option<u64>) -> Limits {
        Limits {
            per_payment: per_payment.map(Amount::from_sat),
            per_day: per_day.map(Amount::from_sat),
            by_presence: None,
        }
    }

    #[test]
    fn presence_for_more_is_looser_and_for_less_or_nothing_is_not() {
        let by_presence = |sats: Option<u64>| Limits {
            by_presence: sats.map(Amount::from_sat),
            ..Limits::default()
        };
        for (new, old, looser) in [
            (Some(0), None, true),
            (Some(2), Some(1), true),
            (Some(1), Some(1), false),
            (Some(0), Some(1), false),
            (None, Some(1), false),
            (None, None, false),
        ] {
            let (new, old) = (by_presence(new), by_presence(old));
            assert_eq!(new.is_looser_than(&old), looser, "{new:?} {old:?}");
            assert!(!new.lets_more_out_than(&old));
        }
    }

    #[test]
    fn looser_is_whatever_lets_more_out() {
        let old = limits(Some(10), Some(20));
        for looser in [
            limits(Some(11), Some(20)),
            limits(None, Some(20)),
            limits(Some(1), Some(21)),
            limits(Some(1), None),
        ] {
            assert!(looser.is_looser_than(&old), "{looser:?}");
        }
        for tighter in [limits(Some(10), Some(20)), limits(Some(9), Some(1))] {
            assert!(!tighter.is_looser_than(&old), "{tighter:?}");
        }
        assert!(!old.is_looser_than(&Limits::default()));
        assert!(!Limits::default().is_looser_than(&Limits::default()));
    }
}
