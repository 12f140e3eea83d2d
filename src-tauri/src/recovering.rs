//! Bringing back what lost devices left, in this window: one at a time, and its owner can stop it until something is added.

use std::sync::{Mutex, PoisonError};

use satchel_app::left_objects::LeftObjects;
use satchel_app::recover_circle::{MAGIC, MAX_OBJECT, RecoverCircleError, RecoveredCircle};
use satchel_ports::PlaceLogin;
use satchel_wire::place::{NewPlace, RecoverStep};
use satchel_wire::wallet_file::Imported;
use satchel_wire::{Code, IpcError};
use tokio_util::sync::CancellationToken;

use crate::commands::places::server;
use crate::dialogs;
use crate::sealed;
use crate::shell::{Shell, cancelled};

/// What stops the one that goes on, if any.
#[derive(Default)]
pub struct Recovering(Mutex<Option<CancellationToken>>);

impl Recovering {
    /// Stops the one that goes on, if any.
    pub fn stop(&self) {
        let running = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(stop) = running {
            stop.cancel();
        }
    }

    /// Begins another, which ends the one before.
    fn begin(&self) -> CancellationToken {
        let stop = CancellationToken::new();
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = running.replace(stop.clone()) {
            before.cancel();
        }
        stop
    }
}

/// Ends what hangs on a token when whoever waits is gone.
struct Ends(CancellationToken);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Shell {
    /// Brings back wallets from where lost devices met. Before the words have opened something nothing is written, no vault
    /// either.
    ///
    /// # Errors
    /// [`Code::Cancelled`] when its owner stopped it or closed a window; else why it failed.
    pub async fn recover_circle(
        &self,
        place: NewPlace,
        tell: impl Fn(RecoverStep) + Send + Sync,
    ) -> Result<Imported, IpcError> {
        let stop = Ends(self.recovering.begin());
        let stop = &stop.0;
        let (recovered, passed_over) = tokio::select! {
            biased;
            () = stop.cancelled() => return Err(cancelled()),
            opened = self.opened_by_words(place, stop, &tell) => opened?,
        };
        tell(RecoverStep::Adding);
        let access = self.access_to_add().await?;
        let imported = self.app.take_recovered(&recovered, &access).await?;
        let passed_over = passed_over + recovered.passed_over;
        Ok(Imported::from(imported).lacking(passed_over, recovered.incomplete))
    }

    /// Reads what lies there and has its owner type the words, with how much could not be read.
    async fn opened_by_words(
        &self,
        place: NewPlace,
        stop: &CancellationToken,
        tell: &(impl Fn(RecoverStep) + Send + Sync),
    ) -> Result<(RecoveredCircle, usize), IpcError> {
        let LeftObjects {
            objects,
            passed_over,
        } = self.left_at(place, stop, tell).await?;
        // Nobody types words for nothing.
        if objects.is_empty() {
            return Err(RecoverCircleError::NothingHere.into());
        }
        tell(RecoverStep::Opening);
        let theme = self.settings().theme;
        let recovered = sealed::circle_words(&self.desk, theme, objects).await?;
        Ok((recovered.ok_or_else(cancelled)?, passed_over))
    }

    async fn left_at(
        &self,
        place: NewPlace,
        stop: &CancellationToken,
        tell: &(impl Fn(RecoverStep) + Send + Sync),
    ) -> Result<LeftObjects, IpcError> {
        tell(RecoverStep::Asking);
        let Some((address, user)) = server(place)? else {
            return self.left_in_folder(tell).await;
        };
        let agreed = self
            .app
            .agree_to_look(address.clone(), user.clone(), stop)
            .await?;
        let login = match user {
            None => None,
            Some(user) => {
                let theme = self.settings().theme;
                let typed = sealed::place_password(&self.desk, theme, &address, &user).await?;
                let password = typed.ok_or_else(cancelled)?;
                Some(PlaceLogin { user, password })
            }
        };
        tell(RecoverStep::Listing);
        let mut progress = |done: usize, of: usize| {
            // Some fifty times, however many there are.
            if done == of || done.is_multiple_of((of / 50).max(1)) {
                let (done, of) = (count(done), count(of));
                tell(RecoverStep::Fetching { done, of });
            }
        };
        let entered = self.app.enter_lan_for_place(&address).await;
        let left = self
            .app
            .objects_at(agreed, login.as_ref(), stop, &mut progress);
        match (left.await.map_err(IpcError::from), entered) {
            (Err(error), Err(denied)) if error.code == Code::PlaceUnreachable => Err(denied.into()),
            (left, _) => left,
        }
    }

    async fn left_in_folder(
        &self,
        tell: &(impl Fn(RecoverStep) + Send + Sync),
    ) -> Result<LeftObjects, IpcError> {
        let folder = self.files.folder(dialogs::LOST_FOLDER).await;
        let folder = folder.ok_or_else(cancelled)?;
        tell(RecoverStep::Listing);
        let read = tokio::task::spawn_blocking(move || {
            satchel_roads::objects_below(&folder, &MAGIC, MAX_OBJECT)
        });
        let found = read
            .await
            .map_err(|_| IpcError::new(Code::Internal, "The work was stopped by a fault."))?
            .map_err(|_| IpcError::new(Code::FileNotFound, "The folder cannot be read."))?;
        Ok(LeftObjects {
            objects: found.objects,
            passed_over: usize::from(found.passed_over),
        })
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
