//! Where the sealed page is shown.
//!
//! A desktop and, since it knows several windows, a phone show it in a window of its own. A
//! platform that cannot would implement [`Screen`] by showing the same page in place; nothing
//! else of this room would change, but its capability file must name the label it shows it under.

use std::time::Duration;

use async_trait::async_trait;
use satchel_wire::session::Theme;
use tauri::{AppHandle, Manager, Runtime, WindowEvent};

use super::view::View;
use crate::windows::{self, SEALED, WindowError};

/// Shows the sealed page.
#[async_trait]
pub trait Screen: Send + Sync {
    /// Shows the page, calling `gone` once it is gone, however that comes about.
    async fn open(
        &self,
        view: &View,
        theme: Theme,
        gone: Box<dyn Fn() + Send + Sync>,
    ) -> Result<(), WindowError>;

    /// Brings the page to the front.
    fn focus(&self);

    /// Takes the page away.
    fn close(&self);
}

/// Shows it in a window of its own.
pub struct WindowScreen<R: Runtime> {
    app: AppHandle<R>,
}

impl<R: Runtime> WindowScreen<R> {
    /// Makes a screen of this app.
    pub fn new(app: AppHandle<R>) -> Self {
        Self { app }
    }
}

#[async_trait]
impl<R: Runtime> Screen for WindowScreen<R> {
    async fn open(
        &self,
        view: &View,
        theme: Theme,
        gone: Box<dyn Fn() + Send + Sync>,
    ) -> Result<(), WindowError> {
        // The window of the task before goes in the event loop's own time, and its label with it.
        for _ in 0..100 {
            if self.app.get_webview_window(SEALED).is_none() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let window = windows::open_sealed(&self.app, view.title(), view.height(), theme)?;
        window.on_window_event(move |event| {
            if matches!(event, WindowEvent::Destroyed) {
                gone();
            }
        });
        Ok(())
    }

    fn focus(&self) {
        #[cfg(desktop)]
        if let Some(window) = self.app.get_webview_window(SEALED) {
            // A window manager may refuse; the window is there all the same.
            let _ = window.set_focus();
        }
    }

    fn close(&self) {
        if let Some(window) = self.app.get_webview_window(SEALED)
            && let Err(error) = window.destroy()
        {
            tracing::error!(%error, "the sealed window did not close");
        }
    }
}

#[cfg(test)]
pub(super) mod test {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    use super::*;

    type Gone = Box<dyn Fn() + Send + Sync>;

    /// A screen without a window.
    #[derive(Default)]
    pub(crate) struct FakeScreen {
        gone: Mutex<Vec<Gone>>,
        focused: AtomicU32,
        closed: AtomicU32,
        refuses: AtomicBool,
    }

    impl FakeScreen {
        pub(crate) fn focused(&self) -> u32 {
            self.focused.load(Ordering::SeqCst)
        }

        pub(crate) fn closed(&self) -> u32 {
            self.closed.load(Ordering::SeqCst)
        }

        pub(crate) fn refuse(&self) {
            self.refuses.store(true, Ordering::SeqCst);
        }

        pub(crate) fn take_gone(&self) -> Gone {
            self.gone
                .lock()
                .expect("no panic")
                .pop()
                .expect("a window was opened")
        }

        pub(crate) fn owner_closes(&self) {
            self.take_gone()();
        }
    }

    #[async_trait]
    impl Screen for FakeScreen {
        async fn open(&self, _: &View, _: Theme, gone: Gone) -> Result<(), WindowError> {
            if self.refuses.load(Ordering::SeqCst) {
                return Err(WindowError::NotDescribed { label: SEALED });
            }
            self.gone.lock().expect("no panic").push(gone);
            Ok(())
        }

        fn focus(&self) {
            self.focused.fetch_add(1, Ordering::SeqCst);
        }

        fn close(&self) {
            self.closed.fetch_add(1, Ordering::SeqCst);
        }
    }
}
