//! Objects as "Objects" and "Keys" of `docs/formats/bundle-v1.md` describe them.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hkdf::Hkdf;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, OpModeR, OpModeS, Serializable};
use sha2::Sha256;

use crate::cbor::Item;

pub type Key = [u8; 32];

/// `HKDF(key, context, about)`.
pub fn derived(key: &Key, context: &str, about: &[u8]) -> Key {
    let mut info = context.as_bytes().to_vec();
    if !about.is_empty() {
        info.push(0);
        info.extend(about);
    }
    let mut out = [0; 32];
    Hkdf::<Sha256>::new(None, key)
        .expand(&info, &mut out)
        .expect("32 bytes");
    out
}

pub fn hash(bytes: &[u8]) -> Key {
    *blake3::hash(bytes).as_bytes()
}

fn seal(key: &Key, nonce: [u8; 24], aad: &[u8], msg: &[u8]) -> Vec<u8> {
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher
        .encrypt(&XNonce::from(nonce), Payload { msg, aad })
        .expect("short")
}

fn opened(key: &Key, nonce: [u8; 24], aad: &[u8], msg: &[u8]) -> Vec<u8> {
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher
        .decrypt(&XNonce::from(nonce), Payload { msg, aad })
        .expect("the tag")
}

/// What stands outside of a segment or snapshot.
#[derive(Debug, Clone, Copy)]
pub struct Outside {
    pub kind: u8,
    pub circle: [u8; 16],
    pub epoch: u32,
    pub class: u8,
    pub stream: [u8; 16],
    pub number: u64,
    pub before: Key,
    pub nonce: [u8; 24],
}

/// Bytes 0 to 108.
fn signed_part(outside: &Outside, packed: bool) -> Vec<u8> {
    let mut out = b"SAT1".to_vec();
    out.extend([outside.kind, 1, 1, u8::from(packed)]);
    out.extend(outside.circle);
    out.extend(outside.epoch.to_le_bytes());
    out.push(outside.class);
    out.extend(outside.stream);
    out.extend(outside.number.to_le_bytes());
    out.extend(outside.before);
    out.extend(outside.nonce);
    assert_eq!(out.len(), 109);
    out
}

fn message(signed: &[u8], body: &[u8]) -> Vec<u8> {
    let mut message = b"satchel bundle v1 signature\0".to_vec();
    message.extend(hash(signed));
    message.extend(hash(body));
    message
}

/// The length of a whole object whose parts have `len` bytes.
fn padded(len: usize) -> usize {
    for small in [1, 4, 16] {
        if len <= small * 1024 {
            return small * 1024;
        }
    }
    len.next_multiple_of(len.next_power_of_two() / 16)
}

/// Writes a segment or snapshot.
pub fn object(
    outside: &Outside,
    body: &Item,
    class_key: &Key,
    device: &Key,
    pack: bool,
) -> Vec<u8> {
    let device = SigningKey::from_bytes(device);
    let sign = |message: &[u8]| device.sign(message).to_bytes();
    object_signed(outside, body, class_key, pack, sign)
}

/// The same with whatever stands for the signature.
pub fn object_signed(
    outside: &Outside,
    body: &Item,
    class_key: &Key,
    pack: bool,
    sign: impl Fn(&[u8]) -> [u8; 64],
) -> Vec<u8> {
    let body = body.encoded();
    let content = if pack {
        zstd::bulk::compress(&body, 3).expect("packs")
    } else {
        body.clone()
    };
    let mut out = signed_part(outside, pack);
    let mut plain = sign(&message(&out, &body)).to_vec();
    plain.extend(u32::try_from(body.len()).expect("short").to_le_bytes());
    plain.extend(u32::try_from(content.len()).expect("short").to_le_bytes());
    plain.extend(&content);
    plain.resize(padded(plain.len() + 145 + 16) - 145 - 16, 0);
    out.extend(
        u32::try_from(plain.len() + 16)
            .expect("short")
            .to_le_bytes(),
    );
    let key = derived(class_key, "satchel bundle v1 object", &out[8..85]);
    let commits = derived(&key, "satchel bundle v1 commitment", b"");
    out.extend(blake3::keyed_hash(&commits, &out[..113]).as_bytes());
    let encrypts = derived(&key, "satchel bundle v1 encryption", b"");
    let sealed = seal(&encrypts, outside.nonce, &out[..145], &plain);
    out.extend(sealed);
    out
}

