//! Ready values. The same number gives the same value, different numbers different ones.

use bitcoin::absolute::LockTime;
use bitcoin::bip32::Fingerprint;
use bitcoin::hashes::{Hash, HashEngine, sha256};
use bitcoin::transaction::Version;
use bitcoin::{
    Address, Amount, BlockHash, Network, OutPoint, Psbt, ScriptBuf, Sequence, Transaction, TxIn,
    TxOut, Txid, WPubkeyHash, Witness,
};
use satchel_types::{
    AddressRow, Balance, BlobName, ChainSide, CircleId, CoinRow, CoinState, Direction, Draft,
    DraftId, DraftPurpose, DraftState, FeeRate, Freshness, Label, Origin, PublicDescriptors,
    Recipient, RequestId, ScriptType, ShortHash, StreamId, Timestamp, TxRow, TxState, WalletId,
    WalletName, WalletRecord, Write,
};

fn bytes(what: &str, n: u32) -> [u8; 32] {
    let mut engine = sha256::Hash::engine();
    engine.input(what.as_bytes());
    engine.input(&n.to_le_bytes());
    sha256::Hash::from_engine(engine).to_byte_array()
}

fn id(what: &str, n: u32) -> [u8; 16] {
    let mut id = [0; 16];
    id.copy_from_slice(&bytes(what, n)[..16]);
    id
}

/// Returns a wallet's id.
pub fn wallet_id(n: u32) -> WalletId {
    WalletId::from_bytes(id("wallet", n))
}

/// Returns a circle's id.
pub fn circle_id(n: u32) -> CircleId {
    CircleId::from_bytes(id("circle", n))
}

/// Returns the name of an object: a segment for most numbers, else a snapshot or a keys object.
pub fn blob_name(n: u32) -> BlobName {
    let stream = StreamId::from_bytes(id("stream", n % 2));
    let (seq, hash) = (u64::from(n), ShortHash::from_bytes(id("object", n)));
    match n % 16 {
        7 => BlobName::Snapshot { stream, seq, hash },
        11 => BlobName::Keys { epoch: n, hash },
        _ => BlobName::Segment { stream, seq, hash },
    }
}

/// Returns a draft's id.
pub fn draft_id(n: u32) -> DraftId {
    DraftId::from_bytes(id("draft", n))
}

/// Returns a request's id.
pub fn request_id(n: u32) -> RequestId {
    RequestId::from_bytes(id("request", n))
}

/// Returns a transaction's id.
pub fn txid(n: u32) -> Txid {
    Txid::from_byte_array(bytes("tx", n))
}

/// Returns a block's hash.
pub fn block_hash(height: u32) -> BlockHash {
    BlockHash::from_byte_array(bytes("block", height))
}

/// Returns an outpoint of transaction `n`.
pub fn outpoint(n: u32, vout: u32) -> OutPoint {
    OutPoint {
        txid: txid(n),
        vout,
    }
}

/// Returns a script that pays to a key hash (BIP-0141).
pub fn script(n: u32) -> ScriptBuf {
    let mut hash = [0; 20];
    hash.copy_from_slice(&bytes("key", n)[..20]);
    ScriptBuf::new_p2wpkh(&WPubkeyHash::from_byte_array(hash))
}

/// Returns the regtest address of [`script`].
pub fn address(n: u32) -> String {
    Address::from_script(&script(n), Network::Regtest)
        .expect("a witness program has an address")
        .to_string()
}

/// Returns the time of the block at a height: ten minutes apart.
pub const fn block_time(height: u32) -> Timestamp {
    Timestamp::from_secs(1_600_000_000 + 600 * height as u64)
}

/// Checks a wallet's name.
///
/// # Panics
/// If it is none.
pub fn name(text: &str) -> WalletName {
    WalletName::new(text).expect("a test's wallet name is valid")
}

/// Checks a label.
///
/// # Panics
/// If it is none, or empty.
pub fn label(text: &str) -> Label {
    Label::new(text)
        .expect("a test's label is valid")
        .expect("a test's label says something")
}

/// Returns a wallet with a seed, created at second `n`.
pub fn wallet(n: u32) -> WalletRecord {
    WalletRecord {
        id: wallet_id(n),
        name: name(&format!("Wallet {n}")),
        network: Network::Regtest,
        script_type: ScriptType::Taproot,
        descriptors: PublicDescriptors {
            external: format!("tr([00000000/86'/1'/0']tpub-{n}/0/*)#external"),
            internal: format!("tr([00000000/86'/1'/0']tpub-{n}/1/*)#internal"),
            fingerprint: Fingerprint::from(n.to_be_bytes()),
        },
        account: 0,
        origin: Origin::Created,
        has_seed: true,
        created_at: Timestamp::from_secs(u64::from(n)),
        words_proven_at: None,
        backed_up_at: None,
    }
}

