//! Hosts, guests, and who stands between them.

use std::net::SocketAddr;

use satchel_keys::words::RecoveryWords;
use satchel_secrets::{SecretBytes, SecretText};
use satchel_types::Timestamp;

use crate::gift::MAX_GIFT;
use crate::guest::{Gifts, Given, GuestJoined, GuestShows};
use crate::host::{HostAsks, HostChecked, HostJoined};
use crate::invitation::circle_digest;
use crate::message::tests::{admission, request};
use crate::session::{Session, Way};
use crate::*;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn secret<const N: usize>(byte: u8) -> SecretBytes<N> {
    SecretBytes::from_slice(&[byte; N]).expect("N bytes")
}

fn host(byte: u8) -> Host {
    let drawn = host::Drawn {
        key: secret(byte),
        secret: secret(byte),
        words: PairingWords::new(secret(byte)),
    };
    let admission = admission(vec![vec![1]]);
    let circle = circle_digest(admission.circle, &admission.owner);
    let address: SocketAddr = "10.0.0.1:41000".parse().expect("an address");
    Host::new(drawn, circle, vec![address], NOW).expect("a key")
}

fn drawn(byte: u8) -> guest::Drawn {
    guest::Drawn {
        handshake: secret(byte),
        number: secret(byte),
    }
}

/// A guest that scanned.
fn guest(host: &Host, byte: u8) -> (Guest, Vec<u8>) {
    let read = Invitation::read(&host.invitation().text()).expect("a host's");
    Guest::by_invitation(&read, NOW, drawn(byte)).expect("in time")
}

/// A guest that typed.
fn typing_guest(host: &Host, byte: u8) -> (Guest, Vec<u8>) {
    let list = RecoveryWords::list();
    let words = PairingWords::read(&host.words(list), list).expect("a host's");
    Guest::by_words(&words, drawn(byte)).expect("it begins")
}

fn hello(host: &mut Host, frame: &[u8]) -> Result<(host::HostHello, Vec<u8>), Failed> {
    host.hello(frame, NOW, secret(50), [51; 16])
}

fn meet((guest, frame): (Guest, Vec<u8>), host: &mut Host) -> (HostAsks, GuestShows) {
    let (hello, answer) = hello(host, &frame).expect("its guest");
    let (shows, asks) = guest.answer(&answer, &request()).expect("its host");
    (hello.request(&asks).expect("its guest"), shows)
}

fn typed(text: &SecretText) -> Digits {
    Digits::read(text).expect("six digits")
}

fn checked(host: &mut Host) -> (HostChecked, GuestShows) {
    let begun = guest(host, 2);
    let (asks, shows) = meet(begun, host);
    let digits = typed(&shows.digits().shown());
    (asks.digits(&digits).expect("the same"), shows)
}

fn told(failed: Failed, shows: GuestShows) -> PairingFault {
    let farewell = failed.farewell.expect("the other is told");
    shows.take(&farewell).expect_err("it is over").fault
}

#[test]
fn a_guest_that_scanned_or_typed_is_added_by_its_digits() {
    for words in [false, true] {
        let mut host = host(1);
        let begun = if words {
            typing_guest(&host, 2)
        } else {
            guest(&host, 2)
        };
        let (asks, mut shows) = meet(begun, &mut host);
        assert_eq!(asks.request(), &request());
        let digits = typed(&shows.digits().shown());
        let checked = asks.digits(&digits).expect("the same");
        let given = admission(vec![vec![7; 50_000]; 3]);
        let (admitted, frames) = checked.admit(&given).expect("it fits");
        assert_eq!(frames.len(), 3);
        let mut all = None;
        for frame in frames {
            assert!(frame.len() <= usize::from(u16::MAX));
            match shows.take(&frame).expect("the host's") {
                Given::More(more) => shows = more,
                Given::All(admitted) => {
                    all = Some(admitted);
                    break;
                }
            }
        }
        let all = all.expect("the last frame says so");
        assert_eq!(all.admission(), &given);
        let (waits, frame) = all.joined().expect("short");
        let joined = admitted.joined(&frame).expect("it did");
        let nothing = joined.nothing_else().expect("short");
        let heard = waits.take(&nothing).expect("the host's");
        assert!(matches!(heard, Gifts::Nothing));
    }
}

/// A guest that belongs.
fn joined() -> (HostJoined, GuestJoined) {
    let (checked, shows) = checked(&mut host(1));
    let (admitted, frames) = checked.admit(&admission(vec![vec![1]])).expect("short");
    let Given::All(all) = shows.take(&frames[0]).expect("the host's") else {
        panic!("one frame is all");
    };
    let (waits, frame) = all.joined().expect("short");
    (admitted.joined(&frame).expect("it did"), waits)
}

