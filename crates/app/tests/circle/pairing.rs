//! Two devices that never met, over a real connection, and whoever comes between.

use std::io::Write;
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use satchel_app::Digits;
use satchel_app::found_circle::CircleError;
use satchel_app::host_pairing::{ArrivedGuest, HostPairing, HostPairingError};
use satchel_app::join_pairing::{JoinPairingError, JoiningGuest, PairingCode};
use satchel_lan::TcpLan;
use satchel_pairing::{
    EndReason, GOOD_FOR, Guest, Invitation, InvitationError, PairingFault, WordsError,
};
use satchel_ports::{Answer, ConfirmError, Lan, LanError};
use satchel_secrets::{SecretBytes, SecretText};
use satchel_testkit::Proof;
use satchel_types::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::world::{Device, founder_and_stranger};

pub const LONG: Duration = Duration::from_secs(60);

pub fn never() -> CancellationToken {
    CancellationToken::new()
}

pub fn scanned(shown: &HostPairing) -> PairingCode {
    PairingCode::read(shown.text(), &[]).unwrap()
}

/// One shows, the other reads.
pub async fn meet(first: &Device, second: &Device) -> (ArrivedGuest, JoiningGuest) {
    let mut shown = first.app.host_pairing().await.unwrap();
    let code = scanned(&shown);
    let cancel = never();
    let (arrived, joining) = tokio::join!(
        first.app.await_guest(&mut shown, &cancel),
        second.app.join_pairing(&code, second.name(), &cancel)
    );
    (arrived.unwrap(), joining.unwrap())
}

type Ends = (Result<(), HostPairingError>, Result<(), JoinPairingError>);

/// The digits are typed.
async fn end(
    (first, arrived): (&Device, ArrivedGuest),
    (second, joining): (&Device, JoiningGuest),
    digits: &Digits,
) -> Ends {
    let cancel = never();
    let adding = async {
        let added = first.app.admit_guest(arrived, digits, &cancel).await?;
        added.watches().await;
        Ok(())
    };
    let (added, joined) = tokio::join!(adding, second.app.finish_joining(joining, &cancel));
    (added, joined.map(|joined| assert!(joined.keys.is_none())))
}

pub fn shown_by(joining: &JoiningGuest) -> Digits {
    Digits::read(&joining.digits()).unwrap()
}

fn devices(device: &Device) -> usize {
    device
        .app
        .circle()
        .unwrap()
        .map_or(0, |it| it.devices.len())
}

fn secret<const N: usize>(byte: u8) -> SecretBytes<N> {
    SecretBytes::from_slice(&[byte; N]).unwrap()
}

fn stranger(byte: u8) -> satchel_pairing::guest::Drawn {
    satchel_pairing::guest::Drawn {
        handshake: secret(byte),
        number: secret(byte),
    }
}

#[tokio::test]
async fn a_device_that_scanned_is_added_by_its_digits_and_only_watches() {
    let (first, second) = founder_and_stranger().await;
    let (arrived, joining) = meet(&first, &second).await;
    assert_eq!(arrived.name(), second.name());
    let digits = shown_by(&joining);
    let (added, joined) = end((&first, arrived), (&second, joining), &digits).await;
    added.unwrap();
    joined.unwrap();
    assert_eq!((devices(&first), devices(&second)), (2, 2));
    assert!(!second.app.circle().unwrap().unwrap().owner);
    // Both are called by name before they met anywhere.
    let names = |device: &Device| {
        let view = device.app.circle().unwrap().unwrap();
        let mut names: Vec<_> = view.devices.into_iter().map(|one| one.name).collect();
        names.sort_unstable();
        names
    };
    let both = [first.name().name, second.name().name];
    assert_eq!(names(&first), both);
    assert_eq!(names(&second), both);
    second.reopen().await;
    assert_eq!(names(&second), both);
    // That both say what the new one is called is no conflict.
    let called = |device: &Device| {
        let view = device.app.circle().unwrap().unwrap();
        let named = view
            .devices
            .into_iter()
            .filter(|one| one.name == second.name().name);
        named.map(|one| (one.system, one.this)).collect::<Vec<_>>()
    };
    assert_eq!(called(&second), [(second.name().system, true)]);
    let asked = first.confirm.asked().pop().unwrap();
    assert!(
        asked
            .lines
            .iter()
            .any(|line| line.value == second.name().name)
    );
    assert_eq!(asked.warnings.len(), 1, "no keys are handed over");
    first.step().await;
    second.step().await;
    first.step().await;
    assert_eq!(called(&second), [(second.name().system, true)]);
    assert_eq!(called(&first), [(second.name().system, false)]);
    for device in [&first, &second] {
        assert_eq!(device.app.conflicts().unwrap(), []);
    }
    let taken = second.app.take_wallet(first.wallet).await.unwrap();
    assert!(!taken.has_seed);
}