/// Reads a segment or snapshot, and checks whose it is.
pub fn read(object: &[u8], class_key: &Key, writer: &Key) -> (Outside, Item) {
    assert_eq!(&object[..4], b"SAT1");
    assert_eq!(&object[5..7], [1, 1], "suite and lowest reader");
    let outside = Outside {
        kind: object[4],
        circle: object[8..24].try_into().expect("16 bytes"),
        epoch: u32::from_le_bytes(object[24..28].try_into().expect("4 bytes")),
        class: object[28],
        stream: object[29..45].try_into().expect("16 bytes"),
        number: u64::from_le_bytes(object[45..53].try_into().expect("8 bytes")),
        before: object[53..85].try_into().expect("32 bytes"),
        nonce: object[85..109].try_into().expect("24 bytes"),
    };
    let len = u32::from_le_bytes(object[109..113].try_into().expect("4 bytes"));
    assert_eq!(len as usize, object.len() - 145);
    let key = derived(class_key, "satchel bundle v1 object", &object[8..85]);
    let commits = derived(&key, "satchel bundle v1 commitment", b"");
    let commitment = blake3::keyed_hash(&commits, &object[..113]);
    assert_eq!(commitment.as_bytes(), &object[113..145]);
    let encrypts = derived(&key, "satchel bundle v1 encryption", b"");
    let plain = opened(&encrypts, outside.nonce, &object[..145], &object[145..]);
    let number = |at: usize| {
        let bytes = plain[at..at + 4].try_into().expect("4 bytes");
        u32::from_le_bytes(bytes) as usize
    };
    let (body_len, content_len) = (number(64), number(68));
    let content = &plain[72..72 + content_len];
    assert!(plain[72 + content_len..].iter().all(|byte| *byte == 0));
    assert_eq!(object.len(), padded(72 + content_len + 145 + 16));
    let body = if object[7] == 1 {
        zstd::bulk::decompress(content, body_len).expect("packed")
    } else {
        content.to_vec()
    };
    assert_eq!(body.len(), body_len);
    let signature = Signature::from_slice(&plain[..64]).expect("64 bytes");
    let writer = VerifyingKey::from_bytes(writer).expect("a key");
    writer
        .verify_strict(&message(&object[..109], &body), &signature)
        .expect("it is the writer's");
    (outside, Item::decoded(&body))
}

/// A device, as the roster has it.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    pub id: [u8; 16],
    pub sign: Key,
    pub wrap: Key,
    pub seeds: bool,
}

impl Member {
    pub fn new(n: u8, seeds: bool) -> Self {
        Self {
            id: [n; 16],
            sign: [n; 32],
            wrap: [n + 100; 32],
            seeds,
        }
    }

    pub fn verify_key(&self) -> Key {
        SigningKey::from_bytes(&self.sign)
            .verifying_key()
            .to_bytes()
    }

    fn wrap_secret(&self) -> <X25519HkdfSha256 as hpke::Kem>::PrivateKey {
        Deserializable::from_bytes(&self.wrap).expect("32 bytes")
    }

    pub fn wrap_key(&self) -> Key {
        use hpke::Kem;
        X25519HkdfSha256::sk_to_pk(&self.wrap_secret())
            .to_bytes()
            .into()
    }
}

/// Bytes that are random enough here.
struct Fixed(u8);

impl hpke::rand_core::TryRng for Fixed {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        self.try_next_u64().map(|number| number as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        self.0 = self.0.wrapping_add(1);
        out.copy_from_slice(&hash(&[self.0])[..out.len().min(32)]);
        Ok(())
    }
}

impl hpke::rand_core::TryCryptoRng for Fixed {}

fn slot_info(circle: &[u8; 16], epoch: u32, class: u8, device: &[u8; 16]) -> Vec<u8> {
    let mut info = b"satchel bundle v1 slot\0".to_vec();
    info.extend(circle);
    info.extend(epoch.to_le_bytes());
    info.push(class);
    info.extend(device);
    info
}

/// Keys of an epoch, by class.
pub type ClassKeys = [Key; 2];

/// Writes the keys object of an epoch.
pub fn keys_object(
    circle: [u8; 16],
    epoch: u32,
    owner: &Key,
    follows: &[Key],
    members: &[Member],
    keys: &ClassKeys,
    older: Option<(u32, &ClassKeys)>,
) -> Vec<u8> {
    let whole = |_: &mut Vec<(u64, Item)>| ();
    keys_object_with(circle, epoch, owner, follows, members, keys, older, whole)
}

