//! What a host shows, for a camera or to be copied.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32m, Hrp};
use satchel_secrets::hash::hash;
use satchel_secrets::{SecretBytes, SecretText, SecretVec, wipe};
use satchel_types::{CircleId, Timestamp};

/// Most addresses.
pub const MAX_ADDRESSES: usize = 8;
/// Longest text in characters.
pub const MAX_TEXT: usize = 500;

const PREFIX: &str = "satchelpair";
const VERSION: u8 = 1;
/// What comes before the addresses.
const FIXED: usize = 1 + 8 + 32 + 16 + 16 + 1;
/// Longest data: all addresses of the longer kind.
const MAX_DATA: usize = FIXED + MAX_ADDRESSES * 19;

/// Why a text is no invitation. It never says what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    /// It is something else.
    #[error("this is not the code of a device that adds another")]
    NotOne,
    /// It was changed or is not whole.
    #[error("this code has a mistake in it, or is not whole")]
    Damaged,
    /// It is of a newer version.
    #[error("this code is of a newer version of Satchel")]
    Newer,
}

/// What a guest has to know.
#[derive(Debug)]
pub struct Invitation {
    /// From when on it is refused.
    pub expires: Timestamp,
    /// The host's public key, for this session alone.
    pub host_key: [u8; 32],
    /// What only who saw it knows.
    pub secret: SecretBytes<16>,
    /// Which circle it leads into, and whose; see [`circle_digest`].
    pub circle: [u8; 16],
    /// Where the host listens; 1 to [`MAX_ADDRESSES`].
    pub addresses: Vec<SocketAddr>,
}

/// Returns what an invitation says of a circle: too little to know it, enough to recognise it.
pub fn circle_digest(circle: CircleId, owner: &[u8; 32]) -> [u8; 16] {
    let hash = hash(
        &[
            b"satchel pairing circle v1\0",
            &circle.as_bytes()[..],
            owner,
        ]
        .concat(),
    );
    let mut digest = [0; 16];
    digest.copy_from_slice(&hash[..16]);
    digest
}

impl Invitation {
    /// Returns the text, in capitals. Addresses beyond [`MAX_ADDRESSES`] are left out.
    pub fn text(&self) -> SecretText {
        let prefix = Hrp::parse_unchecked(PREFIX);
        let text = bech32::encode_upper::<Bech32m>(prefix, self.data().expose());
        SecretText::new(text.expect("the longest data gives fewer than 1023 characters"))
    }

    /// Reads a text, however it was wrapped on its way.
    ///
    /// # Errors
    /// See [`InvitationError`].
    pub fn read(text: &SecretText) -> Result<Self, InvitationError> {
        let mut data = [0; MAX_DATA];
        let read = decode(text.expose(), &mut data).and_then(|len| Self::parse(&data[..len]));
        wipe(&mut data);
        let read = read?;
        // Bits that fill up the last character say nothing, and are zero.
        let plain = text.expose().chars().filter(|c| !c.is_whitespace());
        let same = plain
            .map(|c| c.to_ascii_uppercase())
            .eq(read.text().expose().chars());
        same.then_some(read).ok_or(InvitationError::Damaged)
    }

    /// Returns what the text says; also what both sides agree on.
    pub(crate) fn data(&self) -> SecretVec {
        let addresses = &self.addresses[..self.addresses.len().min(MAX_ADDRESSES)];
        let len = FIXED + addresses.iter().map(address_len).sum::<usize>();
        let data = SecretVec::init_with(len, |mut out| {
            put(&mut out, &[VERSION]);
            put(&mut out, &self.expires.as_secs().to_le_bytes());
            put(&mut out, &self.host_key);
            put(&mut out, self.secret.expose());
            put(&mut out, &self.circle);
            put(&mut out, &[addresses.len() as u8]);
            for address in addresses {
                match address.ip() {
                    IpAddr::V4(ip) => {
                        put(&mut out, &[4]);
                        put(&mut out, &ip.octets());
                    }
                    IpAddr::V6(ip) => {
                        put(&mut out, &[6]);
                        put(&mut out, &ip.octets());
                    }
                }
                put(&mut out, &address.port().to_le_bytes());
            }
            Ok::<_, std::convert::Infallible>(())
        });
        match data {
            Ok(data) => data,
            Err(never) => match never {},
        }
    }

