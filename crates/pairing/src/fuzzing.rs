//! Doors for fuzz targets: data with a checksum that is right, and what somebody says who has the secret.

use bech32::{Bech32m, Hrp};
use satchel_secrets::noise::{Channel, Common, Handshake};
use satchel_secrets::{SecretBytes, SecretText};
use satchel_types::{CircleId, Timestamp, WalletName};

use crate::guest::{self, Given};
use crate::host::{self, Host, HostHello};
use crate::invitation::circle_digest;
use crate::message::{Admission, Request};
use crate::session::{ANSWERED, HELLO, Way, commitment};
use crate::{Failed, Guest, PairingWords};

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

/// Returns data as an invitation's text. `None` if it is too long for one.
pub fn text_of(data: &[u8]) -> Option<SecretText> {
    let text = bech32::encode_upper::<Bech32m>(Hrp::parse_unchecked("satchelpair"), data);
    text.ok().map(SecretText::new)
}

fn secret<const N: usize>(byte: u8) -> SecretBytes<N> {
    SecretBytes::from_slice(&[byte; N]).expect("N bytes")
}

/// Returns a host, the same each time.
pub fn host() -> Host {
    let drawn = host::Drawn {
        key: secret(1),
        secret: secret(1),
        words: PairingWords::new(secret(1)),
    };
    let address = std::net::SocketAddr::from(([10, 0, 0, 1], 41_000));
    let circle = circle_digest(CircleId::from_bytes([4; 16]), &[5; 32]);
    Host::new(drawn, circle, vec![address], NOW).expect("a key")
}

/// Lets a host hear the first frame of somebody.
///
/// # Errors
/// See [`Host::hello`].
pub fn hello(host: &mut Host, frame: &[u8]) -> Result<(HostHello, Vec<u8>), Failed> {
    host.hello(frame, NOW, secret(2), [3; 16])
}

/// Returns a guest of the host, with its first frame.
pub fn guest() -> (Guest, Vec<u8>) {
    let drawn = guest::Drawn {
        handshake: secret(4),
        number: secret(5),
    };
    Guest::by_invitation(host().invitation(), NOW, drawn).expect("in time")
}

/// Returns what a guest asks.
pub fn request() -> Request {
    Request {
        device: satchel_types::DeviceId::from_bytes([1; 16]),
        sign_key: [2; 32],
        wrap_key: [3; 32],
        name: WalletName::new("Phone").expect("a name"),
        system: "Linux".to_owned(),
    }
}

/// Lets a host hear what a guest says in place of its request. The guest's number is 16 times 5.
///
/// # Errors
/// See [`HostHello::request`].
pub fn host_hears(message: &[u8]) -> Result<Request, Failed> {
    let mut host = host();
    let way = Way::invitation(host.invitation());
    let key = host.invitation().host_key;
    let common = Common {
        psk: &way.psk,
        prologue: &way.prologue,
    };
    let mut handshake = Handshake::first(&common, Some(&key), secret(4)).expect("it begins");
    let mut frame = [&HELLO[..], &[way.byte]].concat();
    let first = handshake.write(&commitment(&[5; 16]));
    frame.extend(first.expect("its turn"));
    let (hello, answer) = hello(&mut host, &frame)?;
    handshake.read(&answer[1..]).expect("the host's");
    let sealed = sealed(handshake, &[message]).pop().expect("one");
    Ok(hello.request(&sealed)?.request().clone())
}

/// Lets a guest hear what a host says in place of its admission.
///
/// # Errors
/// See [`guest::GuestShows::take`].
pub fn guest_hears(messages: &[&[u8]]) -> Result<Option<Admission>, Failed> {
    let host = host();
    let way = Way::invitation(host.invitation());
    let common = Common {
        psk: &way.psk,
        prologue: &way.prologue,
    };
    let mut handshake = Handshake::second(&common, Some(&secret(1)), secret(2)).expect("it begins");
    let (guest, frame) = guest();
    handshake
        .read(&frame[HELLO.len() + 1..])
        .expect("its guest's");
    let answer = handshake.write(&[3; 16]).expect("its turn");
    let answer = [&[ANSWERED], &answer[..]].concat();
    let (mut shows, _) = guest.answer(&answer, &request())?;
    for frame in sealed(handshake, messages) {
        match shows.take(&frame)? {
            Given::More(more) => shows = more,
            Given::All(all) => return Ok(Some(all.admission().clone())),
        }
    }
    Ok(None)
}

/// Returns keys as they are written inside of their seal.
pub fn gift() -> Vec<u8> {
    crate::gift::Gift {
        owner: secret(1),
        keys: vec![vec![2; 40]],
        wallets: vec![crate::gift::GiftWallet {
            name: WalletName::new("Main").expect("a name"),
            network: "regtest".to_owned(),
            script_type: satchel_types::ScriptType::Taproot,
            account: 0,
            created_at: Timestamp::from_secs(7),
            seed: satchel_secrets::SecretVec::from_slice(&[3; 16]),
        }],
    }
    .plain()
    .expose()
    .to_vec()
}

/// Reads what was inside of a seal and writes it again.
pub fn gift_again(bytes: &[u8]) -> Option<Vec<u8>> {
    let gift = crate::gift::Gift::read(bytes)?;
    Some(gift.plain().expose().to_vec())
}

fn sealed(handshake: Handshake, messages: &[&[u8]]) -> Vec<Vec<u8>> {
    let (mut channel, _): (Channel, _) = handshake.finish().expect("both messages");
    let seal = |message: &&[u8]| channel.seal(message).expect("the target keeps it short");
    messages.iter().map(seal).collect()
}
