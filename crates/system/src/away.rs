//! When nobody is at the computer: it goes to sleep, or its screen is locked.
//!
//! What must stay true: where the system lets a program put its sleep off for a moment, it does not
//! sleep before [`watch`]'s caller has done what it does then. A system that tells nothing of this is no
//! fault; that is said in the log, once.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

/// Why nobody is at the computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Away {
    /// It is about to sleep.
    Sleeps,
    /// Its screen was locked, or is to be.
    ScreenLocked,
}

/// Where the system tells it.
#[derive(Debug, Clone, Default)]
pub struct Signals {
    /// Address of the system bus; `None`: the usual one. Linux alone has one.
    pub system_bus: Option<String>,
    /// Address of the session bus; `None`: the usual one. Linux alone has one.
    pub session_bus: Option<String>,
}

/// Calls `left` each time nobody is there any more, until the system has nothing more to tell. `left`
/// returns when it is done; the computer sleeps after that. It is called on whatever thread the system
/// tells it, on macOS on the window's.
///
/// On Android and iOS this calls nothing: there the app goes to the background, which is not listened to.
pub async fn watch(signals: &Signals, left: impl Fn(Away) + Send + Sync + 'static) {
    #[cfg(target_os = "linux")]
    linux::watch(signals, &left).await;
    #[cfg(target_os = "macos")]
    macos::watch(left).await;
    #[cfg(windows)]
    windows::watch(left).await;
    // Named where nothing uses them.
    let _ = signals;
    #[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
    let _ = left;
}
