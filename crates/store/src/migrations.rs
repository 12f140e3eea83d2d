//! The schema's versions, one frozen file each.

use rusqlite::{Connection, TransactionBehavior};
use satchel_ports::OpenStoreError;

use crate::error::open_fault;

/// `STCL`: tells this database from any other that the same key might open.
pub(crate) const APPLICATION_ID: i64 = 0x5354_434c;

/// What brings the schema from each version to the next, oldest first.
pub(crate) const STEPS: [&str; 6] = [
    include_str!("migrations/v1.sql"),
    include_str!("migrations/v2.sql"),
    include_str!("migrations/v3.sql"),
    include_str!("migrations/v4.sql"),
    include_str!("migrations/v5.sql"),
    include_str!("migrations/v6.sql"),
];

/// Newest version this program reads.
pub(crate) const KNOWN: u32 = STEPS.len() as u32;

/// Brings an open database to the newest version, all steps or none.
pub(crate) fn migrate(conn: &mut Connection) -> Result<(), OpenStoreError> {
    let found = check(conn)?;
    if found == KNOWN {
        return Ok(());
    }
    let step = |conn: &mut Connection| -> rusqlite::Result<()> {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for sql in &STEPS[found as usize..] {
            tx.execute_batch(sql)?;
        }
        tx.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {KNOWN};"
        ))?;
        tx.commit()
    };
    step(conn).map_err(open_fault)
}

/// Returns the version found: 0 for an empty database.
fn check(conn: &Connection) -> Result<u32, OpenStoreError> {
    let number = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0));
    // The first read of a page: a wrong key shows here.
    let tables = number("SELECT count(*) FROM sqlite_schema").map_err(open_fault)?;
    let version = number("PRAGMA user_version").map_err(open_fault)?;
    let application = number("PRAGMA application_id").map_err(open_fault)?;
    if tables == 0 && version == 0 {
        return Ok(0);
    }
    if application != APPLICATION_ID {
        return Err(OpenStoreError::Damaged);
    }
    match u32::try_from(version) {
        Ok(found @ 1..=KNOWN) => Ok(found),
        Ok(found) if found > KNOWN => Err(OpenStoreError::TooNew {
            found,
            known: KNOWN,
        }),
        _ => Err(OpenStoreError::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use bitcoin::hashes::{Hash, sha256};

    use rusqlite::Connection;

    use super::{APPLICATION_ID, KNOWN, STEPS, migrate};

    /// People have databases of these versions. A step that changes leaves theirs behind.
    #[test]
    fn no_frozen_step_was_changed() {
        let frozen = [
            "12c7d5aa003086d1c64b2dece89c666f439ee31aa4e9dd2d717af991b1ea99bf",
            "64c4af1254c01a2d6508e6b28eb1a3b47e0fcc7e64d82dce49392aaf80f5d4fd",
            "e0f109aca4a92a3d53e747a933c20166e0005b434502320f1d76b23111f429de",
            "0b18a6a037ab2063faa9a7d62d500503462e9edd70ecd0ba69f8e1f6279d4be0",
            "20ae2b9046740b53d02e8bc23cda36adbdd800b4a06b8168861b97f8ff295f4c",
            "4cac2aceeb51dba25dc7779d80ad724bc37d81080e6384b066cafff85e546c42",
        ];
        let found = STEPS.map(|sql| sha256::Hash::hash(sql.as_bytes()).to_string());
        assert_eq!(found, frozen);
    }

    #[test]
    fn a_database_of_each_version_becomes_one_of_the_newest() {
        for version in 1..=STEPS.len() {
            let mut conn = Connection::open_in_memory().expect("memory");
            for sql in &STEPS[..version] {
                conn.execute_batch(sql).expect("the schema");
            }
            conn.execute_batch(&format!(
                "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {version}; \
                 INSERT INTO settings (key, value) VALUES ('theme', 'dark');"
            ))
            .expect("what that version wrote");
            migrate(&mut conn).expect("a step for each version");
            let found = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0));
            assert_eq!(found("PRAGMA user_version"), Ok(i64::from(KNOWN)));
            assert_eq!(found("SELECT count(*) FROM settings"), Ok(1));
            assert_eq!(found("SELECT count(*) FROM objects"), Ok(0));
            assert_eq!(found("SELECT count(*) FROM notices"), Ok(0));
            assert_eq!(found("SELECT count(*) FROM contacts"), Ok(0));
            assert_eq!(found("SELECT count(*) FROM contact_addresses"), Ok(0));
        }
    }

    #[test]
    fn what_was_set_aside_and_told_before_there_were_sides_is_of_the_receive_side() {
        let mut conn = Connection::open_in_memory().expect("memory");
        for sql in &STEPS[..4] {
            conn.execute_batch(sql).expect("the schema");
        }
        let columns = "id, name, network, script_type, external, internal, fingerprint, account, \
                       origin, has_seed, created_at";
        conn.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 4; \
             INSERT INTO wallets ({columns}) VALUES (x'{wallet}', 'w', 'regtest', 'tr', 'r', 'c', x'00000000', 0, 0, 0, 1); \
             INSERT INTO hand_outs VALUES (1, 3, 5, 1); \
             INSERT INTO leases VALUES (1, 4, x'{wallet}', 6, 1); \
             INSERT INTO notices (id, wallet, kind, idx, told, device, at) \
             VALUES (x'{wallet}', 1, 1, 3, 'address', x'{wallet}', 5); \
             INSERT INTO places (id, kind, address, added_at) VALUES (x'{wallet}', 0, '/x', 1);",
            wallet = "07".repeat(16),
        ))
        .expect("what version 4 wrote");
        migrate(&mut conn).expect("a step for each version");
        let row = |sql: &str| {
            let read = |row: &rusqlite::Row<'_>| {
                Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, i64>(3)?])
            };
            conn.query_row(sql, [], read)
        };
        let hand_out = row("SELECT side, idx, at, unsure FROM hand_outs");
        assert_eq!(hand_out, Ok([0, 3, 5, 1]));
        let lease = row("SELECT side, idx, seq, confirmed FROM leases");
        assert_eq!(lease, Ok([0, 4, 6, 1]));
        let notice = row("SELECT wallet, kind, idx, at FROM notices WHERE told = 'address'");
        assert_eq!(notice, Ok([1, 1, 3, 5]));
        let place = row("SELECT lost, kind, added_at, 0 FROM places");
        assert_eq!(place, Ok([0, 0, 1, 0]));
    }
}
