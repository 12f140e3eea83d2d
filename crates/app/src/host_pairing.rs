//! Adding a device that is here: this one shows a code, the new one reads it and shows digits, its owner
//! types them here.
//!
//! What is said is `satchel-pairing`'s; here is who is asked, how long is waited, and what is added.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use satchel_keys::words::RecoveryWords;
use satchel_pairing::host::{Drawn, HostAsks, HostHello, HostJoined};
use satchel_pairing::invitation::circle_digest;
use satchel_pairing::{
    Digits, EndReason, Failed, GOOD_FOR, Host, Named, PairingFault, PairingWords, Request,
};
use satchel_ports::{Deadline, EntropyError, LanError, LanLink, LanListener};
use satchel_secrets::{SecretBytes, SecretText};
use satchel_types::{DeviceId, Timestamp};
use tokio::task::{AbortHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::access::SeedAccessError;
use crate::access_error::AccessError;
use crate::admit_device::{Admission, DeviceRequest};
use crate::circle::SeenInPlaces;
use crate::events::Event;
use crate::found_circle::{CircleError, DeviceName};
use crate::open::Open;
use crate::session::App;

/// How long a device that connected may take for each of its frames.
const A_FRAME: Duration = Duration::from_secs(10);
/// How long a device may take to store what it got.
pub(crate) const STORING: Duration = Duration::from_secs(60);
/// How long its owner may take to read what is asked, and to prove who they are.
pub(crate) const ADMITTING: Duration = Duration::from_secs(600);
/// Seconds for the digits to be typed.
const TYPING: u64 = 120;
/// How many may knock at the same time.
const MAX_KNOCKING: usize = 16;

/// Why no device was added.
#[derive(Debug, thiserror::Error)]
pub enum HostPairingError {
    /// The circle has no such device, or may not be changed.
    #[error(transparent)]
    Circle(#[from] CircleError),
    /// Nobody can come.
    #[error(transparent)]
    Lan(#[from] LanError),
    /// What was said is not what it has to be.
    #[error(transparent)]
    Fault(#[from] PairingFault),
    /// It was stopped here.
    #[error("it was stopped")]
    Stopped,
    /// The device was added, and did not say that it stored its place. The list of devices says so until something of
    /// it arrives, and it can be removed like any other.
    #[error(
        "{} was added, but it did not say that it is ready; if it does not show your wallets, remove it and add it again",
        .0.name.name
    )]
    AddedUnheard(Box<DeviceRequest>),
    /// The device was given keys, and did not say that it stored them.
    #[error("{} may hold your keys now, but it did not say that it stored them", .0.name)]
    GivenUnheard(Box<DeviceName>),
}

impl From<AccessError> for HostPairingError {
    fn from(error: AccessError) -> Self {
        Self::Circle(error.into())
    }
}

impl From<EntropyError> for HostPairingError {
    fn from(error: EntropyError) -> Self {
        Self::Circle(error.into())
    }
}

impl From<SeedAccessError> for HostPairingError {
    fn from(error: SeedAccessError) -> Self {
        Self::Circle(error.into())
    }
}

/// A code that is shown, and the door behind it. Dropping it closes the door.
pub struct HostPairing {
    text: SecretText,
    words: SecretText,
    addresses: Vec<SocketAddr>,
    expires: Deadline,
    door: Option<(Host, Box<dyn LanListener>)>,
}

impl std::fmt::Debug for HostPairing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HostPairing(…)")
    }
}

impl HostPairing {
    /// Returns the code's text, for a QR code in alphanumeric mode or to be copied to another program on
    /// the same device. Whoever sees it can try to be the new device.
    pub fn text(&self) -> &SecretText {
        &self.text
    }

    /// Returns eight words that say the same to a device that cannot scan, together with an address.
    pub fn words(&self) -> &SecretText {
        &self.words
    }

    /// Returns where this device is, the likeliest first.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Returns until when a device has to come.
    pub fn expires(&self) -> Timestamp {
        self.expires.until()
    }
}

/// A device that has come and shows digits. Dropping it sends it away.
pub struct ArrivedGuest {
    link: Box<dyn LanLink>,
    asks: HostAsks,
    until: Deadline,
    /// Tells others meanwhile that they are too late.
    _doorkeeper: Doorkeeper,
}

impl std::fmt::Debug for ArrivedGuest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ArrivedGuest(…)")
    }
}

