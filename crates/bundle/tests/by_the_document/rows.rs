//! Groups of rows, as "Body" describes them.

use bitcoin::hashes::Hash;
use bitcoin::{Psbt, Transaction, TxIn, TxOut};

use crate::STREAM;
use crate::cbor::Item;
use crate::object::{Key, hash};

pub const EXTERNAL: &str = "tr([73c5da0a/86h/1h/0h]tpub/0/*)";
const INTERNAL: &str = "tr([73c5da0a/86h/1h/0h]tpub/1/*)";
const NOW: u64 = 1_764_000_000;

/// The id of the wallet, from its network and descriptors.
pub fn wallet_id() -> [u8; 16] {
    let mut text = b"satchel wallet id v1\0".to_vec();
    // Regtest's magic.
    text.extend([0xfa, 0xbf, 0xb5, 0xda]);
    text.extend(EXTERNAL.as_bytes());
    text.push(0);
    text.extend(INTERNAL.as_bytes());
    hash(&text)[..16].try_into().expect("16 bytes")
}

pub fn group(kind: u64, columns: Vec<Item>) -> Item {
    let content = Item::Array(columns).encoded();
    Item::Array(vec![Item::Uint(kind), Item::Bytes(content)])
}

fn wallets() -> Item {
    wallets_made(&[NOW])
}

/// The wallet as often as there are times.
pub fn wallets_made(at: &[u64]) -> Item {
    let rows = at.len();
    group(
        1,
        vec![
            Item::Bytes(wallet_id().repeat(rows)),
            Item::texts(&vec!["regtest"; rows]),
            Item::texts(&vec!["taproot"; rows]),
            Item::uints(&vec![7; rows]),
            Item::texts(&vec![EXTERNAL; rows]),
            Item::texts(&vec![INTERNAL; rows]),
            Item::Bytes([0x73, 0xc5, 0xda, 0x0a].repeat(rows)),
            Item::uints(at),
        ],
    )
}

/// A value of the wallet by the stream of device 1 that knew of no other.
pub struct Value<'a> {
    pub field: &'a [u8],
    pub version: u64,
    pub text: Option<&'a str>,
}

pub fn values(space: u64, rows: &[Value<'_>]) -> Item {
    let each = |of: &dyn Fn(&Value<'_>) -> Item| Item::Array(rows.iter().map(of).collect());
    group(
        2,
        vec![
            Item::Uint(space),
            Item::Bytes(wallet_id().repeat(rows.len())),
            each(&|row| Item::bytes(row.field)),
            each(&|row| Item::Uint(row.version)),
            each(&|_| Item::Uint(NOW)),
            Item::Bytes(STREAM.repeat(rows.len())),
            each(&|_| Item::Array(Vec::new())),
            each(&|row| row.text.map_or(Item::Null, Item::text)),
        ],
    )
}

fn name(version: u64, text: &str) -> Item {
    let row = Value {
        field: b"",
        version,
        text: Some(text),
    };
    values(1, &[row])
}

fn labels() -> Item {
    let row = |field, text| Value {
        field,
        version: 1,
        text,
    };
    values(3, &[row(&[5; 32], Some("Rent")), row(&[6; 32], None)])
}

fn locks(kind: u64, coins: &[u8]) -> Item {
    let coins_of = coins.iter().flat_map(|coin| [*coin; 36]).collect();
    let tags = coins.iter().flat_map(|coin| [coin + 50; 8]).collect();
    group(
        kind,
        vec![
            Item::Bytes(wallet_id().repeat(coins.len())),
            Item::Bytes(coins_of),
            Item::Bytes(tags),
        ],
    )
}

fn addresses(kind: u64) -> Item {
    group(
        kind,
        vec![
            Item::bytes(&wallet_id()),
            Item::uints(&[0]),
            Item::uints(&[3]),
            Item::bytes(&[1; 16]),
            Item::uints(&[NOW]),
        ],
    )
}

fn psbt() -> Psbt {
    let tx = Transaction {
        version: bitcoin::transaction::Version::TWO,
        lock_time: bitcoin::absolute::LockTime::ZERO,
        input: vec![TxIn::default()],
        output: vec![TxOut::NULL],
    };
    Psbt::from_unsigned_tx(tx).expect("nothing is signed")
}

pub fn txid() -> [u8; 32] {
    psbt().unsigned_tx.compute_txid().to_byte_array()
}

fn payments() -> Item {
    payment(1, &psbt_bytes())
}

pub fn psbt_bytes() -> Vec<u8> {
    psbt().serialize()
}

/// The payment at a stage.
pub fn payment(stage: u64, psbt: &[u8]) -> Item {
    let lists = |item: Item| Item::Array(vec![Item::Array(vec![item])]);
    group(
        7,
        vec![
            Item::bytes(&wallet_id()),
            Item::bytes(&txid()),
            Item::uints(&[stage]),
            Item::uints(&[NOW + 86_400]),
            lists(Item::bytes(&[1; 16])),
            lists(Item::bytes(&[2; 36])),
            lists(Item::bytes(psbt)),
        ],
    )
}

/// A kind that nobody knows.
fn unknown() -> Item {
    Item::Array(vec![
        Item::Uint(99),
        Item::Bytes(Item::uints(&[5]).encoded()),
    ])
}

fn all_named(name: Item) -> Vec<Item> {
    vec![
        wallets(),
        name,
        labels(),
        locks(3, &[1, 2]),
        locks(4, &[2]),
        addresses(5),
        addresses(6),
        payments(),
        unknown(),
    ]
}

/// Everything that can be said.
pub fn all() -> Vec<Item> {
    all_named(name(1, "Savings"))
}

/// The wallet's name, written over.
pub fn renamed() -> Item {
    name(2, "Renamed")
}

/// The join of both.
pub fn all_renamed() -> Vec<Item> {
    all_named(renamed())
}

/// A seed and the owner's key.
pub fn secrets(owner: &Key) -> Vec<Item> {
    let seeds = vec![
        Item::bytes(&wallet_id()),
        Item::Array(vec![Item::bytes(b"a seed")]),
    ];
    vec![group(8, seeds), group(9, vec![Item::bytes(owner)])]
}
