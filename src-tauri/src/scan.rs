//! Scans: frames of a camera, pictures, the clipboard, pasted texts. One at a time; locking ends it.
//!
//! What was seen is recognised in Rust before the page hears of it: recovery words and keys stop here. A transaction
//! that is being signed stays here too, for [`crate::commands::scan::cmd_take_scanned`], and a wallet file for
//! [`crate::commands::scan::cmd_import_scanned`].

mod body;
#[cfg(not(mobile))]
mod clipboard;
#[cfg(mobile)]
mod native;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bitcoin::Psbt;
use satchel_app::seen;
use satchel_ports::FileError;
use satchel_qr::{Collect, FrameError, Picture, PictureError, Progress, Sight};
use satchel_wallet::WatchKey;
use satchel_wire::scan::{Refusal, Scan, ScanStep, Seen};
use satchel_wire::{Code, IpcError};
use tauri::{AppHandle, Runtime};
use tokio::sync::{Notify, Semaphore};

use crate::dialogs::Chosen;
use crate::shell::Shell;

pub use body::{Frame, Image};
#[cfg(mobile)]
pub use native::plugin as scanner_plugin;

/// Most bytes of a file that is looked at.
pub const MAX_FILE: usize = 32 * 1024 * 1024;

/// What is on the clipboard.
pub enum Clip {
    /// A picture: width, height, and red, green, blue, opacity of each pixel.
    Picture(usize, usize, Vec<u8>),
    /// A text.
    Text(String),
}

/// Where the shell sees what no page shows it.
#[async_trait]
pub trait Eyes: Send + Sync {
    /// Whether [`Eyes::clipboard`] can look.
    fn sees_clipboard(&self) -> bool;
    /// Looks at the clipboard, at its picture before its text. `None`: there is neither.
    async fn clipboard(&self) -> Option<Clip>;
    /// Whether this device has a scanner of its own.
    fn has_scanner(&self) -> bool;
    /// Lets that scanner read one code. `None`: its owner closed it, it is not there after all, or it may not.
    async fn scanner(&self) -> Option<String>;
    /// Takes that scanner away, if it is there: its camera is off, and [`Eyes::scanner`] ends.
    fn leave(&self) {}
    /// How long that scanner looks before the page's own reader takes over, which reads animated codes too and
    /// needs no service of the system's maker. One that failed may not say so.
    fn scanner_looks_for(&self) -> Duration {
        Duration::from_secs(8)
    }
    /// Whether the camera is refused to this program until its owner changes that in the system's settings: whoever asks
    /// again gets no question.
    async fn barred(&self) -> bool {
        false
    }
    /// Opens the system's settings of this program; returns whether they opened.
    async fn open_settings(&self) -> bool {
        false
    }
    /// Lets it be felt that something was read, where a page cannot do that.
    fn tick(&self) {}
}

/// Returns the eyes of the system.
#[cfg(target_os = "linux")]
pub fn eyes_of_platform<R: Runtime>(app: &AppHandle<R>) -> Arc<dyn Eyes> {
    Arc::new(clipboard::GtkEyes::new(app.clone()))
}

/// Returns the eyes of the system.
#[cfg(mobile)]
pub fn eyes_of_platform<R: Runtime>(app: &AppHandle<R>) -> Arc<dyn Eyes> {
    Arc::new(native::PhoneEyes::new(app.clone()))
}

/// Returns the eyes of the system.
#[cfg(not(any(target_os = "linux", mobile)))]
pub fn eyes_of_platform<R: Runtime>(_: &AppHandle<R>) -> Arc<dyn Eyes> {
    Arc::new(clipboard::NoEyes)
}

/// The scan that goes on, if any.
pub struct ScanDesk {
    now: Mutex<Now>,
    /// One picture is read at a time; frames that come meanwhile are dropped, as a camera's are.
    reading: Semaphore,
    /// Wakes whoever waits for the end of a scan.
    ended: Notify,
}

#[derive(Default)]
struct Now {
    /// Number of the last that began.
    last: u32,
    scan: Option<Running>,
}