impl ArrivedGuest {
    /// Returns what it calls itself, which proves nothing before the digits are right.
    pub fn name(&self) -> DeviceName {
        device_name(self.asks.request())
    }

    /// Returns until when the digits have to be typed.
    pub fn until(&self) -> Timestamp {
        self.until.until()
    }

    /// Sends it away.
    pub async fn send_away(self) {
        let Self { mut link, asks, .. } = self;
        tell(&mut *link, asks.end(EndReason::Stopped)).await;
    }

    /// Tells it that no digits came in time.
    pub async fn end_too_late(self) {
        let Self { mut link, asks, .. } = self;
        tell(&mut *link, asks.end(EndReason::TooLate)).await;
    }
}

/// A device that belongs now and waits to hear whether it gets keys. Dropping it ends the connection: it gets none.
pub struct AddedGuest {
    pub(crate) link: Box<dyn LanLink>,
    pub(crate) joined: HostJoined,
    pub(crate) request: DeviceRequest,
    /// Whether it belonged before.
    pub(crate) known: bool,
}

impl std::fmt::Debug for AddedGuest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AddedGuest(…)")
    }
}

impl AddedGuest {
    /// Returns which device it is.
    pub fn device(&self) -> DeviceId {
        self.request.id
    }

    /// Returns whether it belonged before.
    pub fn was_known(&self) -> bool {
        self.known
    }

    /// Tells it that there is nothing else: it only watches, or holds what it held before.
    pub async fn watches(self) {
        let Self {
            mut link, joined, ..
        } = self;
        tell(&mut *link, joined.nothing_else()).await;
    }
}

struct Doorkeeper(AbortHandle);

impl Drop for Doorkeeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl App {
    /// Asks its owner for proof and makes a code to be shown. This device has to hold the owner's key.
    ///
    /// # Errors
    /// See [`HostPairingError`].
    pub async fn host_pairing(&self) -> Result<HostPairing, HostPairingError> {
        let open = self.open()?;
        let circle = open.shared.circle().ok_or(CircleError::NotIn)?;
        let digest = {
            let record = circle.record();
            if record.sealed_owner.is_none() {
                return Err(CircleError::NotTheOwner.into());
            }
            circle_digest(record.id, &record.owner)
        };
        // Proof that it is its owner who shows it. The key itself is opened when a device is added.
        self.seed_access(&open, "to show a code that adds a device")
            .await?;
        let listener = self.ports.lan.listen().await?;
        let drawn = Drawn {
            key: self.drawn()?,
            secret: self.drawn()?,
            words: PairingWords::new(self.drawn()?),
        };
        let now = self.now();
        let host = Host::new(drawn, digest, listener.addresses(), now);
        let host = host.ok_or(LanError::NoNetwork)?;
        Ok(HostPairing {
            text: host.invitation().text(),
            words: host.words(RecoveryWords::list()),
            addresses: host.invitation().addresses.clone(),
            expires: Deadline::after(GOOD_FOR, now, Instant::now()),
            door: Some((host, listener)),
        })
    }

    /// Waits for the device that read the code. Its owner then types the digits that it shows.
    ///
    /// # Errors
    /// See [`HostPairingError`]; the code is used up then, and a second call finds it so.
    pub async fn await_guest(
        &self,
        pairing: &mut HostPairing,
        cancel: &CancellationToken,
    ) -> Result<ArrivedGuest, HostPairingError> {
        let open = self.open()?;
        let (mut host, mut listener) = pairing.door.take().ok_or(PairingFault::Taken)?;
        let expires = pairing.expires;
        let came = self.come(&open, &mut host, &mut *listener);
        let (mut link, hello) = tokio::select! {
            biased;
            came = unless_stopped(&open, cancel, came) => came?,
            () = expires.passed(&*self.ports.clock) => {
                return Err(PairingFault::TooLate.into());
            }
        };
        let doorkeeper = Doorkeeper(tokio::spawn(keep_door(listener)).abort_handle());
        let asking = async { Ok(link.receive(A_FRAME).await?) };
        let asks = match unless_stopped(&open, cancel, asking).await {
            Ok(frame) => hello.request(&frame),
            Err(error) => {
                tell(&mut *link, hello.end(EndReason::Stopped)).await;
                return Err(error);
            }
        };
        let asks = told(&mut *link, asks).await?;
        Ok(ArrivedGuest {
            link,
            asks,
            until: Deadline::after(TYPING, self.now(), Instant::now()),
            _doorkeeper: doorkeeper,
        })
    }

