//! An owner who knows the passphrase, or does not.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use satchel_ports::{Authorize, AuthorizeError, Door};
use satchel_secrets::{Passphrase, SecretText};

use crate::meanwhile::Meanwhile;

/// What the owner does when asked once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// Types this passphrase.
    Types(String),
    /// Gives up.
    GivesUp,
}

/// Proves ownership from a list, and keeps what for. With an empty list there is nobody to ask.
#[derive(Debug, Default)]
pub struct ScriptedAuthorize {
    state: Mutex<State>,
    meanwhile: Meanwhile,
}

#[derive(Debug, Default)]
struct State {
    proofs: VecDeque<Proof>,
    always: Option<String>,
    asked: Vec<String>,
}

impl ScriptedAuthorize {
    /// Makes an owner who is not there.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes an owner who types this whenever the list is empty.
    pub fn always(passphrase: &str) -> Self {
        let owner = Self::new();
        owner.state().always = Some(passphrase.to_owned());
        owner
    }

    /// Adds to the list.
    pub fn then(&self, proof: Proof) {
        self.state().proofs.push_back(proof);
    }

    /// Lets something happen once while the owner is asked next.
    pub fn meanwhile(&self, what: impl FnOnce() + Send + 'static) {
        self.meanwhile.set(what);
    }

    /// Returns every reason given so far, in order.
    pub fn asked(&self) -> Vec<String> {
        self.state().asked.clone()
    }

    fn next(&self) -> Option<Proof> {
        let mut state = self.state();
        let always = state.always.clone().map(Proof::Types);
        state.proofs.pop_front().or(always)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Authorize for ScriptedAuthorize {
    async fn authorize(&self, reason: &str, door: &dyn Door) -> Result<(), AuthorizeError> {
        self.state().asked.push(reason.to_owned());
        self.meanwhile.happens();
        match self.next() {
            Some(Proof::Types(text)) => {
                let passphrase = Passphrase::new(SecretText::new(text))
                    .map_err(|_| AuthorizeError::Unavailable)?;
                Ok(door.passphrase(passphrase).await?)
            }
            Some(Proof::GivesUp) => Err(AuthorizeError::Declined),
            None => Err(AuthorizeError::Unavailable),
        }
    }
}
