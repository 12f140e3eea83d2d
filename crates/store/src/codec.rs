//! Bitcoin's and this house's types as columns.
//!
//! Each wrapper says how one type is stored, in both directions. Amounts and moments are checked
//! on the way out as well, since a column can hold what the type cannot.

use bitcoin::hashes::Hash;
use bitcoin::hex::FromHex;
use bitcoin::{Amount, BlockHash, Network, OutPoint, ScriptBuf, Txid};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use satchel_types::{
    BackendKind, ChainSide, CoinState, Direction, DraftPurpose, DraftState, Origin, ScriptType,
    Timestamp, TxState,
};

use crate::error::Fault;

/// A count beyond what SQLite's signed integers hold.
fn unsigned(value: u64) -> rusqlite::Result<ToSqlOutput<'static>> {
    i64::try_from(value)
        .map(ToSqlOutput::from)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn read_unsigned(value: ValueRef<'_>) -> FromSqlResult<u64> {
    let number = value.as_i64()?;
    u64::try_from(number).map_err(|_| FromSqlError::OutOfRange(number))
}

/// Most satoshis that a column holds: what the edge can carry exactly (ADR 0004). That is more than
/// there will ever be at one time, since what an address received over the years adds up.
const MAX_SATS: i64 = (1 << 53) - 1;

/// Satoshis, at most [`MAX_SATS`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sats(pub Amount);

impl ToSql for Sats {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        unsigned(self.0.to_sat())
    }
}

impl FromSql for Sats {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = value.as_i64()?;
        if number > MAX_SATS {
            return Err(FromSqlError::OutOfRange(number));
        }
        read_unsigned(value).map(|sats| Self(Amount::from_sat(sats)))
    }
}

/// Seconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Secs(pub Timestamp);

impl ToSql for Secs {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        unsigned(self.0.as_secs())
    }
}

impl FromSql for Secs {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        read_unsigned(value).map(|secs| Self(Timestamp::from_secs(secs)))
    }
}

/// A size in vB, or a fee rate in sat/kvB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Count(pub u64);

impl ToSql for Count {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        unsigned(self.0)
    }
}

impl FromSql for Count {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        read_unsigned(value).map(Self)
    }
}

/// A transaction id in the order people read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Id(pub [u8; 32]);

impl Id {
    pub(crate) fn txid(self) -> Txid {
        let mut bytes = self.0;
        bytes.reverse();
        Txid::from_byte_array(bytes)
    }

    fn block(self) -> BlockHash {
        let mut bytes = self.0;
        bytes.reverse();
        BlockHash::from_byte_array(bytes)
    }
}

impl From<Txid> for Id {
    fn from(txid: Txid) -> Self {
        let mut bytes = txid.to_byte_array();
        bytes.reverse();
        Self(bytes)
    }
}

impl From<BlockHash> for Id {
    fn from(hash: BlockHash) -> Self {
        let mut bytes = hash.to_byte_array();
        bytes.reverse();
        Self(bytes)
    }
}

impl ToSql for Id {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for Id {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        FromSql::column_result(value).map(Self)
    }
}

/// Reads a block hash.
pub(crate) fn block_hash(id: Id) -> BlockHash {
    id.block()
}

/// Makes an outpoint of its two columns.
pub(crate) fn outpoint(txid: Id, vout: u32) -> OutPoint {
    OutPoint {
        txid: txid.txid(),
        vout,
    }
}

/// A script.
pub(crate) struct Script(pub ScriptBuf);

impl FromSql for Script {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value
            .as_blob()
            .map(|bytes| Self(ScriptBuf::from_bytes(bytes.to_vec())))
    }
}

/// A network by the name Bitcoin Core gives it, which no library version changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Net(pub Network);

impl ToSql for Net {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_core_arg().into())
    }
}

impl FromSql for Net {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Network::from_core_arg(value.as_str()?)
            .map(Self)
            .map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// A script type by its name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind(pub ScriptType);

impl ToSql for Kind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_str().into())
    }
}

impl FromSql for Kind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value
            .as_str()?
            .parse()
            .map(Self)
            .map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// Gives each variant the number it has in the database for good.
macro_rules! coded {
    ($(#[$doc:meta])* $column:ident($type:ident) { $($variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct $column(pub $type);

        impl ToSql for $column {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                let code: i64 = match self.0 { $($type::$variant => $code),+ };
                Ok(code.into())
            }
        }

        impl FromSql for $column {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                match value.as_i64()? {
                    $($code => Ok(Self($type::$variant)),)+
                    other => Err(FromSqlError::OutOfRange(other)),
                }
            }
        }
    };
}

coded!(
    /// Which way the money went.
    Way(Direction) { Incoming = 0, Outgoing = 1, Internal = 2 }
);
coded!(
    /// Receive or change side.
    Side(ChainSide) { Receive = 0, Change = 1 }
);
coded!(
    /// Where a wallet came from.
    Source(Origin) { Created = 0, Restored = 1, Imported = 2 }
);
coded!(
    /// How a backend is spoken to.
    Speech(BackendKind) { Esplora = 0 }
);

/// The columns of a [`TxState`].
pub(crate) struct TxStateColumns {
    pub state: i64,
    pub height: u32,
    pub moment: Secs,
    pub block: Option<Id>,
    pub replaced_by: Option<Id>,
}

impl From<&TxState> for TxStateColumns {
    fn from(tx: &TxState) -> Self {
        let mut columns = Self {
            state: 0,
            height: 0,
            moment: Secs(tx.sort_time()),
            block: None,
            replaced_by: None,
        };
        match *tx {
            TxState::Pending { .. } => {}
            TxState::Confirmed { height, hash, .. } => {
                columns.state = 1;
                columns.height = height;
                columns.block = Some(hash.into());
            }
            TxState::Replaced { by, .. } => {
                columns.state = 2;
                columns.replaced_by = Some(by.into());
            }
            TxState::Dropped { .. } => columns.state = 3,
        }
        columns
    }
}