#[tokio::test]
async fn a_device_without_a_camera_types_eight_words_and_an_address() {
    let (first, second) = founder_and_stranger().await;
    let mut shown = first.app.host_pairing().await.unwrap();
    assert_eq!(shown.words().expose().split(' ').count(), 8);
    let without = PairingCode::read(shown.words(), &[]);
    assert!(matches!(without, Err(JoinPairingError::NoAddress)));
    let typed = SecretText::new(shown.words().expose().to_uppercase());
    let code = PairingCode::read(&typed, shown.addresses()).unwrap();
    let cancel = never();
    let (arrived, joining) = tokio::join!(
        first.app.await_guest(&mut shown, &cancel),
        second.app.join_pairing(&code, second.name(), &cancel)
    );
    let joining = joining.unwrap();
    let digits = shown_by(&joining);
    let (added, joined) = end((&first, arrived.unwrap()), (&second, joining), &digits).await;
    added.unwrap();
    joined.unwrap();
    assert_eq!((devices(&first), devices(&second)), (2, 2));
}

#[test]
fn what_is_no_code_is_said_to_be_none() {
    let read = |text: &str| PairingCode::read(&SecretText::new(text.to_owned()), &[]);
    assert!(matches!(
        read("bitcoin:bc1q"),
        Err(JoinPairingError::Invitation(InvitationError::NotOne))
    ));
    assert!(matches!(
        read("SATCHELPAIR1QQQQQQ"),
        Err(JoinPairingError::Invitation(InvitationError::Damaged))
    ));
    assert!(matches!(
        read("some words that are too few"),
        Err(JoinPairingError::Words(WordsError::Count { got: 6 }))
    ));
}

#[tokio::test]
async fn wrong_digits_add_nobody_and_there_is_one_try() {
    let (first, second) = founder_and_stranger().await;
    let mut shown = first.app.host_pairing().await.unwrap();
    let code = scanned(&shown);
    let cancel = never();
    let (arrived, joining) = tokio::join!(
        first.app.await_guest(&mut shown, &cancel),
        second.app.join_pairing(&code, second.name(), &cancel)
    );
    let (arrived, joining) = (arrived.unwrap(), joining.unwrap());
    let digits = joining.digits();
    let last = digits.expose().chars().last().unwrap();
    let other = if last == '9' { '0' } else { '9' };
    let wrong = format!("{}{other}", &digits.expose()[..digits.expose().len() - 1]);
    let wrong = Digits::read(&SecretText::new(wrong)).unwrap();
    let (added, joined) = end((&first, arrived), (&second, joining), &wrong).await;
    assert!(matches!(
        added,
        Err(HostPairingError::Fault(PairingFault::WrongDigits))
    ));
    assert!(matches!(
        joined,
        Err(JoinPairingError::Fault(PairingFault::Ended(
            EndReason::WrongDigits
        )))
    ));
    assert_eq!((devices(&first), devices(&second)), (1, 0));
    // The code is used up on both sides.
    let again = first.app.await_guest(&mut shown, &cancel).await;
    assert!(matches!(
        again,
        Err(HostPairingError::Fault(PairingFault::Taken))
    ));
    let again = second.app.join_pairing(&code, second.name(), &cancel).await;
    assert!(matches!(again, Err(JoinPairingError::NobodyThere)));
    // A new code serves.
    let (arrived, joining) = meet(&first, &second).await;
    let digits = shown_by(&joining);
    let (added, joined) = end((&first, arrived), (&second, joining), &digits).await;
    added
        .and(joined.map_err(|_| HostPairingError::Stopped))
        .unwrap();
}