/// Returns the write that adds a wallet, with a sealed seed if it has one.
pub fn insert(record: WalletRecord) -> Write {
    let sealed_seed = record.has_seed.then(|| sealed_seed(&record));
    Write::InsertWallet {
        record: Box::new(record),
        sealed_seed,
    }
}

/// Returns the sealed seed that [`insert`] gives a wallet. It is no real one.
pub fn sealed_seed(record: &WalletRecord) -> Vec<u8> {
    [b"sealed ".as_slice(), record.id.as_bytes()].concat()
}

/// Returns an incoming payment of `1000 + n` sat in some state.
pub fn tx(n: u32, state: TxState) -> TxRow {
    TxRow {
        txid: txid(n),
        state,
        direction: Direction::Incoming,
        spent: Amount::ZERO,
        received: Amount::from_sat(1000 + u64::from(n)),
        fee: None,
        vsize: 141,
        address: Some(address(n)),
        more_addresses: 0,
        signals_rbf: true,
        cancels: None,
        label: None,
    }
}

/// Returns a payment that is in the block at a height.
pub fn confirmed(n: u32, height: u32) -> TxRow {
    tx(
        n,
        TxState::Confirmed {
            height,
            hash: block_hash(height),
            time: block_time(height),
        },
    )
}

/// Returns a payment that is in no block, first seen at a second.
pub fn pending(n: u32, first_seen: u64) -> TxRow {
    tx(
        n,
        TxState::Pending {
            first_seen: Timestamp::from_secs(first_seen),
        },
    )
}

/// Returns a payment that another took the place of.
pub fn replaced(n: u32, by: u32, at: u64) -> TxRow {
    tx(
        n,
        TxState::Replaced {
            by: txid(by),
            at: Timestamp::from_secs(at),
        },
    )
}

/// Returns a payment that is gone.
pub fn dropped(n: u32, at: u64) -> TxRow {
    tx(
        n,
        TxState::Dropped {
            at: Timestamp::from_secs(at),
        },
    )
}

/// Returns a confirmed coin, the first output of transaction `n`.
pub fn coin(n: u32, sats: u64) -> CoinRow {
    CoinRow {
        outpoint: outpoint(n, 0),
        amount: Amount::from_sat(sats),
        script: script(n),
        address: address(n),
        side: ChainSide::Receive,
        index: n,
        state: CoinState::Confirmed {
            height: n,
            time: block_time(n),
        },
        locked: false,
        label: None,
        reserved_by: None,
    }
}

/// Returns an unused address.
pub fn address_row(side: ChainSide, index: u32) -> AddressRow {
    let n = match side {
        ChainSide::Receive => 2 * index,
        ChainSide::Change => 2 * index + 1,
    };
    AddressRow {
        side,
        index,
        address: address(n),
        script: script(n),
        used: false,
        received: Amount::ZERO,
        payments: 0,
        label: None,
        maybe_on: Vec::new(),
    }
}

/// Returns a balance of `n` sat, with other numbers in its other parts.
pub fn balance(n: u64) -> Balance {
    Balance {
        confirmed: Amount::from_sat(n),
        pending_change: Amount::from_sat(n + 1),
        pending_incoming: Amount::from_sat(n + 2),
        pending_outgoing: Amount::from_sat(n + 3),
        immature: Amount::from_sat(n + 4),
    }
}

/// Returns a picture up to a height.
pub fn freshness(height: u32) -> Freshness {
    Freshness {
        height,
        hash: block_hash(height),
        synced_at: block_time(height),
        source: "127.0.0.1:8080".into(),
    }
}

/// Returns an open draft of a payment to one address, with change.
pub fn draft(n: u32, wallet: WalletId) -> Draft {
    let (amount, change, fee) = (50_000, 30_000, 212);
    let unsigned = Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: outpoint(n, 0),
            script_sig: ScriptBuf::new(),
            sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
            witness: Witness::new(),
        }],
        output: vec![
            TxOut {
                value: Amount::from_sat(amount),
                script_pubkey: script(n + 1),
            },
            TxOut {
                value: Amount::from_sat(change),
                script_pubkey: script(n + 2),
            },
        ],
    };
    let mut psbt = Psbt::from_unsigned_tx(unsigned).expect("nothing in it is signed");
    psbt.inputs[0].witness_utxo = Some(TxOut {
        value: Amount::from_sat(amount + change + fee),
        script_pubkey: script(n),
    });
    Draft {
        id: draft_id(n),
        wallet,
        purpose: DraftPurpose::Payment,
        state: DraftState::Open,
        psbt,
        recipients: vec![Recipient {
            address: address(n + 1),
            amount: Amount::from_sat(amount),
        }],
        change: Some(Amount::from_sat(change)),
        fee: Amount::from_sat(fee),
        fee_rate: FeeRate::from_sat_per_kvb(1500).expect("a rate within the limits"),
        vsize: 141,
        label: None,
        created_at: Timestamp::from_secs(u64::from(n)),
    }
}