/// What another device that shares showed.
#[derive(Debug, Clone)]
pub enum Shown {
    /// What it has.
    Heads(Arc<[u8]>),
    /// What this one lacks.
    Objects(Arc<[u8]>),
}

#[derive(Default)]
struct Running {
    collect: Collect,
    /// What was seen last, if it is something to be signed.
    psbt: Option<Psbt>,
    /// What was seen last, if it is a wallet file. It is sealed under its passphrase.
    file: Option<Arc<[u8]>>,
    /// What was seen last, if it is a wallet that can be watched.
    watch: Option<WatchKey>,
    /// What was seen last, if another device that shares showed it.
    met: Option<Shown>,
}

impl Default for ScanDesk {
    fn default() -> Self {
        Self {
            now: Mutex::default(),
            reading: Semaphore::new(1),
            ended: Notify::new(),
        }
    }
}

impl ScanDesk {
    /// Begins another scan, which ends the one before, and returns its number.
    pub fn begin(&self) -> u32 {
        let mut now = self.lock();
        now.last = now.last.wrapping_add(1);
        now.scan = Some(Running::default());
        self.ended.notify_waiters();
        now.last
    }

    /// Ends a scan, unless another took its place.
    pub fn end(&self, scan: u32) {
        let mut now = self.lock();
        if now.last == scan {
            now.scan = None;
            self.ended.notify_waiters();
        }
    }

    /// Ends whichever scan goes on.
    pub fn stop(&self) {
        self.lock().scan = None;
        self.ended.notify_waiters();
    }

    /// Waits until a scan is over.
    async fn over(&self, scan: u32) {
        loop {
            let mut ended = std::pin::pin!(self.ended.notified());
            // From here on nothing is missed.
            ended.as_mut().enable();
            if !self.goes_on(scan) {
                return;
            }
            ended.await;
        }
    }

    /// Returns whether a scan goes on; only then may a page have the camera.
    pub fn is_open(&self) -> bool {
        self.lock().scan.is_some()
    }

    fn goes_on(&self, scan: u32) -> bool {
        self.with(scan, |_| ()).is_some()
    }

    /// Takes what was seen last, if it is something to be signed. It is kept until something else is seen.
    pub fn psbt(&self, scan: u32) -> Option<Psbt> {
        self.with(scan, |running| running.psbt.clone()).flatten()
    }

    /// Takes what was seen last, if it is a wallet file. It is kept until something else is seen.
    pub fn file(&self, scan: u32) -> Option<Arc<[u8]>> {
        self.with(scan, |running| running.file.clone()).flatten()
    }

    /// Takes what was seen last, if it is a wallet that can be watched. It is kept until something else is seen.
    pub fn watch(&self, scan: u32) -> Option<WatchKey> {
        self.with(scan, |running| running.watch.clone()).flatten()
    }

    /// Takes what was seen last, if another device showed it. It is kept until something else is seen.
    pub fn met(&self, scan: u32) -> Option<Shown> {
        self.with(scan, |running| running.met.clone()).flatten()
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, scan: u32, act: impl FnOnce(&mut Running) -> T) -> Option<T> {
        let mut now = self.lock();
        let is_it = now.last == scan;
        now.scan.as_mut().filter(|_| is_it).map(act)
    }

    /// Takes the texts of one picture. `None`: the scan is over.
    fn take(&self, scan: u32, texts: &[String]) -> Option<Sight> {
        self.with(scan, |running| running.collect.take_picture(texts))
    }
}

/// Says for people why a code was refused.
fn refusal(error: FrameError) -> Refusal {
    match error {
        FrameError::NeedsNewer => Refusal::NeedsNewer,
        FrameError::TooBig | FrameError::TooLong => Refusal::TooLarge,
        FrameError::Damaged | FrameError::Broken | FrameError::AnotherTransfer => Refusal::Damaged,
    }
}

