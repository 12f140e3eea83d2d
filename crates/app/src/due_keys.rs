//! New keys that are due although nobody is added or removed: two devices made some at once, or the program ended before
//! it had made them.
//!
//! Nobody is asked: who belongs was decided before, by statements that the owner signed, and stays as it is. But the
//! owner's key is used, so that it happens where they have just proven who they are: when the wallet is opened by
//! the passphrase, and after each proof for something else.

use crate::events::Event;
use crate::found_circle::CircleError;
use crate::open::Open;
use crate::seed_access::SeedAccess;
use crate::session::App;

impl App {
    /// Makes new keys if they are due and this device may; says whether it did. What fails is tried again at the next
    /// proof.
    pub(crate) fn make_due_keys(&self, open: &Open, access: &SeedAccess) -> bool {
        match self.try_due_keys(open, access) {
            Ok(made) => made,
            Err(error) => {
                tracing::debug!(%error, "keys that are due are made later");
                false
            }
        }
    }

    fn try_due_keys(&self, open: &Open, access: &SeedAccess) -> Result<bool, CircleError> {
        let Some(circle) = open.shared.circle() else {
            return Ok(false);
        };
        let record = circle.record().clone();
        let Some(sealed) = record.sealed_owner else {
            return Ok(false);
        };
        {
            let mut replica = circle.replica();
            if !replica.needs_epoch() {
                return Ok(false);
            }
            let owner = access.open_owner(record.id, &sealed)?;
            let roster = replica.roster().clone();
            self.begin_epoch(open, &mut replica, &roster, &owner)?;
        }
        open.shared.catch_up()?;
        self.tell(Event::CircleChanged);
        self.tell(Event::CircleWritten);
        Ok(true)
    }
}