#[test]
fn keys_come_after_the_guest_joined_in_parts_and_are_said_to_be_held() {
    let (host, mut guest) = joined();
    let gift = vec![7; 130_000];
    let (gave, frames) = host.give(&gift).expect("it fits");
    assert_eq!(frames.len(), 3);
    let mut given = None;
    for frame in frames {
        match guest.take(&frame).expect("the host's") {
            Gifts::More(more) => guest = more,
            Gifts::All(all) => {
                given = Some(all);
                break;
            }
            Gifts::Nothing => panic!("there is something"),
        }
    }
    let given = given.expect("the last frame says so");
    assert_eq!(given.sealed(), gift);
    gave.held(&given.held().expect("short")).expect("it does");
}

#[test]
fn keys_that_are_too_many_or_not_due_end_it() {
    let (host, mut guest) = joined();
    let (_, frames) = host.give(&vec![7; MAX_GIFT + 1]).expect("sealed");
    let mut refused = None;
    for frame in &frames {
        match guest.take(frame) {
            Ok(Gifts::More(more)) => guest = more,
            other => {
                refused = other.err();
                break;
            }
        }
    }
    let refused = refused.expect("more than a gift may have");
    assert_eq!(refused.fault, PairingFault::NotUnderstood);

    // A guest that speaks while its host is asked has left, or is none.
    let (host, guest) = joined();
    let left = guest.end(EndReason::Stopped).expect("short");
    let fault = host.interrupted(&left).fault;
    assert_eq!(fault, PairingFault::Ended(EndReason::Stopped));
}

#[test]
fn wrong_digits_end_it_and_the_guest_hears_so() {
    let mut host = host(1);
    let begun = guest(&host, 2);
    let (asks, shows) = meet(begun, &mut host);
    let shown = shows.digits().shown();
    let wrong = shown.expose().replace(|c: char| c.is_ascii_digit(), "0");
    assert_ne!(wrong, shown.expose(), "these numbers give other digits");
    let failed = asks.digits(&typed(&SecretText::new(wrong)));
    let failed = failed.expect_err("they are wrong");
    assert_eq!(failed.fault, PairingFault::WrongDigits);
    let heard = told(failed, shows);
    assert_eq!(heard, PairingFault::Ended(EndReason::WrongDigits));
    // Nobody gets a second try, neither here nor with a new handshake.
    let begun = guest(&host, 3);
    let again = hello(&mut host, &begun.1).expect_err("it was used");
    assert_eq!(again.fault, PairingFault::Taken);
}

#[test]
fn somebody_in_between_who_knows_everything_that_is_shown_has_other_digits() {
    // With words alone, since with an invitation nobody but the host can answer.
    let mut host = host(1);
    let list = RecoveryWords::list();
    let words = PairingWords::read(&host.words(list), list).expect("a host's");
    let (victim, frame) = typing_guest(&host, 2);
    let mut false_host = super::tests::host(1);
    let (their_hello, answer) = hello(&mut false_host, &frame).expect("they know the words");
    let (shows, asks) = victim.answer(&answer, &request()).expect("nothing to see");
    their_hello.request(&asks).expect("they read it");
    let middle = Guest::by_words(&words, drawn(9)).expect("it begins");
    let (asks, _) = meet(middle, &mut host);
    let digits = typed(&shows.digits().shown());
    let failed = asks.digits(&digits).expect_err("others than the middle's");
    assert_eq!(failed.fault, PairingFault::WrongDigits);
}

#[test]
fn whoever_photographed_the_invitation_cannot_answer_in_the_hosts_place() {
    let honest = host(1);
    let (victim, frame) = guest(&honest, 2);
    let drawn = host::Drawn {
        key: secret(3),
        secret: secret(1),
        words: PairingWords::new(secret(1)),
    };
    let seen = honest.invitation();
    let mut false_host = Host::new(drawn, seen.circle, seen.addresses.clone(), NOW).expect("a key");
    let failed = hello(&mut false_host, &frame).expect_err("it lacks the key");
    assert_eq!(failed.fault, PairingFault::NotTheOther);
    let made_up = [&[1][..], &[0; 64]].concat();
    let failed = victim.answer(&made_up, &request()).expect_err("made up");
    assert_eq!(failed.fault, PairingFault::NotTheOther);
}