fn refused_picture(error: PictureError) -> ScanStep {
    let why = match error {
        PictureError::TooLarge => Refusal::TooLarge,
        PictureError::WrongSize | PictureError::Damaged => Refusal::Damaged,
        PictureError::UnknownFormat => Refusal::UnknownFormat,
    };
    ScanStep::Refused { why }
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl Shell {
    /// Begins a scan.
    pub fn begin_scan(&self) -> Scan {
        Scan {
            scan: self.scans.begin(),
            native: self.eyes.has_scanner(),
            clipboard: self.eyes.sees_clipboard(),
        }
    }

    /// Looks at a frame of the camera. It is dropped while another is being read.
    ///
    /// # Errors
    /// When the frame is none.
    pub async fn scan_frame(&self, frame: Frame) -> Result<ScanStep, IpcError> {
        if !self.scans.goes_on(frame.scan) {
            return Ok(ScanStep::Over);
        }
        let Ok(_only) = self.scans.reading.try_acquire() else {
            return Ok(self.told(frame.scan, Sight::Nothing));
        };
        let bad = |_| IpcError::new(Code::BadInput, "This is no frame of a camera.");
        let picture = Picture::from_luma(frame.width, frame.height, frame.luma).map_err(bad)?;
        self.scan_read(frame.scan, picture).await
    }

    /// Looks at a file, or at what was pasted or dropped: a picture with codes in it, or what a code could say.
    ///
    /// # Errors
    /// When it cannot be looked at.
    pub async fn scan_bytes(&self, scan: u32, bytes: Vec<u8>) -> Result<ScanStep, IpcError> {
        if !self.scans.goes_on(scan) {
            return Ok(ScanStep::Over);
        }
        if !Picture::is_picture(&bytes) {
            return match self.recognised(scan, &bytes)? {
                ScanStep::Seen {
                    seen: Seen::Unknown,
                } => Ok(ScanStep::Refused {
                    why: Refusal::UnknownFormat,
                }),
                step => Ok(step),
            };
        }
        let _turn = self.scans.reading.acquire().await;
        let read = tokio::task::spawn_blocking(move || Picture::from_file(&bytes));
        match read.await.map_err(|_| stopped())? {
            Ok(picture) => self.scan_read(scan, picture).await,
            Err(error) => Ok(refused_picture(error)),
        }
    }

    /// Looks at a file that its owner chose.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn scan_file(&self, scan: u32, chosen: Chosen) -> Result<ScanStep, IpcError> {
        match self.app.read_file(&chosen, MAX_FILE as u64).await {
            Ok(bytes) => self.scan_bytes(scan, bytes).await,
            Err(FileError::TooLarge { .. }) => Ok(ScanStep::Refused {
                why: Refusal::TooLarge,
            }),
            Err(_) => Err(IpcError::new(Code::Io, "The file cannot be read.")),
        }
    }

    /// Looks at the clipboard.
    ///
    /// # Errors
    /// When the wallet is not there any more.
    pub async fn scan_clipboard(&self, scan: u32) -> Result<ScanStep, IpcError> {
        if !self.scans.goes_on(scan) {
            return Ok(ScanStep::Over);
        }
        match self.eyes.clipboard().await {
            None => Ok(self.told(scan, Sight::Nothing)),
            Some(Clip::Text(text)) => self.scan_text(scan, text),
            Some(Clip::Picture(width, height, rgba)) => {
                let _turn = self.scans.reading.acquire().await;
                match Picture::from_rgba(width, height, &rgba) {
                    Ok(picture) => self.scan_read(scan, picture).await,
                    Err(error) => Ok(refused_picture(error)),
                }
            }
        }
    }

    /// Lets the device's own scanner read one code.
    ///
    /// # Errors
    /// When the wallet is not there any more.
    pub async fn scan_natively(&self, scan: u32) -> Result<ScanStep, IpcError> {
        if !self.scans.goes_on(scan) {
            return Ok(ScanStep::Over);
        }
        let seen = tokio::select! {
            biased;
            () = self.scans.over(scan) => None,
            seen = self.eyes.scanner() => seen,
            () = tokio::time::sleep(self.eyes.scanner_looks_for()) => None,
        };
        let Some(text) = seen else {
            self.eyes.leave();
            return Ok(self.told(scan, Sight::Nothing));
        };
        self.scan_texts(scan, &[text])
    }

    /// Finds the codes of a picture and takes what they say.
    async fn scan_read(&self, scan: u32, picture: Picture) -> Result<ScanStep, IpcError> {
        let texts = tokio::task::spawn_blocking(move || picture.read()).await;
        self.scan_texts(scan, &texts.map_err(|_| stopped())?)
    }

    /// Looks at what was pasted: what a code could say, or what a file could hold.
    ///
    /// # Errors
    /// When the wallet is not there any more.
    pub fn scan_text(&self, scan: u32, text: String) -> Result<ScanStep, IpcError> {
        let text = text.trim();
        // A frame of a transfer is one of many; a file's text is longer than any code.
        if text.len() <= satchel_qr::MAX_FRAME {
            return self.scan_texts(scan, &[text.to_owned()]);
        }
        self.recognised(scan, text.as_bytes())
    }

    /// Takes what codes say.
    fn scan_texts(&self, scan: u32, texts: &[String]) -> Result<ScanStep, IpcError> {
        let Some(read) = self.scans.take(scan, texts) else {
            return Ok(ScanStep::Over);
        };
        let Sight::Whole(whole) = read else {
            return Ok(self.told(scan, read));
        };
        let mut steps = Vec::new();
        for payload in &whole {
            steps.push(self.recognised(scan, &payload.bytes)?);
        }
        let unknown = |step: &ScanStep| {
            matches!(
                step,
                ScanStep::Seen {
                    seen: Seen::Unknown
                }
            )
        };
        // What is not known hangs beside many a code; two that are known are somebody's choice, not ours.
        let known: Vec<&ScanStep> = steps.iter().filter(|step| !unknown(step)).collect();
        match known[..] {
            [] => Ok(ScanStep::Seen {
                seen: Seen::Unknown,
            }),
            [step] => Ok(step.clone()),
            [..] => Ok(ScanStep::Refused {
                why: Refusal::Several,
            }),
        }
    }

    /// Says what came of codes that are nothing whole yet.
    fn told(&self, scan: u32, read: Sight) -> ScanStep {
        let progress = match read {
            Sight::Gathering(progress) => Some(progress),
            Sight::Refused(error) => {
                return ScanStep::Refused {
                    why: refusal(error),
                };
            }
            Sight::Nothing | Sight::Whole(_) => {
                let progress = self.scans.with(scan, |running| running.collect.progress());
                match progress {
                    Some(progress) => progress,
                    None => return ScanStep::Over,
                }
            }
        };
        match progress {
            Some(Progress { have, need }) => ScanStep::Gathering {
                have: count(have),
                need: count(need),
            },
            None => ScanStep::Nothing,
        }
    }

    /// Says what bytes are.
    fn recognised(&self, scan: u32, bytes: &[u8]) -> Result<ScanStep, IpcError> {
        let (seen, dealings) = self.app.recognise(None, bytes)?;
        let draft = match &seen {
            // Nobody's while it is locked.
            seen::Seen::Psbt(psbt) => self.app.draft_of(psbt).ok().flatten(),
            _ => None,
        };
        let twin = Seen::new(&seen, dealings, draft);
        let (psbt, watch) = match seen {
            seen::Seen::Psbt(psbt) => (Some(*psbt), None),
            seen::Seen::Descriptor(key) | seen::Seen::AccountKey(key) => {
                (None, key.map(|key| *key))
            }
            _ => (None, None),
        };
        let file = matches!(twin, Seen::WalletFile).then(|| Arc::from(bytes));
        let met = match &twin {
            Seen::Heads => Some(Shown::Heads(Arc::from(bytes))),
            Seen::Objects => Some(Shown::Objects(Arc::from(bytes))),
            _ => None,
        };
        let kept = self.scans.with(scan, |running| {
            (running.psbt, running.file, running.watch) = (psbt, file, watch);
            running.met = met;
        });
        Ok(match kept {
            Some(()) => ScanStep::Seen { seen: twin },
            None => ScanStep::Over,
        })
    }
}

fn stopped() -> IpcError {
    IpcError::new(Code::Internal, "The picture could not be looked at.")
}

#[cfg(test)]
mod tests;
