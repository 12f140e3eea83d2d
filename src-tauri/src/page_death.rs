//! What is done when the process that draws a page has ended.
//!
//! Phones end it to have its memory, mostly while the program is out of sight; it can also fail by itself. What
//! is left is an empty window over a wallet that goes on. The page is loaded anew then and asks for everything
//! from the start, as after a reload: what a wallet knows is in Rust. On Android the system ends the whole
//! program instead (Android reference, `WebViewClient.onRenderProcessGone`, which is not overridden), and it starts
//! from what is stored.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tauri::{AppHandle, Manager, Runtime};

use crate::shell::Shared;
use crate::windows::{MAIN, SEALED};

/// How often a page is loaded anew within [`SPAN`]: one that ends at each beginning is not helped by it.
const TRIES: usize = 3;
/// See [`TRIES`].
const SPAN: Duration = Duration::from_secs(60);

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// Its page is loaded anew.
    Load,
    /// Its window goes, and its task is as if its owner had closed it. What was typed went with the process.
    Close,
    /// Nothing: loading did not help.
    Leave,
}

/// When pages ended.
#[derive(Debug, Default)]
pub struct Deaths(Mutex<VecDeque<Instant>>);

impl Deaths {
    /// Notes that the page of a window ended, and returns what is to be done.
    fn note(&self, label: &str, now: Instant) -> Then {
        if label == SEALED {
            return Then::Close;
        }
        let mut ended = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ended.retain(|at| now.saturating_duration_since(*at) < SPAN);
        ended.push_back(now);
        if ended.len() > TRIES {
            Then::Leave
        } else {
            Then::Load
        }
    }
}

/// Does what there is to do when the page of a window ended.
#[cfg_attr(
    not(any(target_os = "linux", target_os = "macos", target_os = "ios")),
    allow(dead_code)
)]
pub fn note<R: Runtime>(app: &AppHandle<R>, label: &str) {
    let Some(shell) = app.try_state::<Shared>() else {
        return;
    };
    let then = shell.deaths.note(label, Instant::now());
    tracing::warn!(
        window = label,
        ?then,
        "the process that draws a page has ended"
    );
    if then == Then::Close {
        shell.desk.cancel();
        return;
    }
    if label == MAIN {
        // A code that nobody sees adds nobody, and a camera that nobody sees is off.
        shell.pairing.stop();
        shell.scans.stop();
    }
    if then == Then::Load
        && let Some(window) = app.get_webview_window(label)
        && let Err(error) = window.reload()
    {
        tracing::error!(%error, "the page was not loaded anew");
    }
}

/// Has a window's page looked after.
#[cfg(target_os = "linux")]
pub fn watch<R: Runtime>(window: &tauri::WebviewWindow<R>) {
    use webkit2gtk::WebViewExt;

    let (app, label) = (window.app_handle().clone(), window.label().to_owned());
    let watched = window.with_webview(move |view| {
        view.inner().connect_web_process_terminated(move |_, _| {
            // Not from within the engine's own call.
            let (app, label) = (app.clone(), label.clone());
            tauri::async_runtime::spawn(async move { note(&app, &label) });
        });
    });
    if let Err(error) = watched {
        tracing::warn!(%error, "a page that ends will not be loaded anew");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::windows::CONSOLE;

    #[test]
    fn a_page_that_ended_is_loaded_anew_and_the_sealed_one_is_closed() {
        let (deaths, now) = (Deaths::default(), Instant::now());
        assert_eq!(deaths.note(MAIN, now), Then::Load);
        assert_eq!(deaths.note(CONSOLE, now), Then::Load);
        for _ in 0..5 {
            assert_eq!(deaths.note(SEALED, now), Then::Close);
        }
        assert_eq!(deaths.note(MAIN, now), Then::Load);
    }

    #[test]
    fn a_page_that_ends_again_and_again_is_left_until_a_minute_passed() {
        let (deaths, now) = (Deaths::default(), Instant::now());
        for _ in 0..TRIES {
            assert_eq!(deaths.note(MAIN, now), Then::Load);
        }
        assert_eq!(deaths.note(MAIN, now), Then::Leave);
        assert_eq!(deaths.note(MAIN, now + SPAN), Then::Load);
    }
}
