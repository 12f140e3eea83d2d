//! Applying a batch: one transaction, all of it or nothing.

use std::collections::HashMap;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use satchel_types::{Batch, WalletId, Write};

use crate::error::Fault;
use crate::{
    addresses, balance, circle, coins, contacts, drafts, hand_outs, history, labels, notices,
    places, settings, wallets,
};

/// Applies all writes durably, or none.
///
/// A write that names an absent wallet fails the batch, so that a sync which outlives its wallet
/// ends. [`Write::RemoveWallet`] alone is content when there is nothing to remove.
pub(crate) fn apply(conn: &mut Connection, batch: &Batch) -> Result<(), Fault> {
    if batch.is_empty() {
        return Ok(());
    }
    // Immediate: the one place where waiting for another process's write is allowed is here.
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut rows = RowKeys::default();
    for write in &batch.writes {
        apply_one(&tx, &mut rows, write)?;
    }
    // An error on the way drops the transaction, which rolls it back.
    tx.commit()?;
    Ok(())
}

/// The small keys of wallets that a batch already asked for.
#[derive(Default)]
struct RowKeys(HashMap<WalletId, i64>);

impl RowKeys {
    fn get(&mut self, tx: &Transaction<'_>, id: WalletId) -> Result<i64, Fault> {
        if let Some(n) = self.0.get(&id) {
            return Ok(*n);
        }
        let n = wallets::row_key(tx, id)?;
        self.0.insert(id, n);
        Ok(n)
    }
}

fn apply_one(tx: &Transaction<'_>, rows: &mut RowKeys, write: &Write) -> Result<(), Fault> {
    match write {
        Write::InsertWallet {
            record,
            sealed_seed,
        } => wallets::insert(tx, record, sealed_seed.as_deref()),
        Write::PutSeed(id, sealed) => wallets::put_seed(tx, rows.get(tx, *id)?, sealed),
        Write::RenameWallet(id, name) => wallets::rename(tx, rows.get(tx, *id)?, name),
        Write::WordsProven(id, at) => wallets::words_proven(tx, rows.get(tx, *id)?, *at),
        Write::BackedUp(id, at) => wallets::backed_up(tx, rows.get(tx, *id)?, *at),
        Write::RemoveWallet(id) => {
            rows.0.remove(id);
            wallets::remove(tx, *id)
        }
        Write::AppendChanges(id, piece) => wallets::append(tx, rows.get(tx, *id)?, piece),
        Write::PutTx(id, row) => history::put(tx, rows.get(tx, *id)?, row),
        Write::RemoveTx(id, txid) => history::remove(tx, rows.get(tx, *id)?, *txid),
        Write::PutCoin(id, row) => coins::put(tx, rows.get(tx, *id)?, row),
        Write::RemoveCoin(id, outpoint) => coins::remove(tx, rows.get(tx, *id)?, *outpoint),
        Write::PutAddress(id, row) => addresses::put(tx, rows.get(tx, *id)?, row),
        Write::PutBalance(id, value) => balance::put_balance(tx, rows.get(tx, *id)?, value),
        Write::PutFreshness(id, value) => balance::put_freshness(tx, rows.get(tx, *id)?, value),
        Write::PutLabel(id, target, label) => {
            labels::put(tx, rows.get(tx, *id)?, target, label.as_ref())
        }
        Write::PutCoinLock(id, outpoint, locked) => {
            coins::put_lock(tx, rows.get(tx, *id)?, *outpoint, *locked)
        }
        Write::PutDraft(draft) => drafts::put(tx, rows.get(tx, draft.wallet)?, draft),
        Write::RemoveDraft(id) => drafts::remove(tx, *id),
        Write::PutRequest { id, outcome, at } => settings::put_request(tx, *id, outcome, *at),
        Write::ForgetBefore(at) => {
            settings::forget_requests(tx, *at)?;
            drafts::forget_sent(tx, *at)
        }
        Write::PutBackend(backend) => settings::put_backend(tx, backend),
        Write::RemoveBackend(network) => settings::remove_backend(tx, *network),
        Write::SelectWallet(id) => wallets::select(tx, rows.get(tx, *id)?),
        Write::PutCircle(record) => circle::put(tx, record),
        Write::LeaveCircle => circle::leave(tx),
        Write::KeepObject(name, bytes) => circle::keep(tx, name, bytes),
        Write::MarkObjects { place, seen, lost } => circle::mark(tx, place, seen, lost),
        Write::PutPlace(record) => places::put(tx, record),
        Write::NotePlace { id, round_at, lost } => places::note(tx, *id, *round_at, *lost),
        Write::PutPlacePassword(id, sealed) => places::put_password(tx, *id, sealed),
        Write::RemovePlace(id) => places::remove(tx, *id),
        Write::Reserve(id, payment, ends) => {
            hand_outs::reserve(tx, rows.get(tx, *id)?, *payment, *ends)
        }
        Write::DecidePayment(id, payment, _) => {
            hand_outs::release(tx, rows.get(tx, *id)?, *payment)
        }
        Write::HandOut(id, row) => hand_outs::hand_out(tx, rows.get(tx, *id)?, row),
        Write::PutLease(id, lease) => hand_outs::lease(tx, rows.get(tx, *id)?, lease),
        Write::PutNotice(notice) => {
            let wallet = notice.wallet.map(|id| rows.get(tx, id)).transpose()?;
            notices::put(tx, wallet, notice)
        }
        Write::DismissNotice(id, at) => notices::dismiss(tx, *id, *at),
        Write::PutContactName {
            contact,
            name,
            here,
        } => contacts::put_name(tx, *contact, name.as_ref(), *here),
        Write::PutContactNote(contact, note) => contacts::put_note(tx, *contact, note.as_ref()),
        Write::PutContactAddress(contact, id, address) => {
            contacts::put_address(tx, *contact, *id, address.as_deref())
        }
        Write::RemoveContact(contact) => contacts::remove(tx, *contact),
        Write::CompareContactAddress {
            contact,
            id,
            address,
            name,
        } => contacts::compare(tx, *contact, *id, address, name),
        Write::PutSetting { key, value } => settings::put_setting(tx, key, value),
    }
}
