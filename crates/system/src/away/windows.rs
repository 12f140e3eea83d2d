//! Windows: a window that nobody sees, since the system tells windows.
//!
//! - `WM_POWERBROADCAST` with `PBT_APMSUSPEND`: it is about to suspend, and gives programs some two seconds
//!   (Microsoft's page on `PBT_APMSUSPEND`). It is sent, not posted: the system waits for the answer.
//! - `WM_WTSSESSION_CHANGE`, which `WTSRegisterSessionNotification` asks for: the session was locked, or
//!   another one took its place at the screen.
//!
//! The window is an ordinary one that is never shown, because message-only windows get no broadcast
//! (Microsoft's page on window features).
//!
//! Tested in Wine, which locks no session and does not sleep: there the test sends what the system would.

#![allow(unsafe_code)] // Windows are a C interface.

use std::cell::RefCell;
use std::sync::Arc;

use futures::channel::oneshot;
use windows::Win32::Foundation::{HWND, LPARAM, LRESULT, WPARAM};
use windows::Win32::System::LibraryLoader::GetModuleHandleW;
use windows::Win32::System::RemoteDesktop::{
    NOTIFY_FOR_THIS_SESSION, WTSRegisterSessionNotification,
};
use windows::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DefWindowProcW, DispatchMessageW, GetMessageW, MSG, PBT_APMSUSPEND,
    PostQuitMessage, RegisterClassW, WINDOW_EX_STYLE, WM_DESTROY, WM_POWERBROADCAST,
    WM_WTSSESSION_CHANGE, WNDCLASSW, WS_OVERLAPPED, WTS_CONSOLE_DISCONNECT, WTS_REMOTE_DISCONNECT,
    WTS_SESSION_LOCK,
};
use windows::core::{Error, PCWSTR, Result, w};

use super::Away;

/// The window's class. One a process: it tells whom the thread that made it serves.
const CLASS: PCWSTR = w!("SatchelAway");

type Left = dyn Fn(Away) + Send + Sync;

thread_local! {
    /// Whom this thread's window tells. A window's messages come on the thread that made it.
    static LEFT: RefCell<Option<Arc<Left>>> = const { RefCell::new(None) };
}

pub(super) async fn watch(left: impl Fn(Away) + Send + Sync + 'static) {
    let left: Arc<Left> = Arc::new(left);
    let (ended, end) = oneshot::channel();
    let spawned = std::thread::Builder::new()
        .name("away".to_owned())
        .spawn(move || {
            LEFT.set(Some(left));
            // Nobody is there to be told when the program has ended before.
            let _ = ended.send(follow());
        });
    let reason = match spawned {
        Err(error) => error.to_string(),
        Ok(_) => match end.await {
            Ok(Err(error)) => error.message(),
            Ok(Ok(())) | Err(_) => "its window was closed".to_owned(),
        },
    };
    tracing::warn!(%reason, "the wallet does not lock with the screen or before it sleeps");
}

/// Makes the window and hands it its messages until it is closed.
fn follow() -> Result<()> {
    // SAFETY: the class's name is a constant, its procedure has the signature asked for and lives as
    // long as the program; the window belongs to this thread, and so do its messages.
    unsafe {
        let instance = GetModuleHandleW(None)?.into();
        let class = WNDCLASSW {
            lpfnWndProc: Some(told),
            hInstance: instance,
            lpszClassName: CLASS,
            ..WNDCLASSW::default()
        };
        // No number: it was registered before, by an earlier watch. If it was not, the next call fails.
        let _ = RegisterClassW(&class);
        let window = CreateWindowExW(
            WINDOW_EX_STYLE::default(),
            CLASS,
            CLASS,
            WS_OVERLAPPED,
            0,
            0,
            0,
            0,
            None,
            None,
            Some(instance),
            None,
        )?;
        // Sleep is told without it.
        if let Err(error) = WTSRegisterSessionNotification(window, NOTIFY_FOR_THIS_SESSION) {
            tracing::warn!(%error, "the wallet does not lock with the screen");
        }
        let mut message = MSG::default();
        loop {
            match GetMessageW(&mut message, None, 0, 0).0 {
                0 => return Ok(()),
                -1 => return Err(Error::from_thread()),
                _ => DispatchMessageW(&message),
            };
        }
    }
}

