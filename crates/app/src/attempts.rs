//! Back-off after wrong passphrases.
//!
//! The count is kept in a file of the home, so that ending the program does not end the wait. It is
//! written before a passphrase is tried, so that whoever kills the program while it stretches has
//! spent that try. The file is not authentic, since there is no key before the right passphrase: whoever
//! can write it can forget the count, and can make its owner wait no longer than a minute. It slows
//! who sits at the computer; who took the disk away is slowed by Argon2id alone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use satchel_ports::AttemptsFile;
use satchel_types::{Attempts, Timestamp};

/// How the file begins.
const VERSION: &str = "1";

/// The one form of a count: version, wrong attempts, seconds since 1970 of the last; one line.
fn encode(attempts: Attempts) -> Vec<u8> {
    format!("{VERSION} {} {}\n", attempts.wrong, attempts.last.as_secs()).into_bytes()
}

/// Reads what [`encode`] made. `None`: it is something else.
fn decode(bytes: &[u8]) -> Option<Attempts> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
    let mut words = text.split(' ');
    let (version, wrong, last) = (words.next()?, words.next()?, words.next()?);
    let attempts = Attempts {
        wrong: wrong.parse().ok()?,
        last: Timestamp::from_secs(last.parse().ok()?),
    };
    (version == VERSION && encode(attempts) == bytes).then_some(attempts)
}

/// The count of wrong passphrases, in memory and in a file.
///
/// The file is read once: one process at a time uses a home. What the file cannot do is said in the
/// log, and the count goes on in memory.
pub(crate) struct KeptAttempts {
    file: Arc<dyn AttemptsFile>,
    known: Mutex<Option<Attempts>>,
}

impl KeptAttempts {
    pub(crate) fn new(file: Arc<dyn AttemptsFile>) -> Self {
        Self {
            file,
            known: Mutex::new(None),
        }
    }

    /// Returns the seconds to wait before the next attempt, or 0.
    pub(crate) fn wait(&self, now: Timestamp) -> u64 {
        self.read(&mut self.lock()).wait(now)
    }

    /// Notes an attempt as wrong before it is tried. Returns the count as it was.
    pub(crate) fn begin(&self, now: Timestamp) -> Attempts {
        let mut known = self.lock();
        let before = self.read(&mut known);
        let mut attempts = before;
        attempts.wrong(now);
        self.keep(&mut known, attempts);
        before
    }

    /// Notes when an attempt was found wrong, if it was the last one: the wait begins now.
    pub(crate) fn was_wrong(&self, now: Timestamp) {
        let mut known = self.lock();
        let mut attempts = self.read(&mut known);
        if attempts.last != now {
            attempts.last = now;
            self.keep(&mut known, attempts);
        }
    }

    /// Takes an attempt back that was not judged.
    pub(crate) fn was_not_judged(&self, before: Attempts) {
        self.keep(&mut self.lock(), before);
    }

    /// Forgets the wrong attempts after a right one.
    pub(crate) fn right(&self) {
        self.keep(&mut self.lock(), Attempts::default());
    }

    fn lock(&self) -> MutexGuard<'_, Option<Attempts>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, known: &mut Option<Attempts>) -> Attempts {
        *known.get_or_insert_with(|| match self.file.read() {
            Ok(None) => Attempts::default(),
            Ok(Some(bytes)) => decode(&bytes).unwrap_or_else(|| {
                tracing::warn!("the count of wrong passphrases is damaged and begins anew");
                Attempts::default()
            }),
            Err(error) => {
                tracing::warn!(%error, "the count of wrong passphrases cannot be read and begins anew");
                Attempts::default()
            }
        })
    }

    fn keep(&self, known: &mut Option<Attempts>, attempts: Attempts) {
        *known = Some(attempts);
        let kept = if attempts == Attempts::default() {
            self.file.remove()
        } else {
            self.file.write(&encode(attempts))
        };
        // A full disk keeps nobody out of their wallet.
        if let Err(error) = kept {
            tracing::warn!(%error, "the count of wrong passphrases could not be kept");
        }
    }
}

/// Reads a count and writes it again, for the fuzz targets. Returns with it the longest wait it may
/// lead to at `now`, in seconds.
#[cfg(fuzzing)]
pub fn reread(bytes: &[u8], now: Timestamp) -> Option<(Vec<u8>, u64)> {
    let mut attempts = decode(bytes)?;
    let encoded = encode(attempts);
    let wait = attempts.wait(now);
    attempts.wrong(now);
    Some((encoded, wait.max(attempts.wait(now))))
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    #[test]
    fn a_count_is_read_as_it_was_written() {
        for text in [
            "1 4294967295 0\n",
            "1 4294967295 18446744073709551615\n",
            "1 35 1000\n",
        ] {
            let attempts = decode(text.as_bytes()).expect("a count");
            assert_eq!(encode(attempts), text.as_bytes());
        }
    }

    #[test]
    fn a_count_has_one_form() {
        for text in [
            "",
            "1 4 5",
            "1 4 5\n\n",
            "2 4 5\n",
            "1 04 5\n",
            "1 +4 5\n",
            "1  4 5\n",
            "1 4 5 6\n",
            "1 4\n",
            "1 4294967296 5\n",
            "1 -1 5\n",
            " 1 4 5\n",
            "1 4 5\r\n",
        ] {
            assert_eq!(decode(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(decode(&[0xff; 8]), None);
    }

    /// A file that is one of several kinds of broken.
    #[derive(Default)]
    struct Broken {
        reads: Option<Vec<u8>>,
    }

    impl AttemptsFile for Broken {
        fn read(&self) -> io::Result<Option<Vec<u8>>> {
            let bytes = self.reads.clone();
            bytes.map(Some).ok_or_else(|| io::ErrorKind::Other.into())
        }

        fn write(&self, _: &[u8]) -> io::Result<()> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn remove(&self) -> io::Result<()> {
            Err(io::ErrorKind::ReadOnlyFilesystem.into())
        }
    }

    #[test]
    fn a_file_that_cannot_be_used_locks_nobody_out_and_memory_counts_on() {
        for reads in [None, Some(b"rubbish".to_vec()), Some(Vec::new())] {
            let kept = KeptAttempts::new(Arc::new(Broken { reads }));
            assert_eq!(kept.wait(at(1000)), 0);
            for _ in 0..5 {
                kept.begin(at(1000));
            }
            assert_eq!(kept.wait(at(1000)), 4);
            kept.right();
            assert_eq!(kept.wait(at(1000)), 0);
        }
    }
}
