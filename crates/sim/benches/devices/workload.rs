//! A circle with as many labels as are wanted: 45 of 100 on transactions, 40 on addresses, 15 on outputs, of two to five
//! words, written over two years.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use bitcoin::hashes::Hash;
use bitcoin::{Address, Network, Psbt, ScriptBuf, Transaction, TxIn, TxOut, WitnessProgram};
use satchel_bundle::keys::{Device, Roster};
use satchel_bundle::object::{Contents, Sealed, name};
use satchel_bundle::replica::{Identity, OwnStreams, Replica, Source, Stamp};
use satchel_bundle::state::{Change, Payment, SharedWallet, Space, Stage, ValueKey};
use satchel_ports::{KeepError, KeptObject, ObjectKeep};
use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::wrap_key;
use satchel_secrets::{SecretBytes, hash};
use satchel_types::{
    BlobName, CircleId, DeviceId, PublicDescriptors, ScriptType, StreamId, Timestamp,
};

pub const NOW: u64 = 1_764_000_000;
pub const TWO_YEARS: u64 = 2 * 365 * 86_400;
const CIRCLE: CircleId = CircleId::from_bytes([1; 16]);

/// What people write; some of it often.
const WORDS: &str = "rent salary bread coffee books from to Ana Ben Carla David Emma savings house car repair invoice \
    refund gift birthday Christmas holiday Lisbon Prague Vienna hotel flight train ticket dinner lunch market shop \
    exchange Kraken Bisq withdrawal deposit monthly weekly January February March April May June July August \
    September October November December insurance doctor dentist school course piano lesson camera laptop phone \
    cable desk chair garden tools paint donation podcast server domain hosting mail cold storage spending change \
    loan back for the of and with first second third last old new small large KYC mixed do not spend";

/// Random bytes that are the same each time.
#[derive(Debug, Default)]
pub struct Dice(u64);

impl Dice {
    pub fn bytes(&mut self) -> [u8; 32] {
        self.0 += 1;
        hash::hash(&self.0.to_le_bytes())
    }