    /// Waits until it is too late for a guest's digits.
    pub async fn too_late_for(&self, guest: &ArrivedGuest) {
        guest.until.passed(&*self.ports.clock).await;
    }

    /// Adds the device whose digits were typed, after consent and proof. It only watches until [`App::give_keys`]. One
    /// that belongs already stays what it is, and nobody is asked.
    ///
    /// # Errors
    /// See [`HostPairingError`]. There is one try.
    pub async fn admit_guest(
        &self,
        guest: ArrivedGuest,
        typed: &Digits,
        cancel: &CancellationToken,
    ) -> Result<AddedGuest, HostPairingError> {
        let open = self.open()?;
        let ArrivedGuest {
            mut link,
            asks,
            until,
            _doorkeeper,
        } = guest;
        if until.is_over(self.now(), Instant::now()) {
            tell(&mut *link, asks.end(EndReason::TooLate)).await;
            return Err(PairingFault::TooLate.into());
        }
        let checked = told(&mut *link, asks.digits(typed)).await?;
        let request = device_request(checked.request());
        let known = match self.is_member(&open, &request) {
            Ok(known) => known,
            Err(error) => {
                tell(&mut *link, checked.end(EndReason::Failed)).await;
                return Err(error.into());
            }
        };
        let admitting = async {
            Ok(match known {
                true => self.admission(&open)?,
                false => {
                    // Before it belongs, so that a program that ends from here on leaves none of which nothing is said.
                    let circle = open.shared.circle().ok_or(CircleError::NotIn)?;
                    self.note_ready(&open, &circle, request.id, false)?;
                    self.admit_device(request.clone(), false).await?
                }
            })
        };
        let admitting = unless_stopped(&open, cancel, admitting);
        let late = Deadline::after(ADMITTING.as_secs(), self.now(), Instant::now());
        // Nobody is asked about a device that has gone, nor adds it.
        let admission = tokio::select! {
            biased;
            () = late.passed(&*self.ports.clock) => {
                tell(&mut *link, checked.end(EndReason::TooLate)).await;
                return Err(PairingFault::TooLate.into());
            }
            frame = link.receive(ADMITTING) => {
                let failed = checked.interrupted(&frame?);
                tell(&mut *link, failed.farewell).await;
                return Err(failed.fault.into());
            }
            admission = admitting => admission,
        };
        let admission = match admission {
            Ok(admission) => theirs(admission),
            Err(error) => {
                tell(&mut *link, checked.end(why(&error))).await;
                return Err(error);
            }
        };
        let unheard = || HostPairingError::AddedUnheard(Box::new(request.clone()));
        let (admitted, frames) = told(&mut *link, checked.admit(&admission)).await?;
        let handing_over = async {
            for frame in frames {
                link.send(&frame).await?;
            }
            Ok(link.receive(STORING).await?)
        };
        // From here on the device belongs to the circle, whatever becomes of the connection.
        let frame = unless_stopped(&open, cancel, handing_over).await;
        let frame = frame.map_err(|_: HostPairingError| unheard())?;
        let joined = admitted.joined(&frame).map_err(|_| unheard())?;
        if let Some(circle) = open.shared.circle()
            && let Err(error) = self.note_ready(&open, &circle, request.id, true)
        {
            // It is ready all the same, and says more than that at the first meeting.
            tracing::warn!(%error, "that a device is ready was not noted");
        }
        self.tell(Event::CircleChanged);
        Ok(AddedGuest {
            link,
            joined,
            request,
            known,
        })
    }

    /// Returns whether a device that asks belongs already.
    fn is_member(&self, open: &Open, request: &DeviceRequest) -> Result<bool, CircleError> {
        let circle = open.shared.circle().ok_or(CircleError::NotIn)?;
        let replica = circle.replica();
        let Some(device) = replica.roster().device(request.id) else {
            return Ok(false);
        };
        let same = (device.sign_key, device.wrap_key) == (request.sign_key, request.wrap_key);
        let other = request.id != replica.device();
        match same && other && replica.roster().removed(request.id).is_none() {
            true => Ok(true),
            // Removed, or under the id of another one.
            false => Err(CircleError::UnknownDevice),
        }
    }

