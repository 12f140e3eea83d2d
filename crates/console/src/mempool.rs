//! What waits for a block: figures, a histogram of fee rates, and a page of transactions.

use bitcoin::Txid;
use satchel_node_api::{MempoolEntry, MempoolInfo, NodeError};

use crate::kept::{Question, Seen};
use crate::node::Node;
use crate::{AskError, Console};

/// Most transactions of a page.
const MOST: u32 = 100;
/// Transactions of a page when no number is asked for.
const USUAL: u32 = 25;
/// A mempool of at most so many transactions is asked for whole: about 700 bytes each.
const WHOLE: u32 = 15_000;
/// Transactions that the histogram of a larger one is drawn from.
const SAMPLE: usize = 2_000;
/// Where bands begin, in sat/vB.
const BANDS: &[u64] = &[
    0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 300, 500, 1_000,
];

/// Waiting transactions of about the same fee rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// The lowest fee rate, in satoshis per 1,000 vB; it ends where the next one begins.
    pub from: u64,
    /// Their size together, in vB.
    pub vsize: u64,
    /// How many there are.
    pub count: u32,
}

/// What waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MempoolPage {
    /// Figures.
    pub info: MempoolInfo,
    /// By fee rate, lowest first.
    pub histogram: Vec<Band>,
    /// From how many transactions it was drawn and scaled up; `None`: from all.
    pub sampled: Option<u32>,
    /// A page of transactions.
    pub entries: Vec<(Txid, MempoolEntry)>,
    /// Whether they are sorted by fee rate; else by id.
    pub sorted: bool,
    /// What to ask for next as `after`; `None`: this was the last page.
    pub next: Option<String>,
}

/// Draws a histogram of rates in satoshis per 1,000 vB and sizes.
fn histogram(entries: &mut dyn Iterator<Item = (u64, u64)>) -> Vec<Band> {
    let mut bands: Vec<Band> = BANDS
        .iter()
        .map(|from| Band {
            from: from * 1_000,
            vsize: 0,
            count: 0,
        })
        .collect();
    for (rate, vsize) in entries {
        let place = bands
            .partition_point(|band| band.from <= rate)
            .saturating_sub(1);
        bands[place].vsize = bands[place].vsize.saturating_add(vsize);
        bands[place].count = bands[place].count.saturating_add(1);
    }
    let full = |band: &Band| band.count > 0;
    let (Some(first), Some(last)) = (bands.iter().position(full), bands.iter().rposition(full))
    else {
        return Vec::new();
    };
    bands[first..=last].to_vec()
}

/// Scales a histogram of `drawn` transactions to all.
fn scaled(bands: Vec<Band>, drawn: usize, all: usize) -> Vec<Band> {
    let up = |value: u64| value.saturating_mul(all as u64) / (drawn.max(1) as u64);
    let grown = |band: Band| Band {
        vsize: up(band.vsize),
        count: u32::try_from(up(u64::from(band.count))).unwrap_or(u32::MAX),
        ..band
    };
    bands.into_iter().map(grown).collect()
}

/// A mark on a list that is sorted by fee rate: what comes after it is cheaper, or has a higher id.
fn mark(rate: u64, txid: Txid) -> String {
    format!("{rate}:{txid}")
}

fn read_mark(text: &str) -> Option<(u64, Txid)> {
    let (rate, txid) = text.split_once(':')?;
    Some((rate.parse().ok()?, txid.parse().ok()?))
}

async fn whole(
    node: &Node,
    info: MempoolInfo,
    after: Option<&str>,
    count: usize,
) -> Result<MempoolPage, AskError> {
    let after = after
        .map(|text| read_mark(text).ok_or(AskError::BadCursor))
        .transpose()?;
    let all = node.admin.mempool().await?;
    let histogram = histogram(
        &mut all
            .values()
            .map(|entry| (entry.rate(), u64::from(entry.vsize))),
    );
    let mut entries: Vec<(Txid, MempoolEntry)> = all.into_iter().collect();
    let key = |entry: &(Txid, MempoolEntry)| (std::cmp::Reverse(entry.1.rate()), entry.0);
    entries.sort_by_key(key);
    let from = after.map_or(0, |(rate, txid)| {
        entries.partition_point(|entry| key(entry) <= (std::cmp::Reverse(rate), txid))
    });
    let mut page = entries.split_off(from.min(entries.len()));
    let more = page.len() > count;
    page.truncate(count);
    let next = page
        .last()
        .filter(|_| more)
        .map(|(txid, entry)| mark(entry.rate(), *txid));
    Ok(MempoolPage {
        info,
        histogram,
        sampled: None,
        entries: page,
        sorted: true,
        next,
    })
}