#[tokio::test]
async fn somebody_in_between_who_read_the_words_is_found_by_the_digits() {
    let (first, second) = founder_and_stranger().await;
    let mut shown = first.app.host_pairing().await.unwrap();
    let read =
        || satchel_pairing::PairingWords::read(shown.words(), satchel_keys::RecoveryWords::list());
    // The middle is a host to one and a guest to the other.
    let lan = TcpLan::only_on(Ipv4Addr::LOCALHOST.into());
    let mut door = lan.listen().await.unwrap();
    let drawn = satchel_pairing::host::Drawn {
        key: secret(1),
        secret: secret(1),
        words: read().unwrap(),
    };
    let now = Timestamp::from_secs(0);
    let mut false_host = satchel_pairing::Host::new(drawn, [0; 16], door.addresses(), now).unwrap();
    let words = read().unwrap();
    let code = PairingCode::read(shown.words(), &door.addresses()).unwrap();
    let honest = shown.addresses()[0];
    let middle = async {
        let mut victim = door.accept().await.unwrap();
        let frame = victim.receive(LONG).await.unwrap();
        let (hello, answer) = false_host.hello(&frame, now, secret(2), [3; 16]).unwrap();
        victim.send(&answer).await.unwrap();
        let asks = hello.request(&victim.receive(LONG).await.unwrap()).unwrap();
        let (guest, frame) = Guest::by_words(&words, stranger(4)).unwrap();
        let mut link = lan.connect(honest).await.unwrap();
        link.send(&frame).await.unwrap();
        let answer = link.receive(LONG).await.unwrap();
        let (shows, frame) = guest.answer(&answer, asks.request()).unwrap();
        link.send(&frame).await.unwrap();
        (victim, asks, link, shows)
    };
    let cancel = never();
    let (arrived, joining, middle) = tokio::join!(
        first.app.await_guest(&mut shown, &cancel),
        second.app.join_pairing(&code, second.name(), &cancel),
        middle
    );
    let joining = joining.unwrap();
    let typed = shown_by(&joining);
    let added = first
        .app
        .admit_guest(arrived.unwrap(), &typed, &cancel)
        .await;
    assert!(matches!(
        added,
        Err(HostPairingError::Fault(PairingFault::WrongDigits))
    ));
    drop(middle);
    let joined = second.app.finish_joining(joining, &cancel).await;
    assert!(matches!(joined, Err(JoinPairingError::Lan(LanError::Gone))));
    assert_eq!((devices(&first), devices(&second)), (1, 0));
}

#[tokio::test]
async fn a_device_that_comes_too_late_is_told_so() {
    let (first, second) = founder_and_stranger().await;
    let mut shown = first.app.host_pairing().await.unwrap();
    let code = scanned(&shown);
    let cancel = never();
    let late = async {
        first.clock.advance(GOOD_FOR);
        second.app.join_pairing(&code, second.name(), &cancel).await
    };
    let (arrived, joining) = tokio::join!(first.app.await_guest(&mut shown, &cancel), late);
    assert!(matches!(
        arrived,
        Err(HostPairingError::Fault(PairingFault::TooLate))
    ));
    assert!(matches!(
        joining,
        Err(JoinPairingError::Fault(PairingFault::Ended(
            EndReason::TooLate
        )))
    ));
    // A code that was too old when anybody waited for a device.
    let mut shown = first.app.host_pairing().await.unwrap();
    first.clock.advance(GOOD_FOR);
    let arrived = first.app.await_guest(&mut shown, &cancel).await;
    assert!(matches!(
        arrived,
        Err(HostPairingError::Fault(PairingFault::TooLate))
    ));
    // One that is older than clocks differ is not even tried.
    second.clock.advance(10 * GOOD_FOR);
    let joining = second.app.join_pairing(&code, second.name(), &cancel).await;
    assert!(matches!(
        joining,
        Err(JoinPairingError::Fault(PairingFault::TooLate))
    ));
}

