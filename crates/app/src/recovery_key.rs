//! The recovery key of a circle: words that open what the devices share when all of them are lost.

use satchel_bundle::keys::RecoveryKey;
use satchel_keys::RecoveryWords;
use satchel_ports::{Act, ConfirmText};
use satchel_secrets::SecretBytes;
use satchel_types::Timestamp;

use crate::access_error::AccessError;
use crate::events::Event;
use crate::found_circle::CircleError;
use crate::session::App;

/// Making a recovery key.
#[derive(Debug)]
pub struct NewRecoveryKey {
    /// Whether there is one already.
    pub replaces: bool,
}

impl Act for NewRecoveryKey {
    fn text(&self) -> ConfirmText {
        let mut warnings = vec![
            "Whoever has these words and what your devices leave in places reads all labels, addresses \
             and payments. They do not spend coins: the wallet's own words do."
                .to_owned(),
        ];
        if self.replaces {
            warnings.push(
                "The words that you have now open nothing that is written from now on.".to_owned(),
            );
        }
        ConfirmText {
            title: "Make words that bring back what your devices share?".to_owned(),
            lines: Vec::new(),
            warnings,
            agree: "Make them".to_owned(),
        }
    }
}

impl App {
    /// Makes a new recovery key after consent and proof, and an epoch that is wrapped for it as well; so are all later ones,
    /// whoever makes them. The words are for the sealed window or a terminal alone, and are kept nowhere.
    ///
    /// # Errors
    /// See [`CircleError`].
    pub async fn new_recovery_key(&self) -> Result<RecoveryWords, CircleError> {
        let open = self.open()?;
        let circle = open.shared.circle().ok_or(CircleError::NotIn)?;
        if circle.record().sealed_owner.is_none() {
            return Err(CircleError::NotTheOwner);
        }
        let act = NewRecoveryKey {
            replaces: self.recovery_key_since()?.is_some(),
        };
        self.consent(&open, act).await?.into_act();
        let reason = "to make words that bring back what your devices share";
        let owner = self.owner_key(&open, &circle, reason).await?;
        let entropy = SecretBytes::<16>::init_with(|out| self.ports.entropy.fill(out))?;
        let key = RecoveryKey::new(&entropy)?;
        {
            let mut replica = circle.replica();
            let mut roster = replica.roster().clone();
            roster.set_recovery(key.public(), self.now().as_secs());
            self.begin_epoch(&open, &mut replica, &roster, &owner)?;
        }
        self.tell(Event::CircleChanged);
        Ok(RecoveryWords::from_entropy(entropy.expose()).expect("16 bytes make twelve words"))
    }

    /// Returns since when the recovery key is in use; `None`: there is none, or no circle.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn recovery_key_since(&self) -> Result<Option<Timestamp>, AccessError> {
        let open = self.open()?;
        let circle = open.shared.circle();
        Ok(circle.and_then(|circle| {
            let replica = circle.replica();
            let recovery = replica.roster().recovery();
            recovery.map(|recovery| Timestamp::from_secs(recovery.since))
        }))
    }
}
