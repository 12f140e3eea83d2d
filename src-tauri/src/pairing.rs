//! Two devices that come together in this window: one at a time, and its owner can stop it.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use satchel_app::Digits;
use satchel_app::found_circle::DeviceName;
use satchel_app::host_pairing::{ArrivedGuest, HostPairingError};
use satchel_app::join_pairing::{JoinPairingError, JoiningGuest, PairingCode};
use satchel_secrets::SecretText;
use satchel_wire::pairing::{DeviceAdded, HostStep, JoinStep, KeysOutcome};
use satchel_wire::{Code, IpcError};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::shell::{Opened, Shell, cancelled};

/// The pairing that goes on, if any.
#[derive(Default)]
pub struct PairingDesk(Mutex<Option<Running>>);

struct Running {
    stop: CancellationToken,
    /// Whether its code is shown.
    shown: bool,
    /// Where the digits go, once they are wanted.
    digits: Option<oneshot::Sender<Digits>>,
}

/// A pairing's place at the desk. It is free again when this is dropped.
struct Turn<'a> {
    desk: &'a PairingDesk,
    stop: CancellationToken,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut running = self.desk.lock();
        // One that took its place stays.
        if !self.stop.is_cancelled() {
            *running = None;
        }
        self.stop.cancel();
    }
}

impl PairingDesk {
    /// Stops the pairing that goes on, if any.
    pub fn stop(&self) {
        if let Some(running) = self.lock().take() {
            running.stop.cancel();
        }
    }

    /// Returns whether a code is shown.
    pub fn is_shown(&self) -> bool {
        self.lock().as_ref().is_some_and(|running| running.shown)
    }

    /// Gives the digits to the device that has come. They are tried once.
    ///
    /// # Errors
    /// [`Code::BadInput`] if these are not six digits, and nothing was tried; [`Code::PairingOver`] if nobody waits.
    pub fn digits(&self, typed: String) -> Result<(), IpcError> {
        let typed = SecretText::new(typed);
        let digits = Digits::read(&typed)
            .ok_or_else(|| IpcError::new(Code::BadInput, "These are not six digits."))?;
        let waits = self.lock().as_mut().and_then(|now| now.digits.take());
        let over = || IpcError::new(Code::PairingOver, "No device waits for digits.");
        waits.ok_or_else(over)?.send(digits).map_err(|_| over())
    }

    /// Begins another pairing, which ends the one before.
    fn begin(&self) -> Turn<'_> {
        let stop = CancellationToken::new();
        let before = self.lock().replace(Running {
            stop: stop.clone(),
            shown: false,
            digits: None,
        });
        if let Some(before) = before {
            before.stop.cancel();
        }
        Turn { desk: self, stop }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    fn note_shown(&self) {
        let mut running = self.desk.lock();
        if let Some(running) = running.as_mut().filter(|_| !self.stop.is_cancelled()) {
            running.shown = true;
        }
    }

    /// Lets digits come. `None`: it was stopped.
    fn want_digits(&self) -> Option<oneshot::Receiver<Digits>> {
        let (give, take) = oneshot::channel();
        let mut running = self.desk.lock();
        if self.stop.is_cancelled() {
            return None;
        }
        running.as_mut()?.digits = Some(give);
        Some(take)
    }

    /// Waits for what is not stopped by the wallet program itself.
    async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Result<T, IpcError> {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Err(stopped()),
            done = work => Ok(done),
        }
    }
}

fn stopped() -> IpcError {
    HostPairingError::Stopped.into()
}

/// What this system is called in the roster.
fn system() -> &'static str {
    match std::env::consts::OS {
        "linux" => "Linux",
        "macos" => "macOS",
        "windows" => "Windows",
        "android" => "Android",
        "ios" => "iOS",
        other => other,
    }
}

/// This device as it is called among the others.
pub fn called(name: String) -> DeviceName {
    DeviceName {
        name,
        system: system().to_owned(),
    }
}

/// Reads addresses that another device shows.
fn addresses(texts: &[String]) -> Result<Vec<SocketAddr>, IpcError> {
    /// More than a device has networks.
    const MOST: usize = 16;
    let bad = || {
        IpcError::new(
            Code::BadInput,
            "at: an address such as 192.168.1.5:40000 expected",
        )
    };
    if texts.len() > MOST {
        return Err(bad());
    }
    texts
        .iter()
        .map(|text| text.trim().parse().map_err(|_| bad()))
        .collect()
}

impl Shell {
    /// Shows a code, waits for the device that reads it and for the digits that it shows, and adds it.
    ///
    /// # Errors
    /// See [`HostPairingError`]; [`Code::Cancelled`] when its owner stops it.
    pub async fn host_pairing(
        &self,
        give_keys: bool,
        tell: impl Fn(HostStep) + Send + Sync,
    ) -> Result<DeviceAdded, IpcError> {
        let turn = self.pairing.begin();
        let mut pairing = turn.unless_stopped(self.app.host_pairing()).await??;
        tell(HostStep::Shown {
            code: pairing.text().expose().to_owned(),
            qr: crate::qr::draw(pairing.text().expose())?,
            pairing_words: pairing.words().expose().to_owned(),
            at: pairing
                .addresses()
                .iter()
                .map(SocketAddr::to_string)
                .collect(),
            expires: pairing.expires().as_secs(),
        });
        turn.note_shown();
        let guest = self.app.await_guest(&mut pairing, &turn.stop).await?;
        drop(pairing);
        let digits = turn.want_digits();
        let name = guest.name();
        tell(HostStep::Arrived {
            name: name.name,
            system: name.system,
            until: guest.until().as_secs(),
        });
        let (guest, digits) = self.typed(&turn, guest, digits).await?;
        tell(HostStep::Adding);
        let added = Box::pin(self.app.admit_guest(guest, &digits, &turn.stop)).await?;
        let device_id = added.device().to_string();
        let keys = if give_keys {
            tell(HostStep::GivingKeys);
            match Box::pin(self.app.give_keys(added, &turn.stop)).await {
                Ok(()) => KeysOutcome::Given,
                // It belongs all the same.
                Err(error) => KeysOutcome::NotGiven {
                    error: error.into(),
                },
            }
        } else {
            added.watches().await;
            KeysOutcome::Watches
        };
        Ok(DeviceAdded { device_id, keys })
    }

