//! Labels.

use satchel_types::{Batch, Label, LabelTarget, WalletId, Write};

use crate::access_error::AccessError;
use crate::events::Event;
use crate::session::App;

impl App {
    /// Sets or clears a label. A label may be on something the wallet does not know yet, as
    /// BIP-0329 allows.
    pub fn set_label(
        &self,
        id: Option<WalletId>,
        target: LabelTarget,
        label: Option<Label>,
    ) -> Result<(), AccessError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        open.store
            .apply(&Batch::from(Write::PutLabel(record.id, target, label)))?;
        self.tell(Event::Changed { wallet: record.id });
        Ok(())
    }
}
