//! Back-off after wrong passphrases.
//!
//! The count is kept in a file of the home, so that ending the program does not end the wait. It is
//! written before a passphrase is tried, so that whoever kills the program while it stretches has
//! spent that try. The file is not authentic, since there is no key before the right passphrase: whoever
//! can write it can forget the count, and can make its owner wait no longer than [`LONGEST`]. It slows
//! who sits at the computer; who took the disk away is slowed by Argon2id alone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use satchel_ports::AttemptsFile;
use satchel_types::Timestamp;

/// Counts wrong attempts. Argon2id makes each one slow; this makes many slower.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Attempts {
    wrong: u32,
    last: Timestamp,
}

/// Wrong attempts that cost no waiting.
const FREE: u32 = 3;
/// Longest wait, in seconds.
const LONGEST: u64 = 60;
/// How the file begins.
const VERSION: &str = "1";

impl Attempts {
    /// Returns the seconds to wait before the next attempt, or 0.
    pub(crate) fn wait(&self, now: Timestamp) -> u64 {
        // A clock set back must not make a long wait of a short one, and nobody can tell how long
        // ago it was. Whoever can set it back can as well set it forward.
        if self.wrong < FREE || now < self.last {
            return 0;
        }
        let pause = 1_u64
            .checked_shl(self.wrong - FREE)
            .unwrap_or(LONGEST)
            .min(LONGEST);
        pause.saturating_sub(now.secs_since(self.last))
    }

    /// Notes a wrong attempt.
    pub(crate) fn wrong(&mut self, now: Timestamp) {
        self.wrong = self.wrong.saturating_add(1);
        self.last = now;
    }

    /// Forgets the wrong attempts after a right one.
    pub(crate) fn right(&mut self) {
        *self = Self::default();
    }

    /// The one form of a count: version, wrong attempts, seconds since 1970 of the last; one line.
    fn encode(self) -> Vec<u8> {
        format!("{VERSION} {} {}\n", self.wrong, self.last.as_secs()).into_bytes()
    }

    /// Reads what [`Self::encode`] made. `None`: it is something else.
    fn decode(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
        let mut words = text.split(' ');
        let (version, wrong, last) = (words.next()?, words.next()?, words.next()?);
        let attempts = Self {
            wrong: wrong.parse().ok()?,
            last: Timestamp::from_secs(last.parse().ok()?),
        };
        (version == VERSION && attempts.encode() == bytes).then_some(attempts)
    }
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
            Ok(Some(bytes)) => Attempts::decode(&bytes).unwrap_or_else(|| {
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
            self.file.write(&attempts.encode())
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
    let mut attempts = Attempts::decode(bytes)?;
    let encoded = attempts.encode();
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
    fn waits_grow_and_end() {
        let mut attempts = Attempts::default();
        let mut waits = Vec::new();
        for _ in 0..12 {
            attempts.wrong(at(1000));
            waits.push(attempts.wait(at(1000)));
        }
        assert_eq!(waits, [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
        assert_eq!(attempts.wait(at(1060)), 0);
        attempts.right();
        assert_eq!(attempts.wait(at(1000)), 0);
    }

    #[test]
    fn a_clock_set_back_makes_nobody_wait() {
        let mut attempts = Attempts::default();
        for _ in 0..12 {
            attempts.wrong(at(1_000_000));
        }
        assert_eq!(attempts.wait(at(999_999)), 0);
        attempts.wrong(at(5));
        assert_eq!(attempts.wait(at(5)), LONGEST, "and counts on from there");
    }

    #[test]
    fn whatever_the_file_holds_nobody_waits_longer_than_the_longest() {
        for text in [
            "1 4294967295 0\n",
            "1 4294967295 18446744073709551615\n",
            "1 35 1000\n",
            "1 67 1000\n",
        ] {
            let attempts = Attempts::decode(text.as_bytes()).expect("a count");
            assert_eq!(attempts.encode(), text.as_bytes());
            for now in [0, 1000, 1001, u64::MAX - 1, u64::MAX] {
                assert!(attempts.wait(at(now)) <= LONGEST);
            }
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
            assert_eq!(Attempts::decode(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(Attempts::decode(&[0xff; 8]), None);
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
