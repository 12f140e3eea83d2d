//! The circle, its objects, and where they were seen.

use rusqlite::{Connection, OptionalExtension, params};
use satchel_ports::KeptObject;
use satchel_types::{BlobName, CircleId, CircleRecord, DeviceId, StreamId};

use crate::codec::Secs;
use crate::error::Fault;

pub(crate) fn put(conn: &Connection, record: &CircleRecord) -> Result<(), Fault> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO circle (one, id, owner, device, shared_stream, seeds_stream, \
         sealed_keys, sealed_owner, joined_at) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        record.id.as_bytes(),
        record.owner,
        record.device.as_bytes(),
        record.shared_stream.as_bytes(),
        record.seeds_stream.as_bytes(),
        record.sealed_keys,
        record.sealed_owner,
        Secs(record.joined_at),
    ])?;
    Ok(())
}

pub(crate) fn leave(conn: &Connection) -> Result<(), Fault> {
    conn.execute_batch(
        "DELETE FROM circle; DELETE FROM objects; DELETE FROM object_marks; \
         DELETE FROM places; DELETE FROM reservations; DELETE FROM leases;",
    )?;
    Ok(())
}

pub(crate) fn circle(conn: &Connection) -> Result<Option<CircleRecord>, Fault> {
    Ok(conn
        .prepare_cached(
            "SELECT id, owner, device, shared_stream, seeds_stream, sealed_keys, sealed_owner, \
             joined_at FROM circle",
        )?
        .query_row([], |row| {
            Ok(CircleRecord {
                id: CircleId::from_bytes(row.get(0)?),
                owner: row.get(1)?,
                device: DeviceId::from_bytes(row.get(2)?),
                shared_stream: StreamId::from_bytes(row.get(3)?),
                seeds_stream: StreamId::from_bytes(row.get(4)?),
                sealed_keys: row.get(5)?,
                sealed_owner: row.get(6)?,
                joined_at: row.get::<_, Secs>(7)?.0,
            })
        })
        .optional()?)
}

pub(crate) fn keep(conn: &Connection, name: &BlobName, bytes: &[u8]) -> Result<(), Fault> {
    conn.prepare_cached(
        "INSERT INTO objects (name, len, bytes) VALUES (?1, length(?2), ?2) \
         ON CONFLICT (name) DO UPDATE SET len = excluded.len, bytes = excluded.bytes",
    )?
    .execute(params![name.to_string(), bytes])?;
    Ok(())
}

/// Returns what is kept. Names in the table are in another order than [`BlobName`]s.
pub(crate) fn objects(conn: &Connection) -> Result<Vec<KeptObject>, Fault> {
    let mut rows = conn
        .prepare_cached("SELECT name, len FROM objects")?
        .query_and_then([], |row| {
            let len: i64 = row.get(1)?;
            Ok::<_, Fault>(KeptObject {
                name: name(&row.get::<_, String>(0)?)?,
                len: u64::try_from(len).map_err(|_| Fault::Damaged("object"))?,
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    rows.sort_unstable();
    Ok(rows)
}

pub(crate) fn object(conn: &Connection, name: &BlobName) -> Result<Option<Vec<u8>>, Fault> {
    Ok(conn
        .prepare_cached("SELECT bytes FROM objects WHERE name = ?1")?
        .query_row([name.to_string()], |row| row.get(0))
        .optional()?)
}

pub(crate) fn mark(
    conn: &Connection,
    place: &str,
    seen: &[BlobName],
    lost: &[BlobName],
) -> Result<(), Fault> {
    let mut put =
        conn.prepare_cached("INSERT OR IGNORE INTO object_marks (place, name) VALUES (?1, ?2)")?;
    for name in seen {
        put.execute([place, &name.to_string()])?;
    }
    let mut take =
        conn.prepare_cached("DELETE FROM object_marks WHERE place = ?1 AND name = ?2")?;
    for name in lost {
        take.execute([place, &name.to_string()])?;
    }
    Ok(())
}

pub(crate) fn marks(conn: &Connection, place: &str) -> Result<Vec<BlobName>, Fault> {
    let mut names = conn
        .prepare_cached("SELECT name FROM object_marks WHERE place = ?1")?
        .query_and_then([place], |row| name(&row.get::<_, String>(0)?))?
        .collect::<Result<Vec<_>, _>>()?;
    names.sort_unstable();
    Ok(names)
}

fn name(text: &str) -> Result<BlobName, Fault> {
    text.parse().map_err(|_| Fault::Damaged("object's name"))
}