    pub fn below(&mut self, end: u64) -> u64 {
        let bytes = self.bytes();
        u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) % end
    }

    pub fn fill(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for chunk in out.chunks_mut(32) {
            chunk.copy_from_slice(&self.bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

fn key(byte: u8) -> SecretBytes<32> {
    SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
}

/// A device that knows nothing yet.
pub fn device(n: u8) -> Replica {
    let identity = Identity {
        device: DeviceId::from_bytes([n; 16]),
        sign: key(n),
        wrap: key(n + 100),
    };
    let stream = |class| {
        let random = hash::hash(&[n, class]);
        StreamId::from_bytes(random[..16].try_into().expect("16 bytes"))
    };
    let own = OwnStreams {
        shared: stream(0),
        seeds: stream(1),
    };
    Replica::new(CIRCLE, verify_key(&key(200)), identity, own)
}

/// The keys object of a circle of ten devices.
pub fn keys(dice: &mut Dice) -> Vec<u8> {
    let mut roster = Roster::new(CIRCLE, verify_key(&key(200)));
    for n in 1..=10 {
        roster.add(Device {
            id: DeviceId::from_bytes([n; 16]),
            added_at: 1,
            sign_key: verify_key(&key(n)),
            wrap_key: wrap_key(&key(n + 100)).expect("a key"),
            name: String::new(),
            system: String::new(),
            seeds: false,
        });
    }
    let Ok(sealed) = device(1).seal_epoch(&roster, &key(200), |out: &mut [u8]| dice.fill(out));
    sealed.expect("valid").0.bytes
}

/// A device of that circle.
pub fn member(n: u8, keys: &[u8]) -> Replica {
    let mut replica = device(n);
    replica.take(keys, Source::Here).expect("its own");
    replica
}

pub fn stamp(at: u64) -> Stamp {
    Stamp {
        clock_ms: at * 1_000,
        app: "figures".to_owned(),
    }
}

/// What is labelled as the `n`th thing.
pub fn target(n: u64) -> ValueKey {
    let id = hash::hash(&n.to_be_bytes());
    let (space, field) = match n % 20 {
        0..=8 => (Space::TX_LABEL, id.to_vec()),
        9..=16 => {
            let program = WitnessProgram::new(bitcoin::WitnessVersion::V1, &id).expect("32 bytes");
            let address = Address::from_witness_program(program, Network::Bitcoin);
            (Space::ADDRESS_LABEL, address.to_string().into_bytes())
        }
        _ => {
            let mut coin = id.to_vec();
            let output = u32::try_from(n / 20 % 3).expect("small");
            coin.extend(output.to_le_bytes());
            (Space::OUTPUT_LABEL, coin)
        }
    };
    ValueKey {
        space,
        owner: [9; 16],
        field,
    }
}

pub fn words(dice: &mut Dice) -> String {
    let all: Vec<_> = WORDS.split_whitespace().collect();
    let count = 2 + dice.below(4);
    let chosen = (0..count).map(|_| {
        // Some are written oftener than others.
        let end = 1 + dice.below(all.len() as u64);
        all[usize::try_from(dice.below(end)).expect("small")]
    });
    chosen.collect::<Vec<_>>().join(" ")
}

/// A label on the `n`th thing.
pub fn label(replica: &Replica, n: u64, dice: &mut Dice) -> Change {
    let at = NOW - dice.below(TWO_YEARS);
    replica.set_value(target(n), at, Some(words(dice)))
}

pub fn write(replica: &mut Replica, changes: Vec<Change>, dice: &mut Dice) -> Sealed {
    let contents = Contents::Shared(changes);
    let Ok(written) = replica.write(contents, &stamp(NOW), |out: &mut [u8]| dice.fill(out));
    written.expect("it belongs").sealed
}

/// Labels `count` things, a thousand an object.
pub fn label_all(replica: &mut Replica, count: u64, dice: &mut Dice) {
    let all: Vec<u64> = (0..count).collect();
    for part in all.chunks(1_000) {
        let changes = part.iter().map(|n| label(replica, *n, dice)).collect();
        write(replica, changes, dice);
    }
}

pub fn snapshot(replica: &mut Replica, dice: &mut Dice) -> Sealed {
    let Ok(written) = replica.write_snapshot(&stamp(NOW), |out: &mut [u8]| dice.fill(out));
    written.expect("it belongs").sealed
}

/// Payments in preparation: two inputs, two outputs, what a signer needs. Returns the object that says them and their wallet.
pub fn drafts(replica: &mut Replica, count: u64, dice: &mut Dice) -> Vec<u8> {
    let mut changes = Vec::new();
    for _ in 0..count {
        let script = |dice: &mut Dice| {
            let program = WitnessProgram::new(bitcoin::WitnessVersion::V1, &dice.bytes());
            ScriptBuf::new_witness_program(&program.expect("32 bytes"))
        };
        let output = |dice: &mut Dice| TxOut {
            value: bitcoin::Amount::from_sat(dice.below(10_000_000)),
            script_pubkey: script(dice),
        };
        let coins: Vec<_> = (0..2)
            .map(|_| bitcoin::OutPoint {
                txid: bitcoin::Txid::from_byte_array(dice.bytes()),
                vout: 0,
            })
            .collect();
        let tx = Transaction {
            version: bitcoin::transaction::Version::TWO,
            lock_time: bitcoin::absolute::LockTime::ZERO,
            input: coins
                .iter()
                .map(|coin| TxIn {
                    previous_output: *coin,
                    ..TxIn::default()
                })
                .collect(),
            output: vec![output(dice), output(dice)],
        };
        let mut psbt = Psbt::from_unsigned_tx(tx).expect("nothing is signed");
        for input in &mut psbt.inputs {
            input.witness_utxo = Some(output(dice));
        }
        changes.push(Change::Payment {
            wallet: wallet().id,
            txid: psbt.unsigned_tx.compute_txid().to_byte_array(),
            payment: Payment {
                stage: Stage::Reserved,
                reserved_until: NOW + 86_400,
                devices: [replica.device()].into(),
                coins: coins
                    .iter()
                    .map(|coin| {
                        let bytes = bitcoin::consensus::encode::serialize(coin);
                        bytes.try_into().expect("36 bytes")
                    })
                    .collect(),
                psbts: [psbt.serialize()].into(),
            },
        });
    }
    changes.push(Change::Wallet(wallet()));
    write(replica, changes, dice).bytes
}

fn wallet() -> SharedWallet {
    SharedWallet::new(
        Network::Bitcoin,
        ScriptType::Taproot,
        0,
        PublicDescriptors {
            external: "tr([73c5da0a/86h/0h/0h]xpub/0/*)".to_owned(),
            internal: "tr([73c5da0a/86h/0h/0h]xpub/1/*)".to_owned(),
            fingerprint: [0x73, 0xc5, 0xda, 0x0a].into(),
        },
        Timestamp::from_secs(NOW),
    )
}

/// A keeping in memory.
#[derive(Debug, Default)]
pub struct Kept {
    objects: Mutex<BTreeMap<BlobName, Vec<u8>>>,
    index: Mutex<Option<Vec<u8>>>,
    marks: Mutex<BTreeMap<String, BTreeSet<BlobName>>>,
}

impl Kept {
    pub fn add(&self, object: Vec<u8>) {
        let name = name(&object).expect("an object");
        self.objects.lock().expect("no panic").insert(name, object);
    }
}

#[async_trait]
impl ObjectKeep for Kept {
    async fn objects(&self) -> Result<Vec<KeptObject>, KeepError> {
        let objects = self.objects.lock().expect("no panic");
        let kept = objects.iter().map(|(name, object)| KeptObject {
            name: *name,
            len: object.len() as u64,
        });
        Ok(kept.collect())
    }

    async fn get(&self, name: &BlobName) -> Result<Vec<u8>, KeepError> {
        let objects = self.objects.lock().expect("no panic");
        objects.get(name).cloned().ok_or(KeepError::Gone)
    }

    async fn put(&self, objects: &[(BlobName, Vec<u8>)]) -> Result<(), KeepError> {
        let mut kept = self.objects.lock().expect("no panic");
        kept.extend(objects.iter().cloned());
        Ok(())
    }

    async fn index(&self) -> Result<Option<Vec<u8>>, KeepError> {
        Ok(self.index.lock().expect("no panic").clone())
    }

    async fn put_index(&self, index: &[u8]) -> Result<(), KeepError> {
        *self.index.lock().expect("no panic") = Some(index.to_vec());
        Ok(())
    }

    async fn marks(&self, place: &str) -> Result<BTreeSet<BlobName>, KeepError> {
        let marks = self.marks.lock().expect("no panic");
        Ok(marks.get(place).cloned().unwrap_or_default())
    }

    async fn mark(
        &self,
        place: &str,
        seen: &[BlobName],
        lost: &[BlobName],
    ) -> Result<(), KeepError> {
        let mut marks = self.marks.lock().expect("no panic");
        let marks = marks.entry(place.to_owned()).or_default();
        marks.extend(seen);
        for name in lost {
            marks.remove(name);
        }
        Ok(())
    }
}

/// Nothing here waits for anything.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    loop {
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
