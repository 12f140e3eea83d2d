//! Opening the database: the key, the checks, the settings.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::str;
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use satchel_ports::{Database, OpenStoreError, WalletStore};
use satchel_secrets::SecretBytes;

use crate::connections::Connections;
use crate::error::open_fault;
use crate::migrations::migrate;
use crate::sql_store::SqlStore;

/// Connections that only read, so that a page is read while a sync writes.
const READERS: usize = 3;

/// `PRAGMA key = "x'`, 64 hex digits, `'"`.
const KEY_SQL: usize = KEY_HEAD.len() + 64 + KEY_TAIL.len();
const KEY_HEAD: &[u8] = b"PRAGMA key = \"x'";
const KEY_TAIL: &[u8] = b"'\"";

/// The encrypted database of a home, `wallets.db`.
#[derive(Debug, Clone)]
pub struct SqlDatabase {
    path: PathBuf,
}

impl SqlDatabase {
    /// Names the database of a home, which must exist when it is opened.
    pub fn new(home: &Path) -> Self {
        Self {
            path: home.join("wallets.db"),
        }
    }

    /// Opens it, or makes it when there is none.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn open_store(&self, key: &SecretBytes<32>) -> Result<SqlStore, OpenStoreError> {
        refuse_without_encryption()?;
        make_private(&self.path)?;
        let key = key_sql(key);
        let mut writer = connect(&self.path, &key)?;
        make_durable(&writer)?;
        // Before the write-ahead log is turned on, so that a database with a schema is in its own
        // file from the start.
        migrate(&mut writer)?;
        keep_ahead_log(&writer)?;
        let readers = (0..READERS)
            .map(|_| {
                let reader = connect(&self.path, &key)?;
                reader
                    .execute_batch("PRAGMA query_only = ON")
                    .map_err(open_fault)?;
                Ok(reader)
            })
            .collect::<Result<Vec<_>, OpenStoreError>>()?;
        Ok(SqlStore::new(Connections::new(writer, readers)))
    }
}

impl Database for SqlDatabase {
    fn exists(&self) -> bool {
        match fs::metadata(&self.path) {
            // Made, but nothing was ever committed to it.
            Ok(meta) => meta.len() > 0,
            // When in doubt there is one, so that nobody starts afresh over it.
            Err(error) => error.kind() != std::io::ErrorKind::NotFound,
        }
    }

    fn open(&self, key: &SecretBytes<32>) -> Result<Arc<dyn WalletStore>, OpenStoreError> {
        Ok(Arc::new(self.open_store(key)?))
    }
}

/// The journal that lets reads go on during a write is not to be had, as on some network drives.
#[derive(Debug, thiserror::Error)]
#[error("the file system cannot hold a write-ahead log (journal mode {mode})")]
struct NoWriteAheadLogError {
    mode: String,
}

/// Where the system's own SQLite wins the link order, `PRAGMA key` does nothing and says nothing,
/// and everything would be written in clear. So this is asked before any file is touched.
fn refuse_without_encryption() -> Result<(), OpenStoreError> {
    let conn = Connection::open_in_memory().map_err(open_fault)?;
    require_cipher(&conn)
}

fn require_cipher(conn: &Connection) -> Result<(), OpenStoreError> {
    let version = conn.query_row("PRAGMA cipher_version", [], |row| row.get::<_, String>(0));
    match version {
        Ok(version) if !version.is_empty() => Ok(()),
        Ok(_) | Err(rusqlite::Error::QueryReturnedNoRows) => Err(OpenStoreError::NotEncrypted),
        Err(error) => Err(open_fault(error)),
    }
}

/// Makes sure that the file is its owner's alone; SQLite gives its companions the same mode.
fn make_private(path: &Path) -> Result<(), OpenStoreError> {
    let io = |error| OpenStoreError::Io(Box::new(error));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    drop(options.open(path).map_err(io)?);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(path).map_err(io)?.permissions().mode();
        if mode & 0o077 != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(io)?;
        }
    }
    #[cfg(not(unix))]
    let _ = fs::metadata(path).map_err(io)?;
    Ok(())
}

/// Writes the statement that hands the key over, where it is wiped again. The key is random, so
/// SQLCipher takes it as it is, without stretching.
fn key_sql(key: &SecretBytes<32>) -> SecretBytes<KEY_SQL> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let filled = SecretBytes::init_with(|sql: &mut [u8; KEY_SQL]| {
        let (head, rest) = sql.split_at_mut(KEY_HEAD.len());
        let (digits, tail) = rest.split_at_mut(64);
        head.copy_from_slice(KEY_HEAD);
        tail.copy_from_slice(KEY_TAIL);
        // Exposed to SQLCipher alone, which wipes what it is given (memory security is on).
        for (pair, byte) in digits.chunks_exact_mut(2).zip(key.expose()) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        Ok::<(), std::convert::Infallible>(())
    });
    match filled {
        Ok(sql) => sql,
        Err(never) => match never {},
    }
}

/// Opens one connection and proves that the key fits.
fn connect(path: &Path, key: &SecretBytes<KEY_SQL>) -> Result<Connection, OpenStoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(open_fault)?;
    // Before the key: freed memory is wiped, and nothing about keys goes to the standard error.
    conn.execute_batch(
        "PRAGMA cipher_memory_security = ON; PRAGMA cipher_log = off; \
         PRAGMA cipher_log_level = NONE;",
    )
    .map_err(open_fault)?;
    let sql = str::from_utf8(key.expose()).expect("the statement was made of ASCII alone");
    conn.execute_batch(sql)
        // The error could quote the statement.
        .map_err(|_| OpenStoreError::WrongKey)?;
    require_cipher(&conn)?;
    conn.execute_batch(
        "PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; \
         PRAGMA trusted_schema = OFF; PRAGMA busy_timeout = 5000;",
    )
    .map_err(open_fault)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)
        .map_err(open_fault)?;
    // Otherwise each binding of a range makes SQLite plan the statement anew, for statistics that
    // this database does not have. It took most of the time of a page.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(open_fault)?;
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
        row.get::<_, i64>(0)
    })
    .map_err(open_fault)?;
    conn.set_prepared_statement_cache_capacity(96);
    Ok(conn)
}