impl TryFrom<TxStateColumns> for TxState {
    type Error = Fault;

    fn try_from(columns: TxStateColumns) -> Result<Self, Fault> {
        let Secs(at) = columns.moment;
        match (columns.state, columns.block, columns.replaced_by) {
            (0, None, None) => Ok(Self::Pending { first_seen: at }),
            (1, Some(hash), None) => Ok(Self::Confirmed {
                height: columns.height,
                hash: hash.block(),
                time: at,
            }),
            (2, None, Some(by)) => Ok(Self::Replaced { by: by.txid(), at }),
            (3, None, None) => Ok(Self::Dropped { at }),
            _ => Err(Fault::Damaged("transaction state")),
        }
    }
}

/// The columns of a [`CoinState`]: code, height, moment.
pub(crate) fn coin_state_columns(state: CoinState) -> (i64, u32, Secs) {
    match state {
        CoinState::Confirmed { height, time } => (0, height, Secs(time)),
        CoinState::Immature { height, time } => (1, height, Secs(time)),
        CoinState::PendingChange { first_seen } => (2, 0, Secs(first_seen)),
        CoinState::PendingIncoming { first_seen } => (3, 0, Secs(first_seen)),
    }
}

/// Reads a [`CoinState`] back.
pub(crate) fn coin_state(code: i64, height: u32, Secs(at): Secs) -> Result<CoinState, Fault> {
    Ok(match code {
        0 => CoinState::Confirmed { height, time: at },
        1 => CoinState::Immature { height, time: at },
        2 => CoinState::PendingChange { first_seen: at },
        3 => CoinState::PendingIncoming { first_seen: at },
        _ => return Err(Fault::Damaged("coin state")),
    })
}

/// The columns of a [`DraftPurpose`]: code and target.
pub(crate) fn purpose_columns(purpose: DraftPurpose) -> (i64, Option<Id>) {
    match purpose {
        DraftPurpose::Payment => (0, None),
        DraftPurpose::Cancel(txid) => (1, Some(txid.into())),
        DraftPurpose::Bump(txid) => (2, Some(txid.into())),
    }
}

/// Reads a [`DraftPurpose`] back.
pub(crate) fn purpose(code: i64, target: Option<Id>) -> Result<DraftPurpose, Fault> {
    match (code, target) {
        (0, None) => Ok(DraftPurpose::Payment),
        (1, Some(target)) => Ok(DraftPurpose::Cancel(target.txid())),
        (2, Some(target)) => Ok(DraftPurpose::Bump(target.txid())),
        _ => Err(Fault::Damaged("draft purpose")),
    }
}

/// The columns of a [`DraftState`]: code and txid.
pub(crate) fn draft_state_columns(state: DraftState) -> (i64, Option<Id>) {
    match state {
        DraftState::Open => (0, None),
        DraftState::Signed { txid } => (1, Some(txid.into())),
        DraftState::Broadcast { txid } => (2, Some(txid.into())),
    }
}

/// Reads a [`DraftState`] back.
pub(crate) fn draft_state(code: i64, txid: Option<Id>) -> Result<DraftState, Fault> {
    match (code, txid) {
        (0, None) => Ok(DraftState::Open),
        (1, Some(txid)) => Ok(DraftState::Signed { txid: txid.txid() }),
        (2, Some(txid)) => Ok(DraftState::Broadcast { txid: txid.txid() }),
        _ => Err(Fault::Damaged("draft state")),
    }
}

/// Returns the first and last id that start with these hex digits; `None` if they are none.
pub(crate) fn id_range(digits: &str) -> Option<(Id, Id)> {
    let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    if digits.is_empty() || digits.len() > 64 || !hex {
        return None;
    }
    let bound = |fill: &str| {
        let missing = fill.repeat(64 - digits.len());
        <[u8; 32]>::from_hex(&format!("{digits}{missing}")).ok()
    };
    Some((Id(bound("0")?), Id(bound("f")?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_of_an_id_is_a_range_that_holds_it_and_no_neighbour() {
        let (low, high) = id_range("aB3").expect("three digits are the start of an id");
        assert_eq!(low.0[..2], [0xab, 0x30]);
        assert_eq!(high.0[..2], [0xab, 0x3f]);
        assert!(low.0[2..].iter().all(|b| *b == 0) && high.0[2..].iter().all(|b| *b == 0xff));
    }

    #[test]
    fn no_column_holds_more_satoshis_than_the_edge_can_carry() {
        let read = |sats| Sats::column_result(ValueRef::Integer(sats)).map(|sats| sats.0.to_sat());
        assert_eq!(
            read(9_007_199_254_740_991).ok(),
            Some(9_007_199_254_740_991)
        );
        for sats in [9_007_199_254_740_992, i64::MAX, -1] {
            assert!(read(sats).is_err(), "{sats}");
        }
    }

    #[test]
    fn what_is_no_hex_is_no_start_of_an_id() {
        for text in ["", "xyz", "12 ", "%", &"a".repeat(65)] {
            assert!(id_range(text).is_none(), "{text:?}");
        }
        assert!(id_range(&"a".repeat(64)).is_some());
    }

    #[test]
    fn an_id_is_stored_as_people_read_it() {
        let txid: Txid = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
            .parse()
            .expect("the genesis block's coinbase");
        assert_eq!(Id::from(txid).0[..2], [0x4a, 0x5e]);
        assert_eq!(Id::from(txid).txid(), txid);
    }
}
