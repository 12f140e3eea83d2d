//! The door of the pool: every check in Core's order, so that a transaction with several faults is
//! refused for the same one.

use std::collections::HashSet;
use std::sync::Arc;

use bitcoin::hashes::Hash;
use bitcoin::{Amount, Transaction, Txid};

use super::chain_limits::check_chain;
use super::finality::{LockPoints, is_final};
use super::form::check_form;
use super::reject::money;
use super::replace::check_replacement;
use super::scripts::{check_policy, check_scripts};
use super::sigops::{self, MAX_STANDARD_COST};
use super::standard::{check_inputs, check_not_tiny, check_standard, check_witnesses};
use super::{CoinView, Entry, MIN_RELAY_SAT_PER_KVB, POOL_VSIZE_LIMIT, PoolCoin, Reject, fee_at};

pub(super) const COINBASE_MATURITY: u32 = 100;
const TRUC: i32 = 3;
const TRUC_MAX_VSIZE: u64 = 10_000;
const TRUC_CHILD_MAX_VSIZE: u64 = 1_000;

/// Which of the pool's own limits apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limits {
    /// All.
    Standard,
    /// All, without the exceptions that a transaction has which comes alone.
    Several,
    /// All but the fee floor: the package the transaction came with pays for it.
    Package,
    /// All but the fee floor: it comes back from a block that was disconnected.
    Reorg,
}

/// A transaction that passed everything, with what must leave for it.
#[derive(Debug)]
pub struct Checked {
    /// Ready to be inserted.
    pub entry: Entry,
    /// Entries it replaces.
    pub evicted: HashSet<Txid>,
}

/// What the pool did with a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// It entered; these left for it.
    New(Vec<Txid>),
    /// It entered on the strength of the others of its package.
    Together,
    /// It was there before.
    Known,
}

/// Runs all checks for the block after the tip. Changes nothing.
pub fn check(
    view: CoinView<'_>,
    tx: &Arc<Transaction>,
    limits: Limits,
    now: u32,
) -> Result<Checked, Reject> {
    let CoinView { index, pool } = view;
    check_form(tx)?;
    if tx.is_coinbase() {
        return Err(Reject::new("coinbase"));
    }
    check_standard(tx)?;
    check_not_tiny(tx)?;
    let tip = index.tip();
    if !is_final(tx, tip.height + 1, tip.median_time) {
        return Err(Reject::new("non-final"));
    }
    let (txid, wtxid) = (tx.compute_txid(), tx.compute_wtxid());
    if pool.get_by_wtxid(&wtxid).is_some() {
        return Err(Reject::new("txn-already-in-mempool"));
    }
    if pool.get(&txid).is_some() {
        return Err(Reject::new("txn-same-nonwitness-data-in-mempool"));
    }
    let conflicts: HashSet<Txid> = tx
        .input
        .iter()
        .filter_map(|input| pool.spender(&input.previous_output))
        .map(|(rival, _)| rival)
        .collect();
    let coins = find_coins(view, tx, txid)?;
    let locks = LockPoints::of(tx, &coins, index);
    if !locks.are_passed(index) {
        return Err(Reject::new("non-BIP68-final"));
    }
    let fee = check_amounts(tx, &coins, tip.height + 1)?;
    check_inputs(tx, &coins)?;
    if tx.input.iter().any(|input| !input.witness.is_empty()) {
        check_witnesses(tx, &coins)?;
    }
    let sigops = sigops::cost(tx, &coins);
    if sigops > MAX_STANDARD_COST {
        return Err(Reject::with("bad-txns-too-many-sigops", sigops.to_string()));
    }
    let weight = tx.weight().to_wu();
    let vsize = sigops::virtual_size(weight, sigops);
    let floor = fee_at(MIN_RELAY_SAT_PER_KVB, vsize);
    // In a package too: a child can go later, and would leave behind what nobody pays for. Version 3 cannot be left so.
    let must_pay = match limits {
        Limits::Standard | Limits::Several => true,
        Limits::Package => tx.version.0 != TRUC,
        Limits::Reorg => false,
    };
    if must_pay && fee.to_sat() < floor {
        let details = format!("{} < {floor}", fee.to_sat());
        return Err(Reject::with("min relay fee not met", details));
    }
    let entry = Entry {
        tx: tx.clone(),
        txid,
        wtxid,
        fee,
        vsize,
        weight,
        sigops,
        time: now,
        height: tip.height,
        prevouts: coins.iter().map(|coin| coin.output.clone()).collect(),
        sequence: 0,
        locks,
    };
    let alone = matches!(limits, Limits::Standard | Limits::Reorg);
    check_chain(pool, &entry, &conflicts, alone, tx.version.0 == TRUC)?;
    check_truc(view, &entry, &conflicts)?;
    let evicted = if conflicts.is_empty() {
        HashSet::new()
    } else {
        check_replacement(pool, &entry, &conflicts)?
    };
    if pool.vsize() + vsize > POOL_VSIZE_LIMIT {
        return Err(Reject::new("mempool full"));
    }
    if limits == Limits::Reorg {
        // A block holds to the rules of consensus, but need not to those of relay.
        check_policy(tx, &coins)?;
    } else {
        check_scripts(tx, &coins)?;
    }
    Ok(Checked { entry, evicted })
}

