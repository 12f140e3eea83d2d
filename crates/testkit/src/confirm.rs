//! A person whose answers are written down beforehand.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use satchel_ports::{Answer, Confirm, ConfirmError, ConfirmText};

use crate::meanwhile::Meanwhile;

/// Answers questions from a list, and keeps what was asked.
///
/// With nothing on the list it gives its default, and without one it says that nobody can be
/// asked, so that a question no test foresaw does not pass.
#[derive(Debug, Default)]
pub struct ScriptedConfirm {
    state: Mutex<State>,
    meanwhile: Meanwhile,
}

#[derive(Debug, Default)]
struct State {
    answers: VecDeque<Result<Answer, ConfirmError>>,
    default: Option<Answer>,
    asked: Vec<ConfirmText>,
}

impl ScriptedConfirm {
    /// Makes one with an empty list and no default.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes one that gives this answer whenever its list is empty.
    pub fn always(answer: Answer) -> Self {
        let confirm = Self::new();
        confirm.state().default = Some(answer);
        confirm
    }

    /// Adds an answer to the list.
    pub fn then(&self, answer: Result<Answer, ConfirmError>) {
        self.state().answers.push_back(answer);
    }

    /// Lets something happen once while the next question stands, before it is answered.
    pub fn meanwhile(&self, what: impl FnOnce() + Send + 'static) {
        self.meanwhile.set(what);
    }

    /// Returns every question put so far, in order.
    pub fn asked(&self) -> Vec<ConfirmText> {
        self.state().asked.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Confirm for ScriptedConfirm {
    async fn put(&self, text: &ConfirmText) -> Result<Answer, ConfirmError> {
        self.meanwhile.happens();
        let mut state = self.state();
        state.asked.push(text.clone());
        match state.answers.pop_front() {
            Some(answer) => answer,
            None => state.default.ok_or(ConfirmError::Unavailable),
        }
    }
}

#[cfg(test)]
mod tests {
    use satchel_ports::{Act, ask};

    use super::*;

    #[derive(Debug)]
    struct Spend;

    impl Act for Spend {
        fn text(&self) -> ConfirmText {
            ConfirmText {
                title: "Send 1 sat".into(),
                lines: Vec::new(),
                warnings: Vec::new(),
                agree: "Send".into(),
            }
        }
    }

    #[tokio::test]
    async fn consent_follows_the_list_and_then_the_default() {
        let confirm = ScriptedConfirm::new();
        confirm.then(Ok(Answer::Agreed));
        confirm.then(Ok(Answer::Declined));
        assert!(ask(&confirm, Spend).await.is_ok());
        assert_eq!(
            ask(&confirm, Spend).await.err(),
            Some(ConfirmError::Declined)
        );
        assert_eq!(
            ask(&confirm, Spend).await.err(),
            Some(ConfirmError::Unavailable)
        );
        assert_eq!(confirm.asked().len(), 3);
        assert!(
            ask(&ScriptedConfirm::always(Answer::Agreed), Spend)
                .await
                .is_ok()
        );
    }
}