async fn sampled(
    node: &Node,
    info: MempoolInfo,
    after: Option<&str>,
    count: usize,
) -> Result<MempoolPage, AskError> {
    let after: Option<Txid> = after
        .map(|text| text.parse().map_err(|_| AskError::BadCursor))
        .transpose()?;
    let mut ids = node.admin.mempool_ids().await?;
    ids.sort_unstable();
    let step = ids.len().div_ceil(SAMPLE).max(1);
    let some: Vec<Txid> = ids.iter().copied().step_by(step).collect();
    let drawn = node.admin.mempool_entries(&some).await?;
    let bands = histogram(
        &mut drawn
            .iter()
            .map(|(_, entry)| (entry.rate(), u64::from(entry.vsize))),
    );
    let histogram = scaled(bands, drawn.len(), ids.len());
    let from = after.map_or(0, |last| ids.partition_point(|txid| *txid <= last));
    let wanted: Vec<Txid> = ids.iter().skip(from).take(count).copied().collect();
    let next = wanted
        .last()
        .filter(|_| from + wanted.len() < ids.len())
        .map(Txid::to_string);
    let entries = node.admin.mempool_entries(&wanted).await?;
    let sampled = Some(u32::try_from(drawn.len()).unwrap_or(u32::MAX));
    Ok(MempoolPage {
        info,
        histogram,
        sampled,
        entries,
        sorted: false,
        next,
    })
}

impl Console {
    /// Asks for what waits, with a page of transactions.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn mempool(
        &self,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Seen<MempoolPage>, AskError> {
        let count = limit.unwrap_or(USUAL).clamp(1, MOST) as usize;
        let mark = after.map(str::to_owned);
        let answer = self
            .asked(|node| async move {
                let info = node.admin.mempool_info().await?;
                if info.count <= WHOLE {
                    match whole(&node, info.clone(), mark.as_deref(), count).await {
                        // It is larger than was told: entry by entry it is bounded.
                        Err(AskError::Node(NodeError::TooLong)) => {}
                        other => return other,
                    }
                }
                sampled(&node, info, mark.as_deref(), count).await
            })
            .await;
        self.seen(Question::Mempool(after.map(str::to_owned), count), answer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_rate_is_in_the_band_that_begins_at_or_below_it() {
        let rates = [
            (0, 10),
            (999, 10),
            (1_000, 10),
            (1_999, 10),
            (2_000, 10),
            (9_000_000, 10),
        ];
        let bands = histogram(&mut rates.into_iter());
        let told: Vec<_> = bands
            .iter()
            .filter(|band| band.count > 0)
            .map(|band| (band.from, band.count))
            .collect();
        assert_eq!(told, [(0, 2), (1_000, 2), (2_000, 1), (1_000_000, 1)]);
        assert!(histogram(&mut std::iter::empty()).is_empty());
    }

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let txid: Txid = "ab".repeat(32).parse().expect("64 hex digits");
        assert_eq!(read_mark(&mark(1_234, txid)), Some((1_234, txid)));
        for text in ["", ":", "1", "1:", "x:y", "-1:00"] {
            assert_eq!(read_mark(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_transaction_is_lost_or_counted_twice(
            rates in proptest::collection::vec((0..20_000_000_u64, 1..100_000_u64), 0..200),
        ) {
            let bands = histogram(&mut rates.iter().copied());
            prop_assert_eq!(bands.iter().map(|band| band.count as usize).sum::<usize>(), rates.len());
            let vsize: u64 = rates.iter().map(|(_, vsize)| vsize).sum();
            prop_assert_eq!(bands.iter().map(|band| band.vsize).sum::<u64>(), vsize);
            prop_assert!(bands.is_sorted_by(|a, b| a.from < b.from));
        }
    }
}
