//! Places where the circle's devices meet.

use rusqlite::{Connection, params};
use satchel_types::{PlaceAddress, PlaceId, PlaceRecord, Timestamp};

use crate::codec::Secs;
use crate::error::Fault;

pub(crate) fn put(conn: &Connection, record: &PlaceRecord) -> Result<(), Fault> {
    let (kind, address, bucket, region) = match &record.address {
        PlaceAddress::Folder(path) => (0, path, None, None),
        PlaceAddress::WebDav(url) => (1, url, None, None),
        PlaceAddress::S3 {
            endpoint,
            bucket,
            region,
        } => (2, endpoint, Some(bucket), Some(region)),
    };
    conn.prepare_cached(
        "INSERT INTO places (id, kind, address, bucket, region, user, sealed_password, added_at, \
         last_round_at, lost) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, address = excluded.address, \
         bucket = excluded.bucket, region = excluded.region, user = excluded.user, \
         sealed_password = excluded.sealed_password, last_round_at = excluded.last_round_at, \
         lost = excluded.lost",
    )?
    .execute(params![
        record.id.as_bytes(),
        kind,
        address,
        bucket,
        region,
        record.user,
        record.sealed_password,
        Secs(record.added_at),
        record.last_round_at.map(Secs),
        record.lost,
    ])?;
    Ok(())
}

/// Updates a place that is still known; one that is not stays unknown.
pub(crate) fn note(
    conn: &Connection,
    id: PlaceId,
    round_at: Option<Timestamp>,
    lost: Option<u32>,
) -> Result<(), Fault> {
    conn.prepare_cached(
        "UPDATE places SET last_round_at = coalesce(?2, last_round_at), lost = coalesce(?3, lost) \
         WHERE id = ?1",
    )?
    .execute(params![id.as_bytes(), round_at.map(Secs), lost])?;
    Ok(())
}

pub(crate) fn put_password(conn: &Connection, id: PlaceId, sealed: &[u8]) -> Result<(), Fault> {
    conn.prepare_cached(
        "UPDATE places SET sealed_password = ?2 WHERE id = ?1 AND user IS NOT NULL",
    )?
    .execute(params![id.as_bytes(), sealed])?;
    Ok(())
}

pub(crate) fn remove(conn: &Connection, id: PlaceId) -> Result<(), Fault> {
    conn.prepare_cached("DELETE FROM places WHERE id = ?1")?
        .execute([id.as_bytes()])?;
    conn.prepare_cached("DELETE FROM object_marks WHERE place = ?1")?
        .execute([id.to_string()])?;
    Ok(())
}

pub(crate) fn all(conn: &Connection) -> Result<Vec<PlaceRecord>, Fault> {
    conn.prepare_cached(
        "SELECT id, kind, address, bucket, region, user, sealed_password, added_at, last_round_at, \
         lost FROM places ORDER BY added_at, id",
    )?
    .query_and_then([], |row| {
        let (kind, address): (i64, String) = (row.get(1)?, row.get(2)?);
        let address = match (kind, row.get(3)?, row.get(4)?) {
            (0, None, None) => PlaceAddress::Folder(address),
            (1, None, None) => PlaceAddress::WebDav(address),
            (2, Some(bucket), Some(region)) => PlaceAddress::S3 {
                endpoint: address,
                bucket,
                region,
            },
            _ => return Err(Fault::Damaged("place")),
        };
        Ok(PlaceRecord {
            id: PlaceId::from_bytes(row.get(0)?),
            address,
            user: row.get(5)?,
            sealed_password: row.get(6)?,
            added_at: row.get::<_, Secs>(7)?.0,
            last_round_at: row.get::<_, Option<Secs>>(8)?.map(|secs| secs.0),
            lost: row.get(9)?,
        })
    })?
    .collect()
}
