//! One connection that writes and a few that read.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, InterruptHandle};
use satchel_ports::StoreError;

use crate::error::Fault;

/// The connections of an open database.
///
/// With a write-ahead log a reader sees the last commit while the writer is at work, so no page
/// waits for a sync to end.
pub(crate) struct Connections {
    writer: Mutex<Option<Connection>>,
    readers: Mutex<Readers>,
    returned: Condvar,
    interrupts: Vec<InterruptHandle>,
}

struct Readers {
    idle: Vec<Connection>,
    lent: usize,
    closed: bool,
}

impl Connections {
    pub(crate) fn new(writer: Connection, readers: Vec<Connection>) -> Self {
        let interrupts = readers
            .iter()
            .map(Connection::get_interrupt_handle)
            .collect();
        Self {
            writer: Mutex::new(Some(writer)),
            readers: Mutex::new(Readers {
                idle: readers,
                lent: 0,
                closed: false,
            }),
            returned: Condvar::new(),
            interrupts,
        }
    }

    /// Lends the writer, one caller at a time.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        let mut writer = lock(&self.writer);
        let conn = writer.as_mut().ok_or(StoreError::Closed)?;
        work(conn).map_err(StoreError::from)
    }

    /// Lends a reader; waits while all are lent.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        let mut lent = self.lend()?;
        // Always there until `lent` is dropped.
        let conn = lent.conn.as_mut().ok_or(StoreError::Closed)?;
        work(conn).map_err(StoreError::from)
    }

    fn lend(&self) -> Result<Lent<'_>, StoreError> {
        let mut readers = lock(&self.readers);
        loop {
            if readers.closed {
                return Err(StoreError::Closed);
            }
            if let Some(conn) = readers.idle.pop() {
                readers.lent += 1;
                return Ok(Lent {
                    from: self,
                    conn: Some(conn),
                });
            }
            readers = self
                .returned
                .wait(readers)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Ends running reads, waits for a running write, and closes every connection, whereby
    /// SQLCipher wipes its copies of the key. Nothing of them is left when this returns.
    pub(crate) fn close(&self) {
        let mut readers = lock(&self.readers);
        readers.closed = true;
        readers.idle.clear();
        self.returned.notify_all();
        while readers.lent > 0 {
            for interrupt in &self.interrupts {
                interrupt.interrupt();
            }
            readers = self
                .returned
                .wait(readers)
                .unwrap_or_else(PoisonError::into_inner);
        }
        drop(readers);
        // The last one to go moves the write-ahead log into the database.
        drop(lock(&self.writer).take());
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        self.close();
    }
}

/// A reader on loan. It goes back even when the borrower panics.
struct Lent<'a> {
    from: &'a Connections,
    conn: Option<Connection>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut readers = lock(&self.from.readers);
        readers.lent -= 1;
        if !readers.closed {
            readers.idle.extend(self.conn.take());
        } else {
            drop(self.conn.take());
        }
        drop(readers);
        self.from.returned.notify_all();
    }
}

/// A panic leaves no half-done state behind: SQLite rolls an open transaction back when its guard
/// is dropped. So a poisoned lock is taken all the same.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
