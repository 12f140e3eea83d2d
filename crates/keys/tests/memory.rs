//! That no key outlives the call that needed it, as the system shows this process's memory.
#![cfg(target_os = "linux")]

use std::convert::Infallible;
use std::fs::File;
use std::hint::black_box;
use std::io::Read;
use std::os::unix::fs::FileExt;

use bitcoin::Network;
use satchel_keys::{Account, Seed, public_descriptors, sign};
use satchel_secrets::SecretVec;
use satchel_types::ScriptType;

#[allow(dead_code)]
#[path = "keys/payments.rs"]
mod payments;

/// Everything that leads to a coin, XORed with [`MASK`] so that this program does not hold it: made
/// by other means from the first 16 bytes of SHA-256 of `satchel memory test`.
const MASKED: [(&str, &str); 9] = [
    ("entropy", "f211acc0e3f88b3a47caaceefc60f2fe"),
    (
        "root, first half",
        "b696fa3dc1ca621350ecfd44f8a06bb01b98a70c1c7ad601519e7355fcd5f42f",
    ),
    (
        "root, second half",
        "ce678c457b16688700cde7a3cf02ad709d53a7022fdcc251d088c7687d3ae9f6",
    ),
    (
        "master key",
        "7f7b7e93153dfbe41ea0e49bc34d11b1c3182067aee399a1bc505da4d7a17c1c",
    ),
    (
        "master chain code",
        "3fd2c98d6f96f77c35dfe4ee3bc2600f136781a75eba6a561bff36f9e730b2eb",
    ),
    (
        "account key",
        "98f507f5398c99187a05a2fa05d48e473dbf055edabbe5520a0dd92e27258534",
    ),
    (
        "side key",
        "6f164cf059733fc9ccd0f713249a68175bab4df4bd62a988f0089211739adaa2",
    ),
    (
        "address key",
        "7411abe830b47570c10680001ded9062a3668e1bc5e3d0be6a9b89c82a2d4775",
    ),
    (
        "tweaked key",
        "a805cbc3e46de1e656808dbc90d95942d86a19002e4ef83e9e5653849af000d1",
    ),
];
const MASK: u8 = 0x55;

fn masked(hex: &str) -> Vec<u8> {
    hex::decode(hex).expect("valid hex")
}

/// Builds the seed from its sealed form, unmasked where it stays.
fn seed() -> Seed {
    let entropy = masked(MASKED[0].1);
    let sealed = SecretVec::init_with(2 + 16 + 2, |out| {
        (out[0], out[1]) = (1, 16);
        for (out, masked) in out[2..].iter_mut().zip(&entropy) {
            *out = masked ^ MASK;
        }
        Ok::<_, Infallible>(())
    });
    Seed::from_secret_bytes(&sealed.expect("nothing can fail")).expect("a valid form")
}

/// Looks through this process's writable memory. Made before there is anything to find, since its
/// own allocations would cover up what was just freed.
struct Scanner {
    wanted: Vec<(&'static str, Vec<u8>)>,
    memory: File,
    maps: String,
    chunk: Vec<u8>,
}

impl Scanner {
    fn new() -> Self {
        Self {
            wanted: MASKED
                .iter()
                .map(|(name, hex)| (*name, masked(hex)))
                .collect(),
            memory: File::open("/proc/self/mem").expect("Linux has it"),
            maps: String::with_capacity(1 << 16),
            chunk: vec![0; 1 << 16],
        }
    }

    /// Returns what of [`MASKED`] lies anywhere, in its order.
    fn found(&mut self) -> Vec<&'static str> {
        self.maps.clear();
        File::open("/proc/self/maps")
            .and_then(|mut maps| maps.read_to_string(&mut self.maps))
            .expect("Linux has it");
        let mut found = [false; MASKED.len()];
        for line in self.maps.lines().filter(|line| line.contains(" rw")) {
            let (from, to) = line
                .split_once(' ')
                .and_then(|(range, _)| range.split_once('-'))
                .expect("a line begins with a range");
            let parse = |text| u64::from_str_radix(text, 16).expect("an address");
            let (mut at, end) = (parse(from), parse(to));
            while at < end {
                let len = self.chunk.len().min((end - at) as usize);
                // Some mappings cannot be read; nothing of ours is there.
                if self
                    .memory
                    .read_exact_at(&mut self.chunk[..len], at)
                    .is_ok()
                {
                    look(&self.chunk[..len], &self.wanted, &mut found);
                }
                // Wiped, so that what was read once is not found a second time.
                self.chunk.fill(0);
                black_box(&self.chunk);
                // Neighbouring chunks overlap, so that nothing hides on the border.
                at += if len == self.chunk.len() {
                    len as u64 - 31
                } else {
                    len as u64
                };
            }
        }
        MASKED
            .iter()
            .zip(found)
            .filter(|(_, found)| *found)
            .map(|((name, _), _)| *name)
            .collect()
    }
}

/// Looks for either half of each: an allocator writes over the beginning of what was freed.
fn look(chunk: &[u8], wanted: &[(&str, Vec<u8>)], found: &mut [bool]) {
    // Almost every place differs from all of them in the first byte already.
    let mut begins = [false; 256];
    for half in wanted.iter().flat_map(|(_, masked)| masked.chunks(16)) {
        begins[usize::from(half[0] ^ MASK)] = true;
    }
    for (at, _) in chunk
        .iter()
        .enumerate()
        .filter(|(_, byte)| begins[usize::from(**byte)])
    {
        for ((_, masked), found) in wanted.iter().zip(found.iter_mut()) {
            *found |= masked.chunks(16).any(|half| {
                chunk.len() - at >= half.len()
                    && chunk[at..].iter().zip(half).all(|(b, m)| b ^ MASK == *m)
            });
        }
    }
}

/// One test, because memory is one.
#[test]
fn no_key_is_left_behind() {
    let account = Account {
        script_type: ScriptType::Taproot,
        network: Network::Regtest,
        account: 0,
    };
    let mut scanner = Scanner::new();
    let seed = seed();
    assert_eq!(scanner.found(), ["entropy"], "before any use");

    public_descriptors(&seed, account.script_type, account.network, 0).expect("account 0");
    assert_eq!(scanner.found(), ["entropy"], "after deriving descriptors");

    let psbt = payments::payment(&[(&seed, account)], 3);
    sign(&seed, &account, psbt, &payments::AUX).expect("ours");
    assert_eq!(scanner.found(), ["entropy"], "after signing");

    drop(seed);
    assert_eq!(scanner.found(), [""; 0], "after the seed was dropped");

    // The control: a wallet that keeps its keys as the crates below hand them out is found out.
    let kept = careless();
    let left = scanner.found();
    assert!(left.contains(&"account key"), "only {left:?} of {kept:p}");
}

/// Derives as one does who does not care.
fn careless() -> Box<bitcoin::bip32::Xpriv> {
    use bitcoin::bip32::{DerivationPath, Xpriv};

    let entropy: Vec<u8> = masked(MASKED[0].1).iter().map(|b| b ^ MASK).collect();
    let mnemonic = bip39::Mnemonic::from_entropy(&entropy).expect("a valid length");
    let root = mnemonic.to_seed_normalized("");
    let master = Xpriv::new_master(Network::Regtest, &root).expect("a master key");
    let path: DerivationPath = "m/86h/1h/0h".parse().expect("a path");
    let account = master
        .derive_priv(secp256k1::SECP256K1, &path)
        .expect("an account key");
    Box::new(account)
}
