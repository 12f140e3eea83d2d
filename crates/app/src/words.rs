//! The recovery words: shown to their owner, and asked back.

use satchel_keys::RecoveryWords;
use satchel_ports::ConfirmError;
use satchel_secrets::SecretText;
use satchel_types::{Batch, WalletId, WalletRecord, Write};

use crate::access::SeedAccessError;
use crate::access_error::AccessError;
use crate::acts::RevealWords;
use crate::events::Event;
use crate::session::App;
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

impl From<SeedAccessError> for WordsError {
    fn from(error: SeedAccessError) -> Self {
        Self::Seed(error.into())
    }
}

/// Words that are asked back. It holds them until it is dropped.
pub struct WordsQuiz {
    wallet: WalletRecord,
    words: RecoveryWords,
    positions: Vec<usize>,
}

impl WordsQuiz {
    /// Returns the wallet whose words are asked.
    pub fn wallet(&self) -> &WalletRecord {
        &self.wallet
    }

    /// Returns which words are asked, counted from 0, in order.
    pub fn positions(&self) -> &[usize] {
        &self.positions
    }

    /// Returns whether these are the words asked for, in the order of [`WordsQuiz::positions`].
    fn is_right(&self, answers: &[SecretText]) -> bool {
        answers.len() == self.positions.len()
            && self.positions.iter().zip(answers).all(|(at, answer)| {
                answer
                    .expose()
                    .trim()
                    .eq_ignore_ascii_case(self.words.word(*at))
            })
    }
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
        self.consent(&open, act).await?.into_act();
        let access = self.seed_access(&open, "to see the recovery words").await?;
        Ok(unseal(&open, &access, &record)?.into_words())
    }

    /// Prepares to ask words back, at random places.
    pub async fn ask_words(&self, id: Option<WalletId>) -> Result<WordsQuiz, WordsError> {
        let open = self.open()?;
        let wallet = self.wallet(&open, id)?;
        if !wallet.has_seed {
            return Err(SeedError::WatchOnly.into());
        }
        let access = self
            .seed_access(&open, "to check the recovery words")
            .await?;
        let words = unseal(&open, &access, &wallet)?.into_words();
        let count = words.word_count();
        let mut positions: Vec<usize> = (0..count).collect();
        // A partial shuffle. The slight bias of the remainder does not matter for a quiz.
        for i in 0..ASKED.min(count) {
            let left = count - i;
            let pick = self.random_u64().map_err(AccessError::from)? % left as u64;
            positions.swap(i, i + pick as usize);
        }
        positions.truncate(ASKED);
        positions.sort_unstable();
        Ok(WordsQuiz {
            wallet,
            words,
            positions,
        })
    }

    /// Checks words that were asked back; when all are right, notes that the owner has them.
    pub fn check_words(
        &self,
        quiz: &WordsQuiz,
        answers: &[SecretText],
    ) -> Result<bool, WordsError> {
        let open = self.open()?;
        let right = quiz.is_right(answers);
        if right {
            let proven = Write::WordsProven(quiz.wallet.id, self.now());
            open.store
                .apply(&Batch::from(proven))
                .map_err(AccessError::from)?;
            self.tell(Event::WalletsChanged);
        }
        Ok(right)
    }
}