#[test]
fn a_code_that_somebody_changed_opens_nothing() {
    type Change = fn(&mut Invitation);
    let changes: [Change; 4] = [
        |it| it.expires = Timestamp::from_secs(it.expires.as_secs() + 1),
        |it| it.circle[0] ^= 1,
        |it| it.addresses.push(it.addresses[0]),
        |it| it.addresses[0].set_port(1),
    ];
    for change in changes {
        let mut host = host(1);
        let mut read = Invitation::read(&host.invitation().text()).expect("a host's");
        change(&mut read);
        let (_, frame) = Guest::by_invitation(&read, NOW, drawn(2)).expect("in time");
        let failed = hello(&mut host, &frame).expect_err("they do not agree");
        assert_eq!(failed.fault, PairingFault::NotTheOther);
    }
}

#[test]
fn a_guest_is_bound_to_its_number_before_it_knows_the_hosts() {
    let mut host = host(1);
    let way = Way::invitation(host.invitation());
    let common = satchel_secrets::noise::Common {
        psk: &way.psk,
        prologue: &way.prologue,
    };
    let key = host.invitation().host_key;
    let handshake = satchel_secrets::noise::Handshake::first(&common, Some(&key), secret(2));
    let mut handshake = handshake.expect("it begins");
    let mut frame = crate::session::HELLO.to_vec();
    frame.push(way.byte);
    let commitment = crate::session::commitment(&[5; 16]);
    frame.extend(handshake.write(&commitment).expect("its turn"));
    let (hello, answer) = hello(&mut host, &frame).expect("it has the secret");
    handshake.read(&answer[1..]).expect("the host's");
    let (channel, _) = handshake.finish().expect("both messages");
    let mut session = Session::new(channel);
    let body = [&[6; 16][..], &request().to_bytes().expect("short")].concat();
    let asks = session.seal(crate::session::REQUEST, &body).expect("short");
    let failed = hello.request(&asks).expect_err("another number");
    assert_eq!(failed.fault, PairingFault::NotTheOther);
}

#[test]
fn too_late_is_too_late_for_both() {
    let at = |secs: u64| Timestamp::from_secs(NOW.as_secs() + secs);
    for (secs, fine) in [(GOOD_FOR - 1, true), (GOOD_FOR, false)] {
        let mut host = host(1);
        let (guest, frame) = guest(&host, 2);
        let met = host.hello(&frame, at(secs), secret(50), [51; 16]);
        assert_eq!(met.is_ok(), fine);
        let Err(failed) = met else { continue };
        assert_eq!(failed.fault, PairingFault::TooLate);
        let farewell = failed.farewell.expect("it is told");
        let heard = guest.answer(&farewell, &request()).expect_err("refused");
        assert_eq!(heard.fault, PairingFault::Ended(EndReason::TooLate));
        let later = host.hello(&frame, NOW, secret(50), [51; 16]);
        assert_eq!(later.expect_err("over").fault, PairingFault::Taken);
    }
    let host = host(1);
    for (secs, fine) in [
        (GOOD_FOR + CLOCKS_DIFFER - 1, true),
        (GOOD_FOR + CLOCKS_DIFFER, false),
    ] {
        let begun = Guest::by_invitation(host.invitation(), at(secs), drawn(2));
        assert_eq!(begun.is_ok(), fine);
    }
}

#[test]
fn the_same_code_serves_one_guest_even_the_same_again() {
    let mut host = host(1);
    let (first, second) = (guest(&host, 2), guest(&host, 3));
    let recorded = first.1.clone();
    let _running = meet(first, &mut host);
    for frame in [&second.1, &recorded] {
        let failed = hello(&mut host, frame).expect_err("one is there");
        assert_eq!(failed.fault, PairingFault::Taken);
    }
    let failed = hello(&mut host, &second.1).expect_err("one is there");
    let farewell = failed.farewell.expect("it is told");
    let heard = second.0.answer(&farewell, &request());
    let heard = heard.expect_err("refused").fault;
    assert_eq!(heard, PairingFault::Ended(EndReason::Taken));
}

#[test]
fn a_recorded_beginning_opens_in_no_other_session() {
    let recorded = guest(&host(1), 2).1;
    let failed = hello(&mut host(7), &recorded).expect_err("another's");
    assert_eq!(failed.fault, PairingFault::NotTheOther);
    // In its own session it takes the place, and then its sender is at an end.
    let mut host = host(1);
    let (hello, _) = hello(&mut host, &recorded).expect("it was made for it");
    let failed = hello.request(&recorded).expect_err("it has no keys");
    assert_eq!(failed.fault, PairingFault::NotTheOther);
    assert!(failed.farewell.is_none());
}