    /// Waits for the digits; the guest is sent away when they do not come.
    async fn typed(
        &self,
        turn: &Turn<'_>,
        guest: ArrivedGuest,
        digits: Option<oneshot::Receiver<Digits>>,
    ) -> Result<(ArrivedGuest, Digits), IpcError> {
        let why = match digits {
            None => stopped(),
            Some(digits) => tokio::select! {
                biased;
                () = turn.stop.cancelled() => stopped(),
                typed = digits => match typed {
                    Ok(typed) => return Ok((guest, typed)),
                    Err(_) => stopped(),
                },
                () = self.app.too_late_for(&guest) => {
                    guest.end_too_late().await;
                    return Err(IpcError::new(Code::PairingOver, "No digits were typed in time."));
                }
            },
        };
        guest.send_away().await;
        Err(why)
    }

    /// Reads the code that another device shows, shows digits, and joins when they were typed there.
    ///
    /// # Errors
    /// See [`JoinPairingError`]; [`Code::Cancelled`] when its owner stops it.
    pub async fn join_pairing(
        &self,
        (code, at): (String, &[String]),
        name: DeviceName,
        tell: impl Fn(JoinStep) + Send + Sync,
    ) -> Result<KeysOutcome, IpcError> {
        let code = PairingCode::read(&SecretText::new(code), &addresses(at)?)?;
        let turn = self.pairing.begin();
        let device = match turn.unless_stopped(self.open_or_make()).await?? {
            // Who has just typed the passphrase is not asked for it again.
            Opened::Now(access) => self.app.new_device_by(name, &access)?,
            Opened::Before => turn.unless_stopped(self.app.new_device(name)).await??,
            Opened::Not => return Err(cancelled()),
        };
        tell(JoinStep::Reaching);
        let guest = self
            .app
            .join_pairing_as(&code, device, &turn.stop)
            .await
            .map_err(|error: JoinPairingError| IpcError::from(error))?;
        tell(JoinStep::Digits {
            digits: guest.digits().expose().to_owned(),
        });
        self.finish_joining(guest, &turn).await
    }

    /// Reads the code that a device of the same circle shows, shows digits, and holds the keys that it gives.
    ///
    /// # Errors
    /// See [`JoinPairingError`]; [`Code::Cancelled`] when its owner stops it.
    pub async fn take_keys(
        &self,
        (code, at): (String, &[String]),
        tell: impl Fn(JoinStep) + Send + Sync,
    ) -> Result<KeysOutcome, IpcError> {
        let code = PairingCode::read(&SecretText::new(code), &addresses(at)?)?;
        let turn = self.pairing.begin();
        tell(JoinStep::Reaching);
        let guest = self.app.ask_for_keys(&code, &turn.stop).await?;
        tell(JoinStep::Digits {
            digits: guest.digits().expose().to_owned(),
        });
        self.finish_joining(guest, &turn).await
    }

    async fn finish_joining(
        &self,
        guest: JoiningGuest,
        turn: &Turn<'_>,
    ) -> Result<KeysOutcome, IpcError> {
        let joined = Box::pin(self.app.finish_joining(guest, &turn.stop)).await?;
        Ok(match joined.keys {
            None => KeysOutcome::Watches,
            Some(Ok(_)) => KeysOutcome::Given,
            Some(Err(error)) => KeysOutcome::NotGiven {
                error: error.into(),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_go_to_the_pairing_that_goes_on_and_once() {
        let desk = PairingDesk::default();
        let typed = || "123 456".to_owned();
        let code = |done: Result<(), IpcError>| done.map_err(|error| error.code);
        assert_eq!(code(desk.digits(typed())), Err(Code::PairingOver));
        let first = desk.begin();
        assert_eq!(code(desk.digits(typed())), Err(Code::PairingOver));
        let mut wanted = first.want_digits().expect("it goes on");
        assert_eq!(code(desk.digits("12345".to_owned())), Err(Code::BadInput));
        assert!(wanted.try_recv().is_err(), "what are no digits is no try");
        assert_eq!(code(desk.digits(typed())), Ok(()));
        assert!(wanted.try_recv().is_ok());
        assert_eq!(code(desk.digits(typed())), Err(Code::PairingOver));
    }

    #[test]
    fn another_pairing_ends_the_one_before_and_keeps_its_own_place() {
        let desk = PairingDesk::default();
        let first = desk.begin();
        let second = desk.begin();
        assert!(first.stop.is_cancelled() && first.want_digits().is_none());
        drop(first);
        let wanted = second.want_digits();
        assert!(wanted.is_some() && !second.stop.is_cancelled());
        desk.stop();
        assert!(second.stop.is_cancelled());
        assert!(desk.digits("123456".to_owned()).is_err());
    }

    #[test]
    fn addresses_are_read_and_nothing_else() {
        let read = |text: &str| addresses(&[text.to_owned()]);
        assert!(read("192.168.1.5:40000").is_ok());
        assert!(read(" [fe80::1]:40000 ").is_ok());
        assert!(read("example.org:40000").is_err());
        assert!(addresses(&vec!["10.0.0.1:1".to_owned(); 17]).is_err());
    }
}
