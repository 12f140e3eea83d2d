//! The recovery words: shown to their owner, and asked back.

use satchel_keys::RecoveryWords;
use satchel_ports::ConfirmError;
use satchel_types::{Batch, WalletId, Write};

use crate::acts::RevealWords;
use crate::events::Event;
use crate::session::{AccessError, App};
use crate::signing::{SeedError, unseal};

/// Why the words are not shown.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// The vault cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// The seed is not here or cannot be opened.
    #[error(transparent)]
    Seed(#[from] SeedError),
}

/// How many words are asked back.
pub const ASKED: usize = 3;

impl App {
    /// Returns a wallet's recovery words, after consent, for the sealed window or a terminal
    /// alone.
    pub async fn reveal_words(&self, id: Option<WalletId>) -> Result<RecoveryWords, WordsError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let act = RevealWords {
            wallet: record.name.as_str().to_owned(),
        };
        satchel_ports::ask(&*self.ports.confirm, act)
            .await?
            .into_act();
        Ok(unseal(&open, &record)?.into_words())
    }

    /// Returns distinct positions, from 0, of words to ask back.
    pub fn words_to_ask(&self, id: Option<WalletId>) -> Result<Vec<usize>, WordsError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let count = unseal(&open, &record)?.words().word_count();
        let mut positions: Vec<usize> = (0..count).collect();
        // A partial shuffle. The slight bias of the remainder does not matter for a quiz.
        for i in 0..ASKED.min(count) {
            let left = count - i;
            let pick = self.random_u64().map_err(AccessError::from)? % left as u64;
            positions.swap(i, i + pick as usize);
        }
        positions.truncate(ASKED);
        positions.sort_unstable();
        Ok(positions)
    }

    /// Checks words that were asked back; when all are right, notes that the owner has them.
    pub fn check_words(
        &self,
        id: Option<WalletId>,
        answers: &[(usize, satchel_secrets::SecretText)],
    ) -> Result<bool, WordsError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let seed = unseal(&open, &record)?;
        let words = seed.words();
        let right = answers.len() >= ASKED.min(words.word_count())
            && answers.iter().all(|(position, answer)| {
                *position < words.word_count()
                    && answer
                        .expose()
                        .trim()
                        .eq_ignore_ascii_case(words.word(*position))
            });
        if right {
            let proven = Write::WordsProven(record.id, self.now());
            open.store
                .apply(&Batch::from(proven))
                .map_err(AccessError::from)?;
            self.tell(Event::WalletsChanged);
        }
        Ok(right)
    }
}