    /// Lets everybody knock until one is the guest, and answers that one.
    async fn come(
        &self,
        open: &Arc<Open>,
        host: &mut Host,
        listener: &mut dyn LanListener,
    ) -> Result<(Box<dyn LanLink>, HostHello), HostPairingError> {
        // Somebody who connects and says nothing must not be in the way of others.
        let mut knocking = JoinSet::new();
        loop {
            let first = tokio::select! {
                Some(first) = knocking.join_next(), if !knocking.is_empty() => first,
                link = listener.accept(), if knocking.len() < MAX_KNOCKING => {
                    let mut link = link?;
                    knocking.spawn(async move {
                        let frame = link.receive(A_FRAME).await;
                        (link, frame)
                    });
                    continue;
                }
            };
            let Ok((mut link, Ok(frame))) = first else {
                continue;
            };
            if open.closed.is_cancelled() {
                return Err(AccessError::Locked.into());
            }
            let mut number = [0; 16];
            self.ports.entropy.fill(&mut number)?;
            match host.hello(&frame, self.now(), self.drawn()?, number) {
                Ok((hello, answer)) => {
                    link.send(&answer).await?;
                    return Ok((link, hello));
                }
                Err(failed) => {
                    tell(&mut *link, failed.farewell).await;
                    if failed.fault != PairingFault::NotTheOther {
                        return Err(failed.fault.into());
                    }
                }
            }
        }
    }

    /// Returns random bytes as a secret.
    pub(crate) fn drawn<const N: usize>(&self) -> Result<SecretBytes<N>, EntropyError> {
        SecretBytes::init_with(|out| self.ports.entropy.fill(out))
    }
}

/// Tells whoever still comes that another was there. Ends when it is aborted.
async fn keep_door(mut listener: Box<dyn LanListener>) {
    let mut late = JoinSet::new();
    while let Ok(mut link) = listener.accept().await {
        while late.try_join_next().is_some() {}
        if late.len() < MAX_KNOCKING {
            late.spawn(async move {
                // Read before it is closed, else the answer is lost with what was not read.
                if link.receive(A_FRAME).await.is_ok() {
                    tell(&mut *link, Some(Host::too_late_for())).await;
                }
            });
        }
    }
}

/// Waits for work, unless the wallet is locked or somebody stops it.
pub(crate) async fn unless_stopped<T, E: From<AccessError> + Stopped>(
    open: &Open,
    cancel: &CancellationToken,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    tokio::select! {
        biased;
        () = open.closed.cancelled() => Err(AccessError::Locked.into()),
        () = cancel.cancelled() => Err(E::stopped()),
        done = work => done,
    }
}

/// An error that can say that somebody stopped it.
pub(crate) trait Stopped {
    fn stopped() -> Self;
}

impl Stopped for HostPairingError {
    fn stopped() -> Self {
        Self::Stopped
    }
}

/// Sends a farewell, if there is one and somebody hears it.
pub(crate) async fn tell(link: &mut dyn LanLink, farewell: Option<Vec<u8>>) {
    if let Some(farewell) = farewell {
        // Whoever is gone need not be told.
        let _ = link.send(&farewell).await;
    }
}

/// Tells the other side of a step that failed.
pub(crate) async fn told<T>(
    link: &mut dyn LanLink,
    step: Result<T, Failed>,
) -> Result<T, PairingFault> {
    match step {
        Ok(taken) => Ok(taken),
        Err(failed) => {
            tell(link, failed.farewell).await;
            Err(failed.fault)
        }
    }
}

pub(crate) fn why(error: &HostPairingError) -> EndReason {
    match error {
        HostPairingError::Stopped => EndReason::Stopped,
        HostPairingError::Circle(CircleError::Confirm(_) | CircleError::Proof(_)) => {
            EndReason::Declined
        }
        HostPairingError::Circle(CircleError::Access(AccessError::Locked)) => EndReason::Stopped,
        _ => EndReason::Failed,
    }
}

fn theirs(admission: Admission) -> satchel_pairing::Admission {
    satchel_pairing::Admission {
        circle: admission.circle,
        owner: admission.owner,
        keys: admission.keys,
        names: admission
            .names
            .into_iter()
            .filter_map(|(device, called)| Named::new(device, &called.name, &called.system))
            .collect(),
        seen: admission.seen.as_ref().map(SeenInPlaces::to_tell),
    }
}

fn device_name(request: &Request) -> DeviceName {
    DeviceName {
        name: request.name.as_str().to_owned(),
        system: request.system.clone(),
    }
}

fn device_request(request: &Request) -> DeviceRequest {
    DeviceRequest {
        id: request.device,
        sign_key: request.sign_key,
        wrap_key: request.wrap_key,
        name: device_name(request),
    }
}
