//! Joining the circle of a device that is here: this one reads its code and shows digits.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use satchel_keys::words::RecoveryWords;
use satchel_pairing::guest::{Drawn, Gifts, Given, GuestAdmitted, GuestJoined, GuestShows};
use satchel_pairing::{
    EndReason, Failed, Guest, Invitation, InvitationError, Named, PairingFault, PairingWords,
    Request, WordsError,
};
use satchel_ports::{Deadline, EntropyError, LanError, LanLink};
use satchel_secrets::SecretText;
use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::wrap_key;
use satchel_types::{Batch, DeviceId, WalletId, WalletName};
use tokio_util::sync::CancellationToken;

use crate::access_error::AccessError;
use crate::admit_device::{Admission, DeviceRequest};
use crate::circle::{SeenInPlaces, put_seen};
use crate::found_circle::{CircleError, DeviceName};
use crate::host_pairing::{Stopped, tell, told, unless_stopped};
use crate::join_circle::NewDevice;
use crate::open::Open;
use crate::session::App;

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
    who: Who,
}

/// Who asks.
enum Who {
    /// A device that is to belong.
    New(Box<NewDevice>),
    /// One that belongs, and asks for keys.
    Member,
}

/// What came of a pairing.
#[derive(Debug)]
pub struct Joined {
    /// Keys that the other device gave: of which wallets this device holds them now, or why it does not. `None`: it
    /// gave none, and this device watches.
    pub keys: Option<Result<Vec<WalletId>, CircleError>>,
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
        let request = device.request()?;
        let who = Who::New(Box::new(device));
        self.reach(code, request, who, cancel).await
    }

    /// Goes to a device of the same circle that showed a code, to be given the keys that it holds. Shows digits then.
    ///
    /// # Errors
    /// See [`JoinPairingError`].
    pub async fn ask_for_keys(
        &self,
        code: &PairingCode,
        cancel: &CancellationToken,
    ) -> Result<JoiningGuest, JoinPairingError> {
        let open = self.open()?;
        let circle = open.shared.circle().ok_or(CircleError::NotIn)?;
        let request = {
            let record = circle.record().clone();
            let (sign, wrap) = satchel_vault::open_device_keys(
                &circle.bundle_key,
                record.id,
                record.device,
                &record.sealed_keys,
            )
            .map_err(CircleError::from)?;
            let (name, system) = circle.name_of(&circle.replica(), record.device);
            DeviceRequest {
                id: record.device,
                sign_key: verify_key(&sign),
                wrap_key: wrap_key(&wrap).map_err(CircleError::from)?,
                name: DeviceName { name, system },
            }
        };
        self.reach(code, request, Who::Member, cancel).await
    }

    /// Asks at each address of a code until the device that showed it answers.
    async fn reach(
        &self,
        code: &PairingCode,
        request: DeviceRequest,
        who: Who,
        cancel: &CancellationToken,
    ) -> Result<JoiningGuest, JoinPairingError> {
        let open = self.open()?;
        let request = asked(request)?;
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
        Ok(JoiningGuest { link, shows, who })
    }

    /// Waits until this device was added, and joins; then takes the keys that the other one gives, if it does.
    ///
    /// # Errors
    /// See [`JoinPairingError`]; nothing is stored then.
    pub async fn finish_joining(
        &self,
        guest: JoiningGuest,
        cancel: &CancellationToken,
    ) -> Result<Joined, JoinPairingError> {
        let open = self.open()?;
        let JoiningGuest {
            mut link,
            mut shows,
            who,
        } = guest;
        let until = self.admitting();
        let admitted: GuestAdmitted = loop {
            let waiting = self.hear(&mut *link, until);
            let frame = match unless_stopped(&open, cancel, waiting).await {
                Ok(frame) => frame,
                Err(error) => {
                    let why = match error {
                        JoinPairingError::Fault(PairingFault::TooLate) => EndReason::TooLate,
                        _ => EndReason::Stopped,
                    };
                    tell(&mut *link, shows.end(why)).await;
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
            names: given.names.iter().map(called).collect(),
            seen: given.seen.as_ref().map(SeenInPlaces::told),
        };
        let joining = async {
            match who {
                Who::New(device) => self.join_circle(*device, &admission).await,
                Who::Member => self.meet_again(&open, admission).await,
            }
        };
        if let Err(error) = Box::pin(joining).await {
            tell(&mut *link, admitted.end(EndReason::Failed)).await;
            return Err(error.into());
        }
        let mut keys = None;
        if let Some((waits, frame)) = admitted.joined()
            && link.send(&frame).await.is_ok()
        {
            let taking = self.take_keys(&open, &mut *link, waits, cancel);
            keys = Box::pin(taking).await;
        }
        Ok(Joined { keys })
    }

    /// Takes what a device of this circle brought of its keys objects.
    async fn meet_again(&self, open: &Arc<Open>, admission: Admission) -> Result<(), CircleError> {
        let circle = open.shared.circle().ok_or(CircleError::NotIn)?;
        let ours = {
            let record = circle.record();
            (record.id, record.owner)
        };
        if (admission.circle, admission.owner) != ours {
            return Err(CircleError::NotForUs);
        }
        let seen = put_seen(admission.seen.as_ref());
        let taken = self.take_over_objects(open, &circle, admission.keys).await;
        taken.map_err(Box::new)?;
        let store = open.shared.unshared();
        store.apply(&Batch::from(seen)).map_err(AccessError::from)?;
        Ok(())
    }

    /// Waits whether keys come, and holds them. The device belongs whatever comes of it.
    async fn take_keys(
        &self,
        open: &Arc<Open>,
        link: &mut dyn LanLink,
        mut waits: GuestJoined,
        cancel: &CancellationToken,
    ) -> Option<Result<Vec<WalletId>, CircleError>> {
        let until = self.admitting();
        let given = loop {
            let waiting = self.hear(link, until);
            let frame = unless_stopped(open, cancel, waiting).await;
            let Ok(frame) = frame.map_err(|_: JoinPairingError| ()) else {
                // Whoever is gone gives nothing.
                tell(link, waits.end(EndReason::Stopped)).await;
                return None;
            };
            match told(link, waits.take(&frame)).await {
                Ok(Gifts::More(more)) => waits = more,
                Ok(Gifts::All(given)) => break given,
                Ok(Gifts::Nothing) | Err(_) => return None,
            }
        };
        let held = self.hold_keys(open, given.sealed()).await;
        let answer = match &held {
            Ok(_) => given.held(),
            Err(CircleError::Confirm(_) | CircleError::Proof(_)) => given.end(EndReason::Declined),
            Err(_) => given.end(EndReason::Failed),
        };
        tell(link, answer).await;
        Some(held)
    }

    /// Begins the time that the other device's owner may take.
    fn admitting(&self) -> Deadline {
        Deadline::after(ADMITTING.as_secs(), self.now(), Instant::now())
    }

    /// Waits for the other device's next frame.
    async fn hear(
        &self,
        link: &mut dyn LanLink,
        until: Deadline,
    ) -> Result<Vec<u8>, JoinPairingError> {
        tokio::select! {
            biased;
            // What came while this device slept is heard first.
            frame = link.receive(ADMITTING) => Ok(frame?),
            () = until.passed(&*self.ports.clock) => Err(PairingFault::TooLate.into()),
        }
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

fn called(named: &Named) -> (DeviceId, DeviceName) {
    let name = DeviceName {
        name: named.name.as_str().to_owned(),
        system: named.system.clone(),
    };
    (named.device, name)
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