/// Returns what a message says of who is there.
fn meaning(message: u32, word: usize) -> Option<Away> {
    let word = u32::try_from(word).ok()?;
    match (message, word) {
        (WM_POWERBROADCAST, PBT_APMSUSPEND) => Some(Away::Sleeps),
        (
            WM_WTSSESSION_CHANGE,
            WTS_SESSION_LOCK | WTS_CONSOLE_DISCONNECT | WTS_REMOTE_DISCONNECT,
        ) => Some(Away::ScreenLocked),
        _ => None,
    }
}

unsafe extern "system" fn told(window: HWND, message: u32, word: WPARAM, long: LPARAM) -> LRESULT {
    if let Some(away) = meaning(message, word.0) {
        // A copy: what is called may lead to another message.
        let left = LEFT.with_borrow(Clone::clone);
        if let Some(left) = left {
            left(away);
        }
    }
    // SAFETY: the arguments are those the system called with.
    unsafe {
        if message == WM_DESTROY {
            PostQuitMessage(0);
        }
        DefWindowProcW(window, message, word, long)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    use windows::Win32::UI::WindowsAndMessaging::{
        FindWindowW, PBT_APMRESUMEAUTOMATIC, PostMessageW, SendMessageW, WM_CLOSE,
        WTS_SESSION_UNLOCK,
    };

    use super::*;

    /// How long a test waits for what has to come.
    const PATIENCE: Duration = Duration::from_secs(60);

    #[test]
    fn only_going_away_is_told() {
        for (message, word, away) in [
            (WM_POWERBROADCAST, PBT_APMSUSPEND, Some(Away::Sleeps)),
            (WM_POWERBROADCAST, PBT_APMRESUMEAUTOMATIC, None),
            (
                WM_WTSSESSION_CHANGE,
                WTS_SESSION_LOCK,
                Some(Away::ScreenLocked),
            ),
            (
                WM_WTSSESSION_CHANGE,
                WTS_CONSOLE_DISCONNECT,
                Some(Away::ScreenLocked),
            ),
            (
                WM_WTSSESSION_CHANGE,
                WTS_REMOTE_DISCONNECT,
                Some(Away::ScreenLocked),
            ),
            (WM_WTSSESSION_CHANGE, WTS_SESSION_UNLOCK, None),
            (WM_CLOSE, PBT_APMSUSPEND, None),
        ] {
            assert_eq!(meaning(message, word as usize), away, "{message} {word}");
        }
        assert_eq!(meaning(WM_POWERBROADCAST, usize::MAX), None);
    }

    fn window(told: &Receiver<Away>) -> HWND {
        let began = std::time::Instant::now();
        loop {
            // SAFETY: the names are constants.
            if let Ok(window) = unsafe { FindWindowW(CLASS, CLASS) } {
                return window;
            }
            assert!(began.elapsed() < PATIENCE, "no window was made");
            // Nothing is told yet: this gives the other thread a moment.
            assert!(told.recv_timeout(Duration::from_millis(20)).is_err());
        }
    }

    #[test]
    fn the_system_has_its_answer_after_the_wallet_has_locked() {
        let (tell, told) = channel();
        let watching = std::thread::spawn(move || {
            let watch = watch(move |away| {
                let _ = tell.send(away);
            });
            futures::executor::block_on(watch);
        });
        let window = window(&told);
        for (message, word, away) in [
            (WM_POWERBROADCAST, PBT_APMSUSPEND, Away::Sleeps),
            (WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK, Away::ScreenLocked),
        ] {
            // SAFETY: the window is there until it is closed below.
            unsafe { SendMessageW(window, message, Some(WPARAM(word as usize)), None) };
            // It was told before that returned.
            assert_eq!(told.try_recv(), Ok(away));
        }
        // SAFETY: as above.
        unsafe { PostMessageW(Some(window), WM_CLOSE, WPARAM(0), LPARAM(0)) }.expect("it is there");
        watching.join().expect("it ends with its window");
        assert!(told.recv_timeout(PATIENCE).is_err(), "nothing more is told");
    }
}
