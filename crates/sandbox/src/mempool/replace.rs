//! Replace-by-fee: Core's rules for a transaction that spends what a waiting one spends
//! (BIP-0125 rules 2 to 5, without the signal: every entry is replaceable).

use std::collections::HashSet;

use bitcoin::Txid;
use bitcoin::hashes::Hash;

use super::reject::money;
use super::{Entry, INCREMENTAL_SAT_PER_KVB, Mempool, Reject, fee_at};

const MAX_REPLACED: usize = 100;

/// A rate as Core prints it: BTC per 1000 virtual bytes.
fn rate(fee: u64, vsize: u64) -> String {
    let per_kvb = fee * 1000 / vsize.max(1);
    format!(
        "{}.{:08} BTC/kvB",
        per_kvb / 100_000_000,
        per_kvb % 100_000_000
    )
}

/// Checks a replacement of `direct`; returns everything that would leave the pool.
pub fn check_replacement(
    pool: &Mempool,
    entry: &Entry,
    direct: &HashSet<Txid>,
) -> Result<HashSet<Txid>, Reject> {
    let txid = entry.txid;
    let fee = entry.fee.to_sat();
    if let Some(both) = pool.ancestors(&entry.tx).intersection(direct).next() {
        let details = format!("{txid} spends conflicting transaction {both}");
        return Err(Reject::with("bad-txns-spends-conflicting-tx", details));
    }
    // In Core's order: by the bytes of their ids.
    let mut rivals: Vec<&Txid> = direct.iter().collect();
    rivals.sort_by_key(|txid| txid.to_byte_array());
    for rival in rivals.into_iter().filter_map(|rival| pool.get(rival)) {
        // fee/vsize <= rival's, without division
        let ours = u128::from(fee) * u128::from(rival.vsize);
        let theirs = u128::from(rival.fee.to_sat()) * u128::from(entry.vsize);
        if ours <= theirs {
            let details = format!(
                "rejecting replacement {txid}; new feerate {} <= old feerate {}",
                rate(fee, entry.vsize),
                rate(rival.fee.to_sat(), rival.vsize),
            );
            return Err(Reject::with("insufficient fee", details));
        }
    }
    let evicted: HashSet<Txid> = direct
        .iter()
        .flat_map(|rival| pool.descendants(rival))
        .collect();
    if evicted.len() > MAX_REPLACED {
        let details = format!(
            "rejecting replacement {txid}; too many potential replacements ({} > {MAX_REPLACED})",
            evicted.len()
        );
        return Err(Reject::with("too many potential replacements", details));
    }
    let known_parents: HashSet<Txid> = direct
        .iter()
        .filter_map(|rival| pool.get(rival))
        .flat_map(|rival| {
            rival
                .tx
                .input
                .iter()
                .map(|input| input.previous_output.txid)
        })
        .collect();
    for (number, input) in entry.tx.input.iter().enumerate() {
        let parent = input.previous_output.txid;
        if pool.get(&parent).is_some() && !known_parents.contains(&parent) {
            let details = format!("replacement {txid} adds unconfirmed input, idx {number}");
            return Err(Reject::with("replacement-adds-unconfirmed", details));
        }
    }
    let old = pool.family(&evicted).fees;
    if fee < old {
        let details = format!(
            "rejecting replacement {txid}, less fees than conflicting txs; {} < {}",
            money(fee),
            money(old)
        );
        return Err(Reject::with("insufficient fee", details));
    }
    let relay = fee_at(INCREMENTAL_SAT_PER_KVB, entry.vsize);
    if fee - old < relay {
        let details = format!(
            "rejecting replacement {txid}, not enough additional fees to relay; {} < {}",
            money(fee - old),
            money(relay)
        );
        return Err(Reject::with("insufficient fee", details));
    }
    Ok(evicted)
}
