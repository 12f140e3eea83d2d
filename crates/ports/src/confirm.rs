//! Consent, asked outside the webview.
//!
//! A use case that spends, signs, exports, reveals or weakens takes a [`Confirmed`] by value. One
//! can be made by [`ask`] alone, which asks the platform's [`Confirm`] port, so a use case without
//! consent cannot be written.

use async_trait::async_trait;

/// One line of the question: what, and how much or whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmLine {
    /// What the line says, such as `Fee`.
    pub label: String,
    /// The value, such as `212 sat (1.5 sat/vB)`.
    pub value: String,
}

/// The question, made in Rust from what will really happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmText {
    /// What is about to happen, such as `Send 0.001 BTC`.
    pub title: String,
    /// The particulars.
    pub lines: Vec<ConfirmLine>,
    /// What is unusual about it, in whole sentences.
    pub warnings: Vec<String>,
    /// The word on the button that agrees, such as `Send`.
    pub agree: String,
}

/// Something that needs consent.
pub trait Act: Send + Sync {
    /// Returns the question.
    fn text(&self) -> ConfirmText;
}

/// What the person said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Go on.
    Agreed,
    /// Do not.
    Declined,
}

/// Why there is no consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConfirmError {
    /// The person said no.
    #[error("declined")]
    Declined,
    /// Another question is open.
    #[error("another question is open")]
    Busy,
    /// There is nobody to ask, such as no terminal.
    #[error("there is nobody to ask")]
    Unavailable,
    /// The person said no several times; the next question waits.
    #[error("you said no several times; the next question can be asked in {seconds} seconds")]
    TooOften {
        /// Seconds to wait.
        seconds: u64,
    },
    /// The wallet was locked, or its window closed, while the question was open.
    #[error("the wallet was locked, or the window closed, before the question was answered")]
    Withdrawn,
    /// Too much time passed between question and answer, or between answer and act: a device that slept in between
    /// does not do now what was agreed to then.
    #[error("too much time has passed since this was asked")]
    TooLate,
}

/// Asks a person, in a place that the webview cannot draw, read or answer.
#[async_trait]
pub trait Confirm: Send + Sync {
    /// Puts the question and waits for the answer.
    ///
    /// # Errors
    /// [`ConfirmError::Busy`] when another question is open, [`ConfirmError::Unavailable`] when
    /// nobody can be asked.
    async fn put(&self, text: &ConfirmText) -> Result<Answer, ConfirmError>;
}

/// Proof that a person agreed to exactly this act. It cannot be made elsewhere, copied or reused.
#[derive(Debug)]
#[must_use = "consent that is not used was asked for nothing"]
pub struct Confirmed<A> {
    act: A,
}

impl<A> Confirmed<A> {
    /// Returns what was agreed to.
    pub fn act(&self) -> &A {
        &self.act
    }

    /// Uses the consent up.
    pub fn into_act(self) -> A {
        self.act
    }
}

/// Asks for consent to an act.
///
/// # Errors
/// As [`Confirm::put`], and [`ConfirmError::Declined`] when the person said no.
pub async fn ask<A: Act>(port: &dyn Confirm, act: A) -> Result<Confirmed<A>, ConfirmError> {
    match port.put(&act.text()).await? {
        Answer::Agreed => Ok(Confirmed { act }),
        Answer::Declined => Err(ConfirmError::Declined),
    }
}
