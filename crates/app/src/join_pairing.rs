//! Joining the circle of a device that is here: this one reads its code and shows digits.

use std::net::SocketAddr;
use std::time::Duration;

use satchel_keys::words::RecoveryWords;
use satchel_pairing::guest::{Drawn, Given, GuestAdmitted, GuestShows};
use satchel_pairing::{
    EndReason, Failed, Guest, Invitation, InvitationError, PairingFault, PairingWords, Request,
    WordsError,
};
use satchel_ports::{EntropyError, LanError, LanLink};
use satchel_secrets::SecretText;
use satchel_types::WalletName;
use tokio_util::sync::CancellationToken;

use crate::admit_device::{Admission, DeviceRequest};
use crate::found_circle::{CircleError, DeviceName};
use crate::host_pairing::{Stopped, tell, told, unless_stopped};
use crate::join_circle::NewDevice;
use crate::session::{AccessError, App};

/// How long the other device may take for its answer.
const ANSWERING: Duration = Duration::from_secs(10);
/// How long its owner may take to type the digits, to read what is asked, and to prove who they are.
const ADMITTING: Duration = Duration::from_secs(600);

/// Why this device did not join.
#[derive(Debug, thiserror::Error)]
pub enum JoinPairingError {
    /// What was read is no code.
    #[error(transparent)]
    Invitation(#[from] InvitationError),
    /// What was typed are no words of a code.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// Words without an address.
    #[error("with words, an address that the other device shows is needed")]
    NoAddress,
    /// The other device is not reached.
    #[error(transparent)]
    Lan(#[from] LanError),
    /// Nothing answers to the code any more.
    #[error(
        "no device answers to this code: it is too old, was used, or the devices are not in the same network"
    )]
    NobodyThere,
    /// What was said is not what it has to be, or the other device ended it.
    #[error(transparent)]
    Fault(#[from] PairingFault),
    /// The circle cannot be joined.
    #[error(transparent)]
    Circle(#[from] CircleError),
    /// It was stopped here.
    #[error("it was stopped")]
    Stopped,
}

impl From<AccessError> for JoinPairingError {
    fn from(error: AccessError) -> Self {
        Self::Circle(error.into())
    }
}

impl From<EntropyError> for JoinPairingError {
    fn from(error: EntropyError) -> Self {
        Self::Circle(error.into())
    }
}

impl Stopped for JoinPairingError {
    fn stopped() -> Self {
        Self::Stopped
    }
}

/// What another device shows, as it was read here.
#[derive(Debug)]
pub enum PairingCode {
    /// Its code, scanned or copied.
    Invitation(Box<Invitation>),
    /// Its words, typed, and where it is.
    Words(PairingWords, Vec<SocketAddr>),
}

impl PairingCode {
    /// Reads a code, or eight words. Words need an address that the other device shows.
    ///
    /// # Errors
    /// See [`JoinPairingError`].
    pub fn read(text: &SecretText, addresses: &[SocketAddr]) -> Result<Self, JoinPairingError> {
        match Invitation::read(text) {
            Ok(invitation) => Ok(Self::Invitation(Box::new(invitation))),
            Err(InvitationError::NotOne) if text.expose().trim().contains(char::is_whitespace) => {
                let words = PairingWords::read(text, RecoveryWords::list())?;
                if addresses.is_empty() {
                    return Err(JoinPairingError::NoAddress);
                }
                Ok(Self::Words(words, addresses.to_vec()))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn addresses(&self) -> &[SocketAddr] {
        match self {
            Self::Invitation(invitation) => &invitation.addresses,
            Self::Words(_, addresses) => addresses,
        }
    }
}

/// This device, with digits to show. Dropping it ends it.
pub struct JoiningGuest {
    link: Box<dyn LanLink>,
    shows: GuestShows,
    device: NewDevice,
}

impl std::fmt::Debug for JoiningGuest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JoiningGuest(…)")
    }
}

impl JoiningGuest {
    /// Returns the digits to be typed on the other device: `123 456`.
    pub fn digits(&self) -> SecretText {
        self.shows.digits().shown()
    }
}

impl App {
    /// Goes to the device that showed a code and asks it for a place in its circle. Shows digits then.
    ///
    /// # Errors
    /// See [`JoinPairingError`].
    pub async fn join_pairing(
        &self,
        code: &PairingCode,
        name: DeviceName,
        cancel: &CancellationToken,
    ) -> Result<JoiningGuest, JoinPairingError> {
        let device = self.new_device(name).await?;
        self.join_pairing_as(code, device, cancel).await
    }

    /// The same for a device whose keys are made already.
    ///
    /// # Errors
    /// See [`JoinPairingError`].
    pub async fn join_pairing_as(
        &self,
        code: &PairingCode,
        device: NewDevice,
        cancel: &CancellationToken,
    ) -> Result<JoiningGuest, JoinPairingError> {
        let open = self.open()?;
        let request = asked(device.request()?)?;
        let reached = async {
            // What one address says is not proven, so that the others are tried as well.
            let mut fault = None;
            for address in code.addresses() {
                match self.ask_at(code, *address, &request).await {
                    Ok((link, shows)) => return Ok((link, shows)),
                    Err(JoinPairingError::Lan(LanError::Nobody)) => {}
                    Err(error) => fault = fault.or(Some(error)),
                }
            }
            Err(fault.unwrap_or(JoinPairingError::NobodyThere))
        };
        let (link, shows) = unless_stopped(&open, cancel, reached).await?;
        Ok(JoiningGuest {
            link,
            shows,
            device,
        })
    }

    /// Waits until this device was added, and joins.
    ///
    /// # Errors
    /// See [`JoinPairingError`]; nothing is stored then.
    pub async fn finish_joining(
        &self,
        guest: JoiningGuest,
        cancel: &CancellationToken,
    ) -> Result<(), JoinPairingError> {
        let open = self.open()?;
        let JoiningGuest {
            mut link,
            mut shows,
            device,
        } = guest;
        let until = tokio::time::Instant::now() + ADMITTING;
        let admitted: GuestAdmitted = loop {
            let patience = until.saturating_duration_since(tokio::time::Instant::now());
            let waiting = async { Ok(link.receive(patience).await?) };
            let frame = match unless_stopped(&open, cancel, waiting).await {
                Ok(frame) => frame,
                Err(error) => {
                    tell(&mut *link, shows.end(EndReason::Stopped)).await;
                    return Err(error);
                }
            };
            match told(&mut *link, shows.take(&frame)).await? {
                Given::More(more) => shows = more,
                Given::All(all) => break all,
            }
        };
        let given = admitted.admission();
        let admission = Admission {
            circle: given.circle,
            owner: given.owner,
            keys: given.keys.clone(),
        };
        if let Err(error) = self.join_circle(device, &admission).await {
            tell(&mut *link, admitted.end(EndReason::Failed)).await;
            return Err(error.into());
        }
        tell(&mut *link, admitted.joined()).await;
        Ok(())
    }

    /// Asks at one address.
    async fn ask_at(
        &self,
        code: &PairingCode,
        address: SocketAddr,
        request: &Request,
    ) -> Result<(Box<dyn LanLink>, GuestShows), JoinPairingError> {
        let drawn = Drawn {
            handshake: self.drawn()?,
            number: self.drawn()?,
        };
        let begun = match code {
            PairingCode::Invitation(it) => Guest::by_invitation(it, self.now(), drawn),
            PairingCode::Words(words, _) => Guest::by_words(words, drawn),
        };
        let fault = |failed: Failed| failed.fault;
        let (guest, frame) = begun.map_err(fault)?;
        let mut link = self.ports.lan.connect(address).await?;
        link.send(&frame).await?;
        let answer = link.receive(ANSWERING).await?;
        let (shows, asks) = guest.answer(&answer, request).map_err(fault)?;
        link.send(&asks).await?;
        Ok((link, shows))
    }
}

fn asked(request: DeviceRequest) -> Result<Request, CircleError> {
    Ok(Request {
        device: request.id,
        sign_key: request.sign_key,
        wrap_key: request.wrap_key,
        name: WalletName::new(&request.name.name).map_err(|_| CircleError::BadName)?,
        system: request.name.system,
    })
}