    fn parse(data: &[u8]) -> Result<Self, InvitationError> {
        let mut rest = data;
        match take::<1>(&mut rest)? {
            [VERSION] => {}
            [0] => return Err(InvitationError::Damaged),
            _ => return Err(InvitationError::Newer),
        }
        let expires = Timestamp::from_secs(u64::from_le_bytes(*take(&mut rest)?));
        let host_key = *take(&mut rest)?;
        let secret = SecretBytes::from_slice(take::<16>(&mut rest)?).expect("16 bytes");
        let circle = *take(&mut rest)?;
        let [count] = *take(&mut rest)?;
        if !(1..=MAX_ADDRESSES).contains(&usize::from(count)) {
            return Err(InvitationError::Damaged);
        }
        let addresses = (0..count).map(|_| address(&mut rest));
        let addresses = addresses.collect::<Result<Vec<_>, _>>()?;
        if !rest.is_empty() {
            return Err(InvitationError::Damaged);
        }
        Ok(Self {
            expires,
            host_key,
            secret,
            circle,
            addresses,
        })
    }
}

/// Decodes a text into a buffer and returns how much it filled.
fn decode(text: &str, out: &mut [u8; MAX_DATA]) -> Result<usize, InvitationError> {
    // More is not even looked at; white space may be as much again.
    if text.len() > 2 * MAX_TEXT {
        return Err(InvitationError::NotOne);
    }
    let mut plain = String::with_capacity(text.len());
    plain.extend(text.chars().filter(|c| !c.is_whitespace()));
    let plain = SecretText::new(plain);
    let plain = plain.expose();
    let ours = plain
        .get(..=PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case("satchelpair1"));
    if !ours {
        return Err(InvitationError::NotOne);
    }
    if plain.len() > MAX_TEXT {
        return Err(InvitationError::Damaged);
    }
    let checked = CheckedHrpstring::new::<Bech32m>(plain).map_err(|_| InvitationError::Damaged)?;
    let mut len = 0;
    for byte in checked.byte_iter() {
        *out.get_mut(len).ok_or(InvitationError::Damaged)? = byte;
        len += 1;
    }
    Ok(len)
}

fn address_len(address: &SocketAddr) -> usize {
    if address.is_ipv4() { 7 } else { 19 }
}

fn put(out: &mut &mut [u8], bytes: &[u8]) {
    let (place, rest) = std::mem::take(out).split_at_mut(bytes.len());
    place.copy_from_slice(bytes);
    *out = rest;
}

fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> Result<&'a [u8; N], InvitationError> {
    let (taken, left) = rest
        .split_first_chunk::<N>()
        .ok_or(InvitationError::Damaged)?;
    *rest = left;
    Ok(taken)
}