#[tokio::test]
async fn digits_that_are_typed_too_late_add_nobody() {
    let (first, second) = founder_and_stranger().await;
    let (arrived, joining) = meet(&first, &second).await;
    let digits = shown_by(&joining);
    first.clock.set(arrived.until());
    let (added, joined) = end((&first, arrived), (&second, joining), &digits).await;
    assert!(matches!(
        added,
        Err(HostPairingError::Fault(PairingFault::TooLate))
    ));
    assert!(matches!(
        joined,
        Err(JoinPairingError::Fault(PairingFault::Ended(
            EndReason::TooLate
        )))
    ));
}

#[tokio::test]
async fn a_second_scanner_and_a_recorded_beginning_are_refused_while_the_first_goes_on() {
    let (first, second) = founder_and_stranger().await;
    let third = Device::new(3).await;
    let mut shown = first.app.host_pairing().await.unwrap();
    let code = scanned(&shown);
    let invitation = Invitation::read(shown.text()).unwrap();
    let address = shown.addresses()[0];
    let cancel = never();
    let (arrived, joining) = tokio::join!(
        first.app.await_guest(&mut shown, &cancel),
        second.app.join_pairing(&code, second.name(), &cancel)
    );
    let refused = third.app.join_pairing(&code, third.name(), &cancel).await;
    assert!(matches!(
        refused,
        Err(JoinPairingError::Fault(PairingFault::Ended(
            EndReason::Taken
        )))
    ));
    let now = invitation.expires;
    let (_, frame) = Guest::by_invitation(&invitation, now, stranger(9)).unwrap();
    for _ in 0..2 {
        let mut link = TcpLan::default().connect(address).await.unwrap();
        link.send(&frame).await.unwrap();
        assert_eq!(link.receive(LONG).await.unwrap(), [0, 1]);
    }
    let joining = joining.unwrap();
    let digits = shown_by(&joining);
    let (added, joined) = end((&first, arrived.unwrap()), (&second, joining), &digits).await;
    added.unwrap();
    joined.unwrap();
}

#[tokio::test]
async fn whoever_connects_and_talks_rubbish_or_says_nothing_is_in_nobodys_way() {
    let (first, second) = founder_and_stranger().await;
    let mut shown = first.app.host_pairing().await.unwrap();
    let code = scanned(&shown);
    let mut open = Vec::new();
    for junk in [
        &b""[..],
        &[0, 0],
        &[5, 0, 1],
        b"GET / HTTP/1.1\r\n\r\n",
        &[4, 0, b'S', b'P', 1, 1],
        &[0xff; 70_000],
    ] {
        let mut stream = TcpStream::connect(shown.addresses()[0]).unwrap();
        stream.write_all(junk).unwrap();
        open.push(stream);
    }
    let cancel = never();
    let (arrived, joining) = tokio::join!(
        first.app.await_guest(&mut shown, &cancel),
        second.app.join_pairing(&code, second.name(), &cancel)
    );
    let joining = joining.unwrap();
    let digits = shown_by(&joining);
    let (added, joined) = end((&first, arrived.unwrap()), (&second, joining), &digits).await;
    added.unwrap();
    joined.unwrap();
}

