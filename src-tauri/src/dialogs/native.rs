//! The system's message dialogs, and a desktop's file dialogs.

#[cfg(desktop)]
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use satchel_ports::{Answer, Confirm, ConfirmError, ConfirmText};
use tauri::{AppHandle, Runtime};
use tauri_plugin_dialog::{DialogExt, MessageDialogBuilder, MessageDialogKind};
#[cfg(desktop)]
use tauri_plugin_dialog::{FileDialogBuilder, FilePath};
use tokio::sync::{Mutex, oneshot};

#[cfg(target_os = "linux")]
use super::gtk_question;
#[cfg(desktop)]
use super::{Chosen, FileKind, FilePicker};
use super::{text, touch};
use crate::biometry::Biometry;
#[cfg(desktop)]
use crate::windows::MAIN;

/// Consent given faster than a person can read was a key meant for something else, such as the
/// Enter of a text being typed when the dialog came up.
const FASTEST: Duration = Duration::from_millis(400);

/// The system's dialogs, above the main window.
pub(super) struct Native<R: Runtime> {
    app: AppHandle<R>,
    biometry: Arc<dyn Biometry>,
    /// One question at a time.
    asking: Mutex<()>,
}

impl<R: Runtime> Native<R> {
    pub(super) fn new(app: AppHandle<R>, biometry: Arc<dyn Biometry>) -> Self {
        Self {
            app,
            biometry,
            asking: Mutex::new(()),
        }
    }

    #[cfg(desktop)]
    fn file(&self) -> FileDialogBuilder<R> {
        let dialog = self.app.dialog().file();
        if let Some(main) = tauri::Manager::get_webview_window(&self.app, MAIN) {
            return dialog.set_parent(&main);
        }
        dialog
    }

    #[cfg(target_os = "linux")]
    async fn agrees(&self, question: &ConfirmText) -> Result<bool, ConfirmError> {
        gtk_question::agrees(&self.app, question).await
    }

    /// What is asked here stays on the screen when the answer is not waited for any more.
    #[cfg(not(target_os = "linux"))]
    async fn agrees(&self, question: &ConfirmText) -> Result<bool, ConfirmError> {
        let (tell, told) = oneshot::channel();
        message(&self.app, question.title.clone(), text::body(question))
            .kind(MessageDialogKind::Warning)
            .buttons(tauri_plugin_dialog::MessageDialogButtons::OkCancelCustom(
                text::clean(&question.agree),
                text::REFUSE.to_owned(),
            ))
            .show(move |agreed| {
                // The asker may be gone: then nobody acts on the answer.
                let _ = tell.send(agreed);
            });
        told.await.map_err(|_| ConfirmError::Unavailable)
    }
}

/// Prepares a message above the main window.
fn message<R: Runtime>(app: &AppHandle<R>, title: String, body: String) -> MessageDialogBuilder<R> {
    let dialog = app
        .dialog()
        .message(text::for_platform(body))
        .title(text::clean(&title));
    #[cfg(desktop)]
    if let Some(main) = tauri::Manager::get_webview_window(app, MAIN) {
        return dialog.parent(&main);
    }
    dialog
}

/// Says something and calls back when it was read.
pub fn tell_and_wait<R: Runtime>(
    app: &AppHandle<R>,
    title: &str,
    body: &str,
    then: impl FnOnce() + Send + 'static,
) {
    message(app, title.to_owned(), body.to_owned())
        .kind(MessageDialogKind::Error)
        .show(move |_| then());
}

#[async_trait]
impl<R: Runtime> Confirm for Native<R> {
    async fn put(&self, question: &ConfirmText) -> Result<Answer, ConfirmError> {
        let Ok(_only) = self.asking.try_lock() else {
            return Err(ConfirmError::Busy);
        };
        loop {
            let asked = Instant::now();
            let agreed = match touch::agrees(self.biometry.as_ref(), question).await {
                Some(agreed) => agreed,
                None => self.agrees(question).await?,
            };
            if !agreed {
                return Ok(Answer::Declined);
            }
            if asked.elapsed() >= FASTEST {
                return Ok(Answer::Agreed);
            }
        }
    }
}

#[cfg(desktop)]
async fn chosen(show: impl FnOnce(Box<dyn FnOnce(Option<FilePath>) + Send>)) -> Option<PathBuf> {
    let (tell, told) = oneshot::channel();
    show(Box::new(move |path| {
        // The asker may be gone: then nobody wants the path.
        let _ = tell.send(path);
    }));
    told.await.ok().flatten()?.into_path().ok()
}

#[cfg(desktop)]
#[async_trait]
impl<R: Runtime> FilePicker for Native<R> {
    async fn save(&self, kind: FileKind, suggested: &str) -> Option<Chosen> {
        let dialog = self
            .file()
            .set_title(kind.save_title())
            .set_file_name(suggested)
            .add_filter(kind.name(), kind.endings());
        chosen(|then| dialog.save_file(then))
            .await
            .map(Chosen::from)
    }

    async fn open(&self, kind: FileKind) -> Option<Chosen> {
        let dialog = self
            .file()
            .set_title(kind.open_title())
            .add_filter(kind.name(), kind.endings())
            .add_filter("All files", &["*"]);
        chosen(|then| dialog.pick_file(then))
            .await
            .map(Chosen::from)
    }

    async fn to_scan(&self) -> Option<Chosen> {
        let dialog = self
            .file()
            .set_title("Open a picture of a code, or a file")
            .add_filter("Pictures", &["png", "jpg", "jpeg"])
            .add_filter("All files", &["*"]);
        chosen(|then| dialog.pick_file(then))
            .await
            .map(Chosen::from)
    }

    async fn folder(&self, title: &str) -> Option<PathBuf> {
        let dialog = self.file().set_title(title);
        chosen(|then| dialog.pick_folder(then)).await
    }
}
