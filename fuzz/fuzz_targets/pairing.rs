//! What a device that is to be added reads from a screen and hears, and what the other one hears.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satchel_fuzz::{assert_plain, frugal, frugal_secrets, seeds};
use satchel_keys::RecoveryWords;
use satchel_pairing::fuzzing as pairing;
use satchel_pairing::invitation::MAX_ADDRESSES;
use satchel_pairing::message::{MAX_ADMISSION, MAX_KEYS, MAX_REQUEST};
use satchel_pairing::{
    Admission, Digits, Invitation, InvitationError, Named, PairingFault, PairingWords, Request,
};
use satchel_secrets::SecretText;
use satchel_types::{DeviceId, WalletName};

/// Longest message that a frame holds.
const LONGEST: usize = 65_519;

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    match mode {
        0 => text(data, invitation),
        1 => data_of_invitation(data),
        2 => request(data),
        3 => admission(data),
        4 => text(data, words),
        5 => text(data, digits),
        6 => stranger(data),
        7 => answer(data),
        8 => host_hears(data),
        9 => guest_hears(data),
        10 => gift(data),
        _ => {}
    }
});

fn text(data: &[u8], check: impl Fn(&str)) {
    if let Ok(text) = std::str::from_utf8(data) {
        check(text);
    }
}

fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

/// One meaning has one text, but for case and white space.
fn invitation(text: &str) {
    let typed = secret(text);
    if let Ok(invitation) = frugal_secrets(8, text.len(), || Invitation::read(&typed)) {
        believed(&invitation);
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        assert_eq!(invitation.text().expose(), plain.to_ascii_uppercase());
    }
}

fn data_of_invitation(data: &[u8]) {
    let Some(text) = pairing::text_of(data) else {
        return;
    };
    match Invitation::read(&text) {
        Ok(invitation) => {
            believed(&invitation);
            assert_eq!(invitation.text().expose(), text.expose());
        }
        Err(error) => assert_ne!(error, InvitationError::NotOne),
    }
}

fn believed(invitation: &Invitation) {
    assert!((1..=MAX_ADDRESSES).contains(&invitation.addresses.len()));
    assert!(invitation.addresses.iter().all(|it| it.port() != 0));
}

fn request(data: &[u8]) {
    if let Some(request) = frugal(data.len(), || Request::from_bytes(data)) {
        assert!(data.len() <= MAX_REQUEST);
        assert_plain(request.name.as_str());
        assert_plain(&request.system);
        assert_eq!(
            WalletName::new(request.name.as_str()),
            Ok(request.name.clone())
        );
        assert_eq!(request.to_bytes().as_deref(), Some(data));
    }
}

fn admission(data: &[u8]) {
    if let Some(admission) = frugal(data.len(), || Admission::from_bytes(data)) {
        assert!(data.len() <= MAX_ADMISSION);
        assert!((1..=MAX_KEYS).contains(&admission.keys.len()));
        assert_eq!(admission.to_bytes().as_deref(), Some(data));
    }
}

fn words(text: &str) {
    let list = RecoveryWords::list();
    if let Ok(words) = PairingWords::read(&secret(text), list) {
        let plain: Vec<_> = text.split_whitespace().collect();
        assert_eq!(
            words.text(list).expose(),
            plain.join(" ").to_ascii_lowercase()
        );
    }
}

fn digits(text: &str) {
    if let Some(digits) = Digits::read(&secret(text)) {
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(plain(digits.shown().expose()), plain(text));
    }
}

/// Who does not have the secret is no guest, whatever they say; the guest can still come.
fn stranger(data: &[u8]) {
    let mut host = pairing::host();
    let (_, frame) = pairing::guest();
    let failed = frugal_secrets(64, data.len(), || pairing::hello(&mut host, data).err());
    match failed {
        Some(failed) => {
            assert_eq!(failed.fault, PairingFault::NotTheOther);
            assert_eq!(failed.farewell.map(|it| it.len()), Some(2));
            assert!(pairing::hello(&mut host, &frame).is_ok());
        }
        None => assert_eq!(data, frame),
    }
}

/// Who does not have the host's key is no host.
fn answer(data: &[u8]) {
    let (guest, _) = pairing::guest();
    let failed = guest.answer(data, &pairing::request()).err();
    assert!(failed.is_some_and(|failed| failed.farewell.is_none()));
}

/// A guest that has the secret says something.
fn host_hears(data: &[u8]) {
    let message = &data[..data.len().min(LONGEST)];
    if let Ok(request) = pairing::host_hears(message) {
        let written = request.to_bytes().expect("just read");
        assert_eq!([&[1][..], &[5; 16], &written].concat(), message);
    }
}

/// A host says something, in pieces: each begins with its length.
fn guest_hears(mut data: &[u8]) {
    let mut messages = Vec::new();
    while let Some((len, rest)) = data.split_first_chunk::<2>() {
        let len = usize::from(u16::from_le_bytes(*len))
            .min(rest.len())
            .min(LONGEST);
        let (message, rest) = rest.split_at(len);
        messages.push(message);
        data = rest;
    }
    if let Ok(Some(admission)) = pairing::guest_hears(&messages) {
        assert!((1..=MAX_KEYS).contains(&admission.keys.len()));
        assert!(admission.circle.as_bytes() == &[4; 16] && admission.owner == [5; 32]);
    }
}

/// Keys have one form.
fn gift(data: &[u8]) {
    if let Some(written) = frugal_secrets(16, data.len(), || pairing::gift_again(data)) {
        assert_eq!(written, data);
    }
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let of = |mode: u8, data: &[u8]| [&[mode], data].concat();
    let host = pairing::host();
    let code = host.invitation().text();
    let spoken = host.words(RecoveryWords::list());
    let (_, frame) = pairing::guest();
    let request = pairing::request().to_bytes().expect("short");
    let admission = Admission {
        circle: satchel_types::CircleId::from_bytes([4; 16]),
        owner: [5; 32],
        keys: vec![vec![1; 40], vec![2; 3]],
        names: Named::new(DeviceId::from_bytes([7; 16]), "Phone", "Android")
            .into_iter()
            .collect(),
        seen: None,
    };
    let admission = admission.to_bytes().expect("short");
    let data = [
        &[1][..],
        &1_800_000_120_u64.to_le_bytes(),
        &[6; 64],
        &[2, 4, 10, 0, 0, 1, 0x28, 0xa0, 6],
        &[0xfd; 16],
        &[0x28, 0xa0],
    ]
    .concat();
    let piece = |kind: u8, body: &[u8]| {
        let len = u16::try_from(body.len() + 1).expect("short");
        [&len.to_le_bytes()[..], &[kind], body].concat()
    };
    let (one, two) = admission.split_at(60);
    vec![
        ("code", of(0, code.expose().as_bytes())),
        ("code-lower", of(0, code.expose().to_lowercase().as_bytes())),
        ("data", of(1, &data)),
        ("request", of(2, &request)),
        ("admission", of(3, &admission)),
        ("words", of(4, spoken.expose().as_bytes())),
        ("digits", of(5, b"012 345")),
        ("hello", of(6, &frame)),
        ("refusal", of(7, &[0, 1])),
        ("asks", of(8, &[&[1][..], &[5; 16], &request].concat())),
        ("ends", of(8, &[0, 5])),
        ("given", of(9, &piece(3, &admission))),
        ("gift", of(10, &pairing::gift())),
        ("in-parts", of(9, &[piece(2, one), piece(3, two)].concat())),
    ]
}