#[test]
fn strangers_do_not_take_a_guests_place_unless_there_are_very_many() {
    let mut host = host(1);
    let (begun, frame) = guest(&host, 2);
    for junk in [
        &b""[..],
        b"GET / HTTP/1.1\r\n\r\n",
        b"SP\x01",
        b"SP\x01\x09",
        &[b'S', b'P', 2, 1],
        &frame[..60],
        &[0; 65_535],
    ] {
        let failed = hello(&mut host, junk).expect_err("junk");
        assert_eq!(failed.fault, PairingFault::NotTheOther);
        assert_eq!(failed.farewell.expect("an answer").len(), 2);
    }
    meet((begun, frame.clone()), &mut host);
    let mut host = super::tests::host(1);
    let faults = (0..64).map(|_| hello(&mut host, b"junk").expect_err("junk").fault);
    assert_eq!(faults.last(), Some(PairingFault::TooMany));
    assert_eq!(
        hello(&mut host, &frame).expect_err("closed").fault,
        PairingFault::Taken
    );
}

#[test]
fn what_is_not_due_ends_it() {
    // An admission before it was asked for, a request twice, a part that never ends.
    let mut host = host(1);
    let (checked, shows) = checked(&mut host);
    let (admitted, frames) = checked.admit(&admission(vec![vec![1]])).expect("short");
    let Given::All(all) = shows.take(&frames[0]).expect("the host's") else {
        panic!("one frame is all");
    };
    let end = all.end(EndReason::Failed).expect("short");
    let failed = admitted.joined(&end).expect_err("it failed");
    assert_eq!(failed.fault, PairingFault::Ended(EndReason::Failed));

    let (checked, shows) = super::tests::checked(&mut super::tests::host(1));
    let (_, frames) = checked.admit(&admission(vec![vec![1]])).expect("short");
    let mut bent = frames[0].clone();
    bent[0] ^= 1;
    let failed = shows.take(&bent).expect_err("changed on its way");
    assert_eq!(failed.fault, PairingFault::NotTheOther);
}

#[test]
fn an_admission_to_another_circle_than_the_codes_is_refused() {
    let (checked, shows) = checked(&mut host(1));
    let other = Admission {
        owner: [6; 32],
        ..admission(vec![vec![1]])
    };
    let (admitted, frames) = checked.admit(&other).expect("short");
    let failed = shows.take(&frames[0]).expect_err("another owner");
    assert_eq!(failed.fault, PairingFault::AnotherCircle);
    let heard = admitted.joined(&failed.farewell.expect("it is told"));
    let heard = heard.expect_err("it was not").fault;
    assert_eq!(heard, PairingFault::Ended(EndReason::Failed));
}

#[test]
fn too_much_to_hand_over_is_not_begun() {
    let (checked, shows) = checked(&mut host(1));
    let failed = checked
        .admit(&admission(vec![vec![0; 1024 * 1024]]))
        .expect_err("too long");
    assert_eq!(failed.fault, PairingFault::TooLong);
    assert_eq!(told(failed, shows), PairingFault::Ended(EndReason::Failed));
}

#[test]
fn either_side_can_stop_and_the_other_hears_why() {
    let (checked, shows) = checked(&mut host(1));
    let farewell = checked.end(EndReason::Declined).expect("short");
    let heard = shows.take(&farewell).expect_err("over").fault;
    assert_eq!(heard, PairingFault::Ended(EndReason::Declined));
}

#[test]
fn a_guest_that_gives_up_while_its_owner_reads_is_heard() {
    let (checked, shows) = checked(&mut host(1));
    let farewell = shows.end(EndReason::Stopped).expect("short");
    let heard = checked.interrupted(&farewell).fault;
    assert_eq!(heard, PairingFault::Ended(EndReason::Stopped));
    let (checked, _) = super::tests::checked(&mut host(1));
    let failed = checked.interrupted(b"from somebody else");
    assert_eq!(failed.fault, PairingFault::NotTheOther);
}

#[test]
fn without_an_address_there_is_nothing_to_show() {
    let drawn = host::Drawn {
        key: secret(1),
        secret: secret(1),
        words: PairingWords::new(secret(1)),
    };
    assert!(Host::new(drawn, [0; 16], Vec::new(), NOW).is_none());
}

#[test]
fn nothing_that_is_secret_is_printed() {
    let mut host = host(1);
    let begun = guest(&host, 2);
    let (asks, shows) = meet(begun, &mut host);
    let printed = format!("{host:?}{asks:?}{shows:?}");
    let shown = shows.digits().shown();
    assert!(!printed.contains(shown.expose()));
    assert!(!printed.contains("[1, 1, 1"), "{printed}");
}
