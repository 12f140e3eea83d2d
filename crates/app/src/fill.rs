//! A wallet that comes to this device while its circle knows things of it: labels, locks, addresses, payments become rows.
//!
//! That it has to be filled is noted in the transaction that adds it, and goes when it is: a program that ended in between
//! fills it when it opens next, so that no wallet is there without its locks.

use satchel_ports::WalletStore;
use satchel_types::{Batch, WalletId, Write};

use crate::access_error::AccessError;
use crate::circle::{Circle, rows};
use crate::open::Open;
use crate::session::App;

fn note(id: WalletId, value: &str) -> Write {
    Write::PutSetting {
        key: format!("circle.fill/{id}"),
        value: value.to_owned(),
    }
}

/// Notes with the wallet that it is to be filled.
pub(crate) fn to_be_filled(id: WalletId) -> Write {
    note(id, "1")
}

fn is_to_be_filled(store: &dyn WalletStore, id: WalletId) -> Result<bool, AccessError> {
    let noted = store.setting(&format!("circle.fill/{id}"))?;
    Ok(noted.as_deref() == Some("1"))
}

impl App {
    /// Makes the rows of a wallet that came here, of what the circle knows of it.
    pub(crate) async fn fill_from_circle(
        &self,
        open: &Open,
        circle: &Circle,
        id: WalletId,
    ) -> Result<(), AccessError> {
        let store = open.shared.unshared();
        let rows = {
            let replica = circle.replica();
            let rows = rows::of_wallet(id, replica.state(), &**store, self.now())?;
            store.apply(&rows.batch)?;
            rows
        };
        open.reveal(rows.revealed).await?;
        self.take_payments(open, circle, &rows.payments, None)
            .await?;
        store.apply(&Batch::from(note(id, "")))?;
        Ok(())
    }

    /// The same of wallets where the program ended before it was done.
    pub(crate) async fn fill_what_is_due(
        &self,
        open: &Open,
        circle: &Circle,
    ) -> Result<(), AccessError> {
        for record in open.store.wallets()? {
            if is_to_be_filled(&*open.store, record.id)? {
                self.fill_from_circle(open, circle, record.id).await?;
            }
        }
        Ok(())
    }
}
