//! A shell's eyes in tests: what lies on the clipboard, and what a phone's own scanner does.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use satchel_shell::scan::{Clip, Eyes};
use tokio::sync::Notify;

/// What a phone's own scanner does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanner {
    /// It reads this.
    Reads(String),
    /// It was closed, or may not look.
    Closed,
    /// It never answers: there is no camera, or what it needs of the system is not there.
    Hangs,
}

/// A clipboard that holds what it is told to, and a phone's scanner where one is given.
#[derive(Default)]
pub struct FakeEyes {
    clip: Mutex<Option<Clip>>,
    scanner: Mutex<Option<Scanner>>,
    patient: AtomicBool,
    looks: Notify,
    left: AtomicUsize,
    barred: AtomicBool,
    settings: AtomicUsize,
}

impl FakeEyes {
    /// Puts something on the clipboard; it is gone when it was looked at.
    pub fn copied(&self, clip: Clip) {
        *self.clip.lock().expect("no panic") = Some(clip);
    }

    /// Gives it a scanner of its own; one that is `patient` is given all the time there is.
    pub fn give_scanner(&self, scanner: Scanner, patient: bool) {
        *self.scanner.lock().expect("no panic") = Some(scanner);
        self.patient.store(patient, Ordering::SeqCst);
    }

    /// Waits until that scanner looks.
    pub async fn scanner_looks(&self) {
        self.looks.notified().await;
    }

    /// Refuses the camera for ever, as a phone's owner can, or gives it back.
    pub fn bar(&self, barred: bool) {
        self.barred.store(barred, Ordering::SeqCst);
    }

    /// Returns how often the system's settings were opened.
    pub fn settings_opened(&self) -> usize {
        self.settings.load(Ordering::SeqCst)
    }

    /// Returns how often that scanner was taken away.
    pub fn left(&self) -> usize {
        self.left.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Eyes for FakeEyes {
    fn sees_clipboard(&self) -> bool {
        true
    }
    async fn clipboard(&self) -> Option<Clip> {
        self.clip.lock().expect("no panic").take()
    }
    fn has_scanner(&self) -> bool {
        self.scanner.lock().expect("no panic").is_some()
    }
    async fn scanner(&self) -> Option<String> {
        self.looks.notify_one();
        let scanner = self.scanner.lock().expect("no panic").clone();
        match scanner? {
            Scanner::Reads(text) => Some(text),
            Scanner::Closed => None,
            Scanner::Hangs => std::future::pending().await,
        }
    }
    async fn barred(&self) -> bool {
        self.barred.load(Ordering::SeqCst)
    }
    async fn open_settings(&self) -> bool {
        // A system without such settings shows none.
        let barred = self.barred.load(Ordering::SeqCst);
        self.settings
            .fetch_add(usize::from(barred), Ordering::SeqCst);
        barred
    }
    fn leave(&self) {
        self.left.fetch_add(1, Ordering::SeqCst);
    }
    fn scanner_looks_for(&self) -> Duration {
        match self.patient.load(Ordering::SeqCst) {
            true => Duration::from_secs(3600),
            false => Duration::from_millis(20),
        }
    }
}
