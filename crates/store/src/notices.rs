//! What the owner has to be told.

use rusqlite::{Connection, Row, params};
use satchel_types::{DeviceId, Notice, NoticeId, NoticeKind, Timestamp, WalletId};

use crate::codec::{Id, Secs};
use crate::error::Fault;

/// Adds a notice, or what was learned of it since. When it was found and put away stays.
pub(crate) fn put(conn: &Connection, wallet: Option<i64>, notice: &Notice) -> Result<(), Fault> {
    let (kind, payment, by, index, told, device, other) = match &notice.kind {
        NoticeKind::PaymentReplaced {
            payment,
            sent_by,
            to,
            by,
            by_device,
        } => (
            0,
            Some(Id::from(*payment)),
            Some(Id::from(*by)),
            None,
            to.as_deref(),
            sent_by.as_ref(),
            by_device.as_ref(),
        ),
        NoticeKind::AddressTwice {
            address,
            index,
            other,
        } => (
            1,
            None,
            None,
            Some(*index),
            Some(address.as_str()),
            Some(other),
            None,
        ),
        NoticeKind::BundleOlder { unknown } => (2, None, None, Some(*unknown), None, None, None),
        NoticeKind::DeviceAdded { device, by } => {
            (3, None, None, None, None, Some(device), by.as_ref())
        }
    };
    conn.prepare_cached(
        "INSERT INTO notices (id, wallet, kind, payment, replaced_by, idx, told, device, other, \
         at, dismissed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
         ON CONFLICT (id) DO UPDATE SET replaced_by = excluded.replaced_by, idx = excluded.idx, \
         told = excluded.told, device = excluded.device, other = excluded.other",
    )?
    .execute(params![
        notice.id.as_bytes(),
        wallet,
        kind,
        payment,
        by,
        index,
        told,
        device.map(DeviceId::as_bytes),
        other.map(DeviceId::as_bytes),
        Secs(notice.at),
        notice.dismissed_at.map(Secs),
    ])?;
    Ok(())
}

/// Puts a notice away; one that is gone or was put away before stays as it is.
pub(crate) fn dismiss(conn: &Connection, id: NoticeId, at: Timestamp) -> Result<(), Fault> {
    conn.prepare_cached(
        "UPDATE notices SET dismissed_at = ?2 WHERE id = ?1 AND dismissed_at IS NULL",
    )?
    .execute(params![id.as_bytes(), Secs(at)])?;
    Ok(())
}

/// Returns all notices, newest first.
pub(crate) fn all(conn: &Connection) -> Result<Vec<Notice>, Fault> {
    conn.prepare_cached(
        "SELECT o.id, w.id, o.kind, o.payment, o.replaced_by, o.idx, o.told, o.device, o.other, \
         o.at, o.dismissed_at FROM notices o LEFT JOIN wallets w ON w.n = o.wallet \
         ORDER BY o.at DESC, o.id DESC",
    )?
    .query_and_then([], read)?
    .collect()
}

fn read(row: &Row<'_>) -> Result<Notice, Fault> {
    let device = |at| -> Result<_, Fault> {
        let bytes: Option<[u8; 16]> = row.get(at)?;
        Ok(bytes.map(DeviceId::from_bytes))
    };
    let txid = |at| -> Result<_, Fault> {
        let id: Option<Id> = row.get(at)?;
        Ok(id.map(Id::txid))
    };
    let kind = match (row.get::<_, i64>(2)?, txid(3)?, txid(4)?, row.get(5)?) {
        (0, Some(payment), Some(by), None) => NoticeKind::PaymentReplaced {
            payment,
            sent_by: device(7)?,
            to: row.get(6)?,
            by,
            by_device: device(8)?,
        },
        (1, None, None, Some(index)) => NoticeKind::AddressTwice {
            address: row.get(6)?,
            index,
            other: device(7)?.ok_or(Fault::Damaged("notice"))?,
        },
        (2, None, None, Some(unknown)) => NoticeKind::BundleOlder { unknown },
        (3, None, None, None) => NoticeKind::DeviceAdded {
            device: device(7)?.ok_or(Fault::Damaged("notice"))?,
            by: device(8)?,
        },
        _ => return Err(Fault::Damaged("notice")),
    };
    Ok(Notice {
        id: NoticeId::from_bytes(row.get(0)?),
        wallet: row.get::<_, Option<[u8; 16]>>(1)?.map(WalletId::from_bytes),
        kind,
        at: row.get::<_, Secs>(9)?.0,
        dismissed_at: row.get::<_, Option<Secs>>(10)?.map(|secs| secs.0),
    })
}
