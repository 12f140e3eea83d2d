//! Task: prove with the passphrase that the owner is there.

use std::sync::Arc;

use async_trait::async_trait;
use satchel_ports::{Authorize, AuthorizeError, Door, DoorError};

use super::desk::{Desk, SealedError};
use super::view::View;

/// Asks in the sealed window.
pub struct SealedAuthorize {
    desk: Arc<Desk>,
}

impl SealedAuthorize {
    /// Asks on this desk.
    pub fn new(desk: Arc<Desk>) -> Self {
        Self { desk }
    }
}

#[async_trait]
impl Authorize for SealedAuthorize {
    async fn authorize(&self, reason: &str, door: &dyn Door) -> Result<(), AuthorizeError> {
        let view = View::Prove {
            reason: reason.to_owned(),
        };
        let mut session =
            self.desk
                .open(self.desk.theme(), view)
                .await
                .map_err(|error| match error {
                    SealedError::Busy => AuthorizeError::Busy,
                    SealedError::NoWindow => AuthorizeError::Unavailable,
                })?;
        while let Some((passphrase, reply)) = session.next_passphrase().await {
            match door.passphrase(passphrase).await {
                Ok(()) => {
                    reply.done();
                    return Ok(());
                }
                Err(DoorError::WrongPassphrase) => reply.again("That is not the passphrase."),
                Err(DoorError::TooManyAttempts { seconds }) => {
                    reply.again_after("Too many wrong tries.", seconds);
                }
                Err(DoorError::Shut) => return Err(DoorError::Shut.into()),
            }
        }
        Err(AuthorizeError::Declined)
    }
}