/// The same with a map that was changed before it was signed.
#[expect(clippy::too_many_arguments, reason = "all that a keys object says")]
pub fn keys_object_with(
    circle: [u8; 16],
    epoch: u32,
    owner: &Key,
    follows: &[Key],
    members: &[Member],
    keys: &ClassKeys,
    older: Option<(u32, &ClassKeys)>,
    change: impl Fn(&mut Vec<(u64, Item)>),
) -> Vec<u8> {
    let owner = SigningKey::from_bytes(owner);
    let devices = members.iter().map(|member| {
        Item::Array(vec![
            Item::bytes(&member.id),
            Item::Uint(10),
            Item::bytes(&member.verify_key()),
            Item::bytes(&member.wrap_key()),
            Item::text(""),
            Item::text(""),
            Item::Uint(u64::from(member.seeds)),
        ])
    });
    let mut slots = Vec::new();
    for member in members {
        for class in [0, 1] {
            if class == 1 && !member.seeds {
                continue;
            }
            let public = Deserializable::from_bytes(&member.wrap_key()).expect("a key");
            let (encapsulated, sealed) =
                hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
                    &OpModeS::Base,
                    &public,
                    &slot_info(&circle, epoch, class, &member.id),
                    &keys[usize::from(class)],
                    &[],
                    &mut Fixed(member.id[0] * 2 + class),
                )
                .expect("a key");
            let sealed = [encapsulated.to_bytes().as_slice(), &sealed].concat();
            slots.push(slot(1, class, &member.id, &sealed));
        }
    }
    for class in [0, 1] {
        let Some((number, old)) = older else { continue };
        let mut about = circle.to_vec();
        about.extend(epoch.to_le_bytes());
        about.extend(number.to_le_bytes());
        about.push(class);
        let wrapping = derived(&keys[usize::from(class)], "satchel bundle v1 older", &about);
        let nonce = [class + 1; 24];
        let sealed = seal(&wrapping, nonce, &[], &old[usize::from(class)]);
        let sealed = [&nonce[..], &sealed].concat();
        slots.push(slot(3, class, &number.to_le_bytes(), &sealed));
    }
    let mut map = vec![
        (0, Item::bytes(owner.verifying_key().as_bytes())),
        (
            1,
            Item::Array(follows.iter().map(|hash| Item::bytes(hash)).collect()),
        ),
        (2, Item::Array(devices.collect())),
        (3, Item::Array(Vec::new())),
        (4, Item::Array(slots)),
        (5, Item::Array(Vec::new())),
    ];
    change(&mut map);
    let map = Item::Map(map);
    let mut head = b"SAT1".to_vec();
    head.extend([3, 1, 1, 0]);
    head.extend(circle);
    head.extend(epoch.to_le_bytes());
    let map = map.encoded();
    let message = [b"satchel bundle v1 keys\0", &head[..], &map].concat();
    let signature = owner.sign(&message).to_bytes();
    [&head[..], &signature, &map].concat()
}

pub fn slot(kind: u64, class: u8, whom: &[u8], sealed: &[u8]) -> Item {
    let kind = kind + if class == 1 { 16 } else { 0 };
    Item::Array(vec![
        Item::Uint(kind),
        Item::bytes(whom),
        Item::bytes(sealed),
    ])
}

/// Opens the keys that an object holds for a device, and checks that the owner signed it.
pub fn read_keys(object: &[u8], owner: &Key, member: &Member) -> (u32, [Option<Key>; 2], Item) {
    assert_eq!(&object[..8], [b'S', b'A', b'T', b'1', 3, 1, 1, 0]);
    let map = Item::decoded(&object[92..]);
    assert_eq!(map.at(0).as_bytes(), owner);
    let message = [b"satchel bundle v1 keys\0", &object[..28], &object[92..]].concat();
    let signature = Signature::from_slice(&object[28..92]).expect("64 bytes");
    VerifyingKey::from_bytes(owner)
        .expect("a key")
        .verify_strict(&message, &signature)
        .expect("it is the owner's");
    let circle = object[8..24].try_into().expect("16 bytes");
    let epoch = u32::from_le_bytes(object[24..28].try_into().expect("4 bytes"));
    let keys = [0_u8, 1].map(|class| {
        let kind = 1 + 16 * u64::from(class);
        let mut slots = map.at(4).as_array().iter().map(Item::as_array);
        let slot =
            slots.find(|slot| slot[0].as_uint() == kind && slot[1].as_bytes() == member.id)?;
        let (encapsulated, sealed) = slot[2].as_bytes().split_at(32);
        let mut receiver = hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &member.wrap_secret(),
            &Deserializable::from_bytes(encapsulated).expect("a key"),
            &slot_info(&circle, epoch, class, &member.id),
        )
        .expect("a key");
        let key = receiver.open(sealed, &[]).expect("wrapped for it");
        Some(key.try_into().expect("32 bytes"))
    });
    (epoch, keys, map)
}