fn address(rest: &mut &[u8]) -> Result<SocketAddr, InvitationError> {
    let ip = match take::<1>(rest)? {
        [4] => IpAddr::V4(Ipv4Addr::from(*take::<4>(rest)?)),
        [6] => IpAddr::V6(Ipv6Addr::from(*take::<16>(rest)?)),
        _ => return Err(InvitationError::Damaged),
    };
    match u16::from_le_bytes(*take(rest)?) {
        0 => Err(InvitationError::Damaged),
        port => Ok(SocketAddr::new(ip, port)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn invitation(addresses: &[SocketAddr]) -> Invitation {
        Invitation {
            expires: Timestamp::from_secs(1_800_000_000),
            host_key: [7; 32],
            secret: SecretBytes::from_slice(&[8; 16]).expect("16 bytes"),
            circle: [9; 16],
            addresses: addresses.to_vec(),
        }
    }

    fn read(text: &str) -> Result<Invitation, InvitationError> {
        Invitation::read(&SecretText::new(text.to_owned()))
    }

    fn addresses(text: &[&str]) -> Vec<SocketAddr> {
        let parse = |text: &&str| text.parse().expect("an address");
        text.iter().map(parse).collect()
    }

    #[test]
    fn the_text_is_for_the_alphanumeric_mode_and_survives_case_and_wrapping() {
        let invitation = invitation(&addresses(&["192.168.1.20:41000", "[fd00::1]:41000"]));
        let text = invitation.text();
        let text = text.expose();
        assert!(text.starts_with("SATCHELPAIR1"));
        let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        assert!(text.chars().all(plain));
        let wrapped = format!(" {}\n {}\r\n", &text[..50], &text[50..]);
        for form in [text.to_owned(), text.to_lowercase(), wrapped] {
            let again = read(&form).expect("the same");
            assert_eq!(again.data().expose(), invitation.data().expose());
            assert_eq!(again.addresses, invitation.addresses);
        }
        let (one, two) = text.split_at(60);
        let mixed = format!("{one}{}", two.to_lowercase());
        assert_eq!(read(&mixed).err(), Some(InvitationError::Damaged));
    }

    #[test]
    fn the_longest_fits_and_a_ninth_address_is_left_out() {
        let nine = addresses(&["[fd00::1]:41000"; 9]);
        let text = invitation(&nine).text();
        assert!(text.expose().len() <= MAX_TEXT);
        assert_eq!(read(text.expose()).expect("whole").addresses, nine[..8]);
    }

    #[test]
    fn something_else_something_changed_and_something_newer_are_told_apart() {
        let text = invitation(&addresses(&["10.0.0.1:1"])).text();
        let text = text.expose();
        for other in ["", "bitcoin:BC1", "SATCHELPAIR", "€€€€€€€€€€€€"] {
            assert_eq!(read(other).err(), Some(InvitationError::NotOne), "{other}");
        }
        for at in 12..text.len() {
            let mut bent = text.as_bytes().to_vec();
            bent[at] = if bent[at] == b'Q' { b'P' } else { b'Q' };
            let bent = String::from_utf8(bent).expect("ASCII");
            assert_eq!(read(&bent).err(), Some(InvitationError::Damaged), "{at}");
            let cut = read(&text[..at]).err();
            assert_eq!(cut, Some(InvitationError::Damaged), "{at}");
        }
        let prefix = Hrp::parse_unchecked(PREFIX);
        let of = |data: &[u8]| bech32::encode_upper::<Bech32m>(prefix, data).expect("short");
        let data = invitation(&addresses(&["10.0.0.1:1"])).data();
        let data = data.expose();
        let with = |at: usize, byte| {
            let mut data = data.to_vec();
            data[at] = byte;
            read(&of(&data)).err()
        };
        assert_eq!(with(0, 2), Some(InvitationError::Newer));
        let damaged = Some(InvitationError::Damaged);
        assert_eq!(with(0, 0), damaged);
        assert_eq!(with(73, 0), damaged, "no address");
        assert_eq!(with(73, 2), damaged, "one too few");
        assert_eq!(with(73, 9), damaged, "too many");
        assert_eq!(with(74, 5), damaged, "of no kind");
        assert_eq!(with(79, 0), damaged, "port 0");
        assert_eq!(read(&of(&[data, &[0]].concat())).err(), damaged, "more");
        assert_eq!(read(&of(&vec![1; MAX_DATA + 1])).err(), damaged);
    }

    #[test]
    fn bits_that_fill_up_the_last_character_are_zero() {
        use bech32::Fe32;
        use bech32::primitives::iter::{ByteIterExt, Fe32IterExt};
        let data = invitation(&addresses(&["10.0.0.1:1"])).data();
        let mut fields: Vec<Fe32> = data.expose().iter().copied().bytes_to_fes().collect();
        let text = |fields: &[Fe32]| -> String {
            let prefix = Hrp::parse_unchecked(PREFIX);
            let fields = fields.iter().copied();
            fields.with_checksum::<Bech32m>(&prefix).chars().collect()
        };
        assert!(read(&text(&fields)).is_ok());
        let last = fields.pop().expect("there are some").to_u8() | 1;
        fields.push(Fe32::try_from(last).expect("five bits"));
        assert_eq!(read(&text(&fields)).err(), Some(InvitationError::Damaged));
    }

    #[test]
    fn a_digest_is_of_a_circle_and_of_its_owner() {
        let of = |circle, owner| circle_digest(CircleId::from_bytes([circle; 16]), &[owner; 32]);
        assert_eq!(of(1, 2), of(1, 2));
        assert_ne!(of(1, 2), of(1, 3));
        assert_ne!(of(1, 2), of(3, 2));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text: String) {
            let _ = read(&text);
            let _ = read(&format!("SATCHELPAIR1{text}"));
        }

        #[test]
        fn any_data_that_is_read_is_written_the_same(data in proptest::collection::vec(any::<u8>(), 0..MAX_DATA)) {
            if let Ok(invitation) = Invitation::parse(&data) {
                let written = invitation.data();
                prop_assert_eq!(written.expose(), &data[..]);
            }
        }
    }
}