#[tokio::test]
async fn what_its_owner_declines_or_stops_adds_nobody_and_the_other_hears_why() {
    let (first, second) = founder_and_stranger().await;
    let (arrived, joining) = meet(&first, &second).await;
    let digits = shown_by(&joining);
    first.confirm.then(Ok(Answer::Declined));
    let (added, joined) = end((&first, arrived), (&second, joining), &digits).await;
    assert!(matches!(
        added,
        Err(HostPairingError::Circle(CircleError::Confirm(
            ConfirmError::Declined
        )))
    ));
    assert!(matches!(
        joined,
        Err(JoinPairingError::Fault(PairingFault::Ended(
            EndReason::Declined
        )))
    ));
    let (arrived, joining) = meet(&first, &second).await;
    let cancel = never();
    cancel.cancel();
    let digits = shown_by(&joining);
    let waits = never();
    let (added, joined) = tokio::join!(
        first.app.admit_guest(arrived, &digits, &cancel),
        second.app.finish_joining(joining, &waits)
    );
    assert!(matches!(added, Err(HostPairingError::Stopped)));
    assert!(matches!(
        joined,
        Err(JoinPairingError::Fault(PairingFault::Ended(
            EndReason::Stopped
        )))
    ));
    let (arrived, joining) = meet(&first, &second).await;
    let (_, joined) = tokio::join!(
        arrived.send_away(),
        second.app.finish_joining(joining, &waits)
    );
    assert!(matches!(
        joined,
        Err(JoinPairingError::Fault(PairingFault::Ended(
            EndReason::Stopped
        )))
    ));
    let mut shown = first.app.host_pairing().await.unwrap();
    let waiting = first.app.await_guest(&mut shown, &cancel).await;
    assert!(matches!(waiting, Err(HostPairingError::Stopped)));
    assert_eq!((devices(&first), devices(&second)), (1, 0));
}

#[tokio::test]
async fn a_lock_ends_it_on_either_side() {
    let (first, second) = founder_and_stranger().await;
    let mut shown = first.app.host_pairing().await.unwrap();
    let cancel = never();
    let lock = async { first.app.lock() };
    let (waiting, ()) = tokio::join!(first.app.await_guest(&mut shown, &cancel), lock);
    assert!(matches!(
        waiting,
        Err(HostPairingError::Circle(CircleError::Access(_)))
    ));
    first.reopen().await;
    let (arrived, joining) = meet(&first, &second).await;
    let digits = shown_by(&joining);
    second.app.lock();
    let joined = second.app.finish_joining(joining, &cancel).await;
    assert!(matches!(
        joined,
        Err(JoinPairingError::Circle(CircleError::Access(_)))
    ));
    let added = first.app.admit_guest(arrived, &digits, &cancel).await;
    assert!(added.is_err());
    assert_eq!(devices(&first), 1, "who is gone is not added");
}

#[tokio::test]
async fn a_guest_that_vanished_is_not_added() {
    let (first, second) = founder_and_stranger().await;
    let (arrived, joining) = meet(&first, &second).await;
    let digits = shown_by(&joining);
    drop(joining);
    let added = first.app.admit_guest(arrived, &digits, &never()).await;
    assert!(matches!(added, Err(HostPairingError::Lan(LanError::Gone))));
    assert_eq!(devices(&first), 1);
    assert!(second.app.circle().unwrap().is_none());
}

#[tokio::test]
async fn no_code_is_shown_without_proof() {
    let (first, _) = founder_and_stranger().await;
    first.authorize.then(Proof::GivesUp);
    assert!(matches!(
        first.app.host_pairing().await,
        Err(HostPairingError::Circle(CircleError::Proof(_)))
    ));
}

#[tokio::test]
async fn only_who_holds_the_owners_key_shows_a_code_and_only_who_is_in_no_circle_reads_one() {
    let (first, second) = founder_and_stranger().await;
    assert!(matches!(
        second.app.host_pairing().await,
        Err(HostPairingError::Circle(CircleError::NotIn))
    ));
    let shown = first.app.host_pairing().await.unwrap();
    let code = scanned(&shown);
    let joining = first.app.join_pairing(&code, first.name(), &never()).await;
    assert!(matches!(
        joining,
        Err(JoinPairingError::Circle(CircleError::AlreadyIn))
    ));
    let (first, second) = crate::world::pair().await;
    assert!(matches!(
        second.app.host_pairing().await,
        Err(HostPairingError::Circle(CircleError::NotTheOwner))
    ));
    drop(first);
}
