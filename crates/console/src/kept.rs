//! The last good answers.

use std::any::Any;
use std::collections::VecDeque;

use bitcoin::{BlockHash, Txid};
use satchel_types::Timestamp;

/// Answers kept of one kind of question: what is on a page, and what was on the one before.
const OF_A_KIND: usize = 2;

/// An answer with how fresh it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen<T> {
    /// The answer.
    pub value: T,
    /// When the node gave it.
    pub at: Timestamp,
    /// Why there is no newer one; `None`: it is today's.
    pub problem: Option<crate::AskError>,
}

impl<T> Seen<T> {
    /// Makes another answer of it, just as fresh.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Seen<U> {
        Seen {
            value: make(self.value),
            at: self.at,
            problem: self.problem,
        }
    }
}

/// A question that can be answered again as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Question {
    Chain,
    Latest(u32),
    Blocks(Option<String>, Option<u32>, u32),
    Block(Option<BlockHash>, Option<u32>, usize, usize),
    Mining,
    Mempool(Option<String>, usize),
    MempoolTx(Txid),
    Transactions(Option<Txid>, Option<BlockHash>, Option<String>, usize),
    Address(String, Option<Txid>),
    Wallets(Option<String>),
    Addresses(Option<String>),
    Balance(Option<String>),
}

type Answer = Box<dyn Any + Send + Sync>;

/// The last good answers, a few of each kind.
#[derive(Default)]
pub(crate) struct Kept {
    answers: VecDeque<(Question, Timestamp, Answer)>,
}

impl Kept {
    pub(crate) fn keep<T: Send + Sync + 'static>(
        &mut self,
        question: Question,
        at: Timestamp,
        value: T,
    ) {
        let kind = std::mem::discriminant(&question);
        self.answers.retain(|(other, ..)| *other != question);
        let same_kind =
            |(other, ..): &(Question, Timestamp, Answer)| std::mem::discriminant(other) == kind;
        while self
            .answers
            .iter()
            .filter(|answer| same_kind(answer))
            .count()
            >= OF_A_KIND
        {
            if let Some(oldest) = self.answers.iter().position(same_kind) {
                self.answers.remove(oldest);
            }
        }
        self.answers.push_back((question, at, Box::new(value)));
    }

    pub(crate) fn find<T: Clone + 'static>(&self, question: &Question) -> Option<(Timestamp, T)> {
        let (_, at, value) = self.answers.iter().find(|(other, ..)| other == question)?;
        Some((*at, value.downcast_ref::<T>()?.clone()))
    }

    /// Forgets everything: it is another node.
    pub(crate) fn forget(&mut self) {
        self.answers.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_answers_of_each_kind_are_kept_and_the_newest_of_a_question() {
        let mut kept = Kept::default();
        let at = Timestamp::from_secs;
        for limit in 0..10 {
            kept.keep(Question::Latest(limit), at(u64::from(limit)), limit);
        }
        kept.keep(Question::Latest(9), at(20), 90_u32);
        kept.keep(Question::Mining, at(1), "mining");
        assert_eq!(kept.answers.len(), OF_A_KIND + 1);
        assert_eq!(kept.find::<u32>(&Question::Latest(9)), Some((at(20), 90)));
        assert_eq!(kept.find::<u32>(&Question::Latest(8)), Some((at(8), 8)));
        assert_eq!(kept.find::<u32>(&Question::Latest(7)), None);
        assert_eq!(
            kept.find::<&str>(&Question::Mining),
            Some((at(1), "mining"))
        );
        kept.forget();
        assert_eq!(kept.find::<&str>(&Question::Mining), None);
    }
}
