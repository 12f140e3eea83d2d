//! Requests that already acted, backends, settings.

use bitcoin::Network;
use rusqlite::{Connection, OptionalExtension, params};
use satchel_types::{Backend, RequestId, Timestamp};

use crate::codec::{Net, Secs, Speech};
use crate::error::Fault;

pub(crate) fn put_request(
    conn: &Connection,
    id: RequestId,
    outcome: &str,
    at: Timestamp,
) -> Result<(), Fault> {
    conn.prepare_cached(
        "INSERT INTO requests (id, outcome, at) VALUES (?1, ?2, ?3) \
         ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome, at = excluded.at",
    )?
    .execute(params![id.as_bytes(), outcome, Secs(at)])?;
    Ok(())
}

pub(crate) fn forget_requests(conn: &Connection, before: Timestamp) -> Result<(), Fault> {
    conn.prepare_cached("DELETE FROM requests WHERE at < ?1")?
        .execute([Secs(before)])?;
    Ok(())
}

pub(crate) fn request(conn: &Connection, id: RequestId) -> Result<Option<String>, Fault> {
    Ok(conn
        .prepare_cached("SELECT outcome FROM requests WHERE id = ?1")?
        .query_row([id.as_bytes()], |row| row.get(0))
        .optional()?)
}

pub(crate) fn put_backend(conn: &Connection, backend: &Backend) -> Result<(), Fault> {
    conn.prepare_cached(
        "INSERT INTO backends (network, kind, url) VALUES (?1, ?2, ?3) \
         ON CONFLICT (network) DO UPDATE SET kind = excluded.kind, url = excluded.url",
    )?
    .execute(params![
        Net(backend.network),
        Speech(backend.kind),
        backend.url
    ])?;
    Ok(())
}

pub(crate) fn remove_backend(conn: &Connection, network: Network) -> Result<(), Fault> {
    conn.prepare_cached("DELETE FROM backends WHERE network = ?1")?
        .execute([Net(network)])?;
    Ok(())
}

pub(crate) fn backend(conn: &Connection, network: Network) -> Result<Option<Backend>, Fault> {
    Ok(conn
        .prepare_cached("SELECT kind, url FROM backends WHERE network = ?1")?
        .query_row([Net(network)], |row| {
            Ok(Backend {
                network,
                kind: row.get::<_, Speech>(0)?.0,
                url: row.get(1)?,
            })
        })
        .optional()?)
}

pub(crate) fn put_setting(conn: &Connection, key: &str, value: &str) -> Result<(), Fault> {
    conn.prepare_cached(
        "INSERT INTO settings (key, value) VALUES (?1, ?2) \
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )?
    .execute([key, value])?;
    Ok(())
}

pub(crate) fn setting(conn: &Connection, key: &str) -> Result<Option<String>, Fault> {
    Ok(conn
        .prepare_cached("SELECT value FROM settings WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?)
}