fn find_coins(view: CoinView<'_>, tx: &Transaction, txid: Txid) -> Result<Vec<PoolCoin>, Reject> {
    tx.input
        .iter()
        .map(|input| view.coin(&input.previous_output))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| {
            let known = (0..tx.output.len() as u32)
                .any(|vout| view.index.coin(&bitcoin::OutPoint { txid, vout }).is_some());
            if known {
                return Reject::new("txn-already-known");
            }
            Reject {
                missing_inputs: true,
                ..Reject::new("bad-txns-inputs-missingorspent")
            }
        })
}

/// Maturity and sums; returns the fee.
fn check_amounts(tx: &Transaction, coins: &[PoolCoin], height: u32) -> Result<Amount, Reject> {
    let mut total = 0u64;
    for coin in coins {
        let depth = height - coin.height;
        if coin.coinbase && depth < COINBASE_MATURITY {
            let details = format!("tried to spend coinbase at depth {depth}");
            return Err(Reject::with(
                "bad-txns-premature-spend-of-coinbase",
                details,
            ));
        }
        total += coin.output.value.to_sat();
        if total > Amount::MAX_MONEY.to_sat() {
            return Err(Reject::new("bad-txns-inputvalues-outofrange"));
        }
    }
    let spent: u64 = tx.output.iter().map(|output| output.value.to_sat()).sum();
    let Some(fee) = total.checked_sub(spent) else {
        let details = format!("value in ({}) < value out ({})", money(total), money(spent));
        return Err(Reject::with("bad-txns-in-belowout", details));
    };
    Ok(Amount::from_sat(fee))
}

/// Version 3 transactions (BIP-0431): at most one unconfirmed parent or child, and small ones.
fn check_truc(view: CoinView<'_>, entry: &Entry, conflicts: &HashSet<Txid>) -> Result<(), Reject> {
    let refuse = |details: String| Err(Reject::with("TRUC-violation", details));
    let pool = view.pool;
    let name = || format!("tx {} (wtxid={})", entry.txid, entry.wtxid);
    let ours = entry.tx.version.0 == TRUC;
    let parents = pool.parents(&entry.tx);
    // Core names the first of all ancestors, by the bytes of their ids.
    let mut ancestors: Vec<Txid> = pool.ancestors(&entry.tx).into_iter().collect();
    ancestors.sort_by_key(|txid| txid.to_byte_array());
    for parent in ancestors.iter().filter_map(|txid| pool.get(txid)) {
        let theirs = parent.tx.version.0 == TRUC;
        let parent_name = format!("tx {} (wtxid={})", parent.txid, parent.wtxid);
        match (ours, theirs) {
            (false, true) => {
                return refuse(format!(
                    "non-version=3 {} cannot spend from version=3 {parent_name}",
                    name()
                ));
            }
            (true, false) => {
                return refuse(format!(
                    "version=3 {} cannot spend from non-version=3 {parent_name}",
                    name()
                ));
            }
            _ => {}
        }
    }
    if !ours {
        return Ok(());
    }
    if entry.vsize > TRUC_MAX_VSIZE {
        return refuse(format!(
            "version=3 {} is too big: {} > {TRUC_MAX_VSIZE} virtual bytes",
            name(),
            entry.vsize
        ));
    }
    if parents.is_empty() {
        return Ok(());
    }
    if pool.ancestors(&entry.tx).len() + 1 > 2 {
        return refuse(format!("{} would have too many ancestors", name()));
    }
    if entry.vsize > TRUC_CHILD_MAX_VSIZE {
        return refuse(format!(
            "version=3 child {} is too big: {} > {TRUC_CHILD_MAX_VSIZE} virtual bytes",
            name(),
            entry.vsize
        ));
    }
    for parent in &parents {
        if pool
            .children(parent)
            .iter()
            .any(|child| !conflicts.contains(child))
        {
            return refuse(format!("tx {parent} would exceed descendant count limit"));
        }
    }
    Ok(())
}