/// Makes writes durable. `fullfsync` matters on Apple systems alone, where a plain sync leaves
/// the data in the drive's cache.
fn make_durable(conn: &Connection) -> Result<(), OpenStoreError> {
    conn.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; \
         PRAGMA cache_size = -8192;",
    )
    .map_err(open_fault)
}

/// Turns the write-ahead log on, with which reads go on during a write.
fn keep_ahead_log(conn: &Connection) -> Result<(), OpenStoreError> {
    let mode = conn
        .query_row("PRAGMA journal_mode = WAL", [], |row| {
            row.get::<_, String>(0)
        })
        .map_err(open_fault)?;
    if mode != "wal" {
        return Err(OpenStoreError::Io(Box::new(NoWriteAheadLogError { mode })));
    }
    conn.execute_batch("PRAGMA journal_size_limit = 16777216")
        .map_err(open_fault)
}

#[cfg(test)]
mod tests {
    use satchel_ports::StoreError;
    use satchel_testkit::rows;
    use satchel_types::{Batch, Write};

    use super::*;

    fn key(byte: u8) -> SecretBytes<32> {
        SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
    }

    fn pragma(conn: &Connection, name: &str) -> i64 {
        conn.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
            .expect("the setting can be read")
    }

    #[test]
    fn the_statement_spells_the_key() {
        let sql = key_sql(&key(0xa7));
        let text = str::from_utf8(sql.expose()).expect("ASCII");
        assert_eq!(text, format!("PRAGMA key = \"x'{}'\"", "a7".repeat(32)));
    }

    #[test]
    fn writes_are_durable_and_deleted_rows_are_overwritten() {
        let home = tempfile::tempdir().expect("a scratch folder");
        let store = SqlDatabase::new(home.path())
            .open_store(&key(1))
            .expect("a new database");
        store
            .connections()
            .write(|conn| {
                assert_eq!(pragma(conn, "synchronous"), 2, "FULL");
                assert_eq!(pragma(conn, "fullfsync"), 1);
                assert_eq!(pragma(conn, "secure_delete"), 1);
                assert_eq!(pragma(conn, "foreign_keys"), 1);
                assert_eq!(pragma(conn, "temp_store"), 2, "in memory");
                let memory: String = conn
                    .query_row("PRAGMA cipher_memory_security", [], |row| row.get(0))
                    .expect("the setting can be read");
                assert_eq!(memory, "1", "freed memory is wiped");
                Ok(())
            })
            .expect("an open store");
    }

    #[test]
    fn a_newer_database_is_left_alone() {
        let home = tempfile::tempdir().expect("a scratch folder");
        let database = SqlDatabase::new(home.path());
        let store = database.open_store(&key(1)).expect("a new database");
        store
            .connections()
            .write(|conn| Ok(conn.execute_batch("PRAGMA user_version = 99")?))
            .expect("an open store");
        store.close();
        assert!(matches!(
            database.open(&key(1)).err(),
            Some(OpenStoreError::TooNew { found: 99, .. })
        ));
    }

    #[test]
    fn a_database_of_another_program_is_not_migrated() {
        let home = tempfile::tempdir().expect("a scratch folder");
        let database = SqlDatabase::new(home.path());
        let conn = connect(&database.path, &key_sql(&key(1))).expect("a new file");
        conn.execute_batch("CREATE TABLE theirs (a); PRAGMA user_version = 1")
            .expect("a table");
        drop(conn);
        assert!(matches!(
            database.open(&key(1)).err(),
            Some(OpenStoreError::Damaged)
        ));
    }

    #[test]
    fn a_full_disk_is_said_and_nothing_of_the_batch_stays() {
        let home = tempfile::tempdir().expect("a scratch folder");
        let store = SqlDatabase::new(home.path())
            .open_store(&key(1))
            .expect("a new database");
        let record = rows::wallet(1);
        let id = record.id;
        store
            .apply(&rows::insert(record).into())
            .expect("room for one wallet");
        let pages = |conn: &Connection, limit: i64| {
            conn.query_row(&format!("PRAGMA max_page_count = {limit}"), [], |row| {
                row.get::<_, i64>(0)
            })
        };
        store
            .connections()
            .write(|conn| Ok(pages(conn, pragma(conn, "page_count") + 20)?))
            .expect("an open store");

        let mut batch = Batch::new();
        batch.push(Write::RenameWallet(id, rows::name("never seen")));
        batch.push(Write::AppendChanges(id, vec![7; 1_000_000]));
        assert!(matches!(store.apply(&batch), Err(StoreError::DiskFull)));
        assert_eq!(
            store.wallet(id).expect("the wallet").name,
            rows::wallet(1).name
        );
        assert!(store.changes(id).expect("reads go on").is_empty());

        store
            .connections()
            .write(|conn| Ok(pages(conn, 1_000_000)?))
            .expect("an open store");
        store.apply(&batch).expect("room again");
        assert_eq!(store.changes(id).expect("reads go on").len(), 1);
    }
}
