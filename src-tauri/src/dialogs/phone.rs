//! A phone's file dialogs, and the files that they lend.
//!
//! Android: `ACTION_GET_CONTENT` and `ACTION_CREATE_DOCUMENT` answer with `content:` addresses, which only the system opens. iOS:
//! to be read, a file is copied for this program, which removes the copy; to be written, it is finished first and then handed
//! over in the system's sheet, which has a row for the program for files. (Its dialog that asks where to before there is a
//! file leaves that file empty, because the right to write to it stays with an object that is gone by then.)
//!
//! Nothing of it was run: it is type-checked (`cargo xtask check-targets`).

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use satchel_ports::FileError;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

use super::{Chosen, FileKind, FilePicker, Handed, Lender, LentFiles};

/// Where files lie while they are handed to other programs: in what the system may empty. `res/xml/shared_files.xml` opens it.
const FOLDER: &str = "shared";

/// A phone's file dialogs.
pub(super) struct PhonePicker<R: Runtime> {
    app: AppHandle<R>,
    lent: Arc<LentFiles>,
    handed: Arc<Mutex<()>>,
}

impl<R: Runtime> PhonePicker<R> {
    pub(super) fn new(app: AppHandle<R>, lent: Arc<LentFiles>) -> Self {
        // What the run before handed over was read long ago.
        if let Some(folder) = shared(&app) {
            let _ = std::fs::remove_dir_all(folder);
        }
        Self {
            app,
            lent,
            handed: Arc::default(),
        }
    }

    /// Asks for any file: a phone goes by types, which it does not know for the files of wallets. It would show none of them.
    async fn any(&self, title: &str) -> Option<Chosen> {
        let dialog = self.app.dialog().file().set_title(title);
        let address = answered(dialog, FileDialogBuilder::pick_file).await?;
        let name = self.name(&address).await;
        Some(self.lent.to_read(address, &name.unwrap_or_default()))
    }

    /// Returns what its keeper calls a file.
    async fn name(&self, address: &str) -> Option<String> {
        let (app, address) = (self.app.clone(), address.to_owned());
        // Asks a plugin, which blocks.
        let name = tauri::async_runtime::spawn_blocking(move || app.path().file_name(&address));
        name.await.ok().flatten()
    }
}

type Then = Box<dyn FnOnce(Option<FilePath>) + Send>;

async fn answered<R: Runtime>(
    dialog: FileDialogBuilder<R>,
    show: fn(FileDialogBuilder<R>, Then),
) -> Option<String> {
    let (tell, told) = oneshot::channel();
    show(
        dialog,
        Box::new(move |chosen| {
            // The asker may be gone: then nobody wants the answer.
            let _ = tell.send(chosen);
        }),
    );
    told.await.ok().flatten().map(|address| address.to_string())
}

#[async_trait]
impl<R: Runtime> FilePicker for PhonePicker<R> {
    #[cfg(target_os = "android")]
    async fn save(&self, kind: FileKind, suggested: &str) -> Option<Chosen> {
        // Under another type the system would put that type's ending behind the name.
        const BYTES: &str = "application/octet-stream";
        let dialog = self
            .app
            .dialog()
            .file()
            .set_title(kind.save_title())
            .set_file_name(suggested)
            .add_filter(kind.name(), &[BYTES]);
        let address = answered(dialog, FileDialogBuilder::save_file).await?;
        let name = self.name(&address).await;
        let name = name.unwrap_or_else(|| suggested.to_owned());
        Some(self.lent.to_write(address, &name))
    }

    /// Asks nothing yet: it is asked when the file is finished.
    #[cfg(target_os = "ios")]
    async fn save(&self, _: FileKind, suggested: &str) -> Option<Chosen> {
        let path = to_hand_over(&self.app, suggested)?;
        let address = path.to_str()?.to_owned();
        Some(self.lent.to_write(address, suggested))
    }

    async fn open(&self, kind: FileKind) -> Option<Chosen> {
        self.any(kind.open_title()).await
    }

    async fn to_scan(&self) -> Option<Chosen> {
        self.any("Open a picture of a code, or a file").await
    }

    async fn folder(&self, _: &str) -> Option<PathBuf> {
        None
    }

    fn has_folders(&self) -> bool {
        false
    }

    async fn hand_over(&self, what: Handed) -> bool {
        let (app, handed) = (self.app.clone(), self.handed.clone());
        // Writes, and calls a plugin: both block.
        let shown = tauri::async_runtime::spawn_blocking(move || {
            // One at a time.
            let Ok(_only) = handed.try_lock() else {
                return false;
            };
            match what {
                Handed::Text(text) => sheet::text(&app, text),
                Handed::File { name, bytes } => {
                    let path = to_hand_over(&app, &name);
                    path.is_some_and(|path| {
                        std::fs::write(&path, bytes).is_ok() && sheet::file(&app, path)
                    })
                }
            }
        });
        shown.await.unwrap_or(false)
    }
}

fn shared<R: Runtime>(app: &AppHandle<R>) -> Option<PathBuf> {
    Some(app.path().app_cache_dir().ok()?.join(FOLDER))
}

/// Returns where a file of this name lies while it is handed over, in a folder of its own.
fn to_hand_over<R: Runtime>(app: &AppHandle<R>, name: &str) -> Option<PathBuf> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = shared(app)?;
    // Android's sheet does not say when the one before was read; an iPhone has removed it.
    #[cfg(target_os = "android")]
    let _ = std::fs::remove_dir_all(&folder);
    let folder = folder.join(number.to_string());
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join(name))
}

/// Android's sheet, `Intent.ACTION_SEND`. It says nothing of what came of it, so what it hands over lies there until the next
/// one, or the next start.
#[cfg(target_os = "android")]
mod sheet {
    use std::path::PathBuf;

    use satchel_keystore_android::Documents;
    use tauri::{AppHandle, Manager, Runtime};

    pub(super) fn text<R: Runtime>(app: &AppHandle<R>, text: String) -> bool {
        let documents = app.try_state::<Documents<R>>();
        documents.is_some_and(|documents| documents.hand_text(&text))
    }

    pub(super) fn file<R: Runtime>(app: &AppHandle<R>, path: PathBuf) -> bool {
        let documents = app.try_state::<Documents<R>>();
        let folder = super::shared(app);
        let inside = folder.and_then(|folder| Some(path.strip_prefix(folder).ok()?.to_owned()));
        let inside = inside.as_deref().and_then(std::path::Path::to_str);
        match (documents, inside) {
            (Some(documents), Some(inside)) => documents.hand_file(inside),
            _ => false,
        }
    }
}

/// iOS' sheet. What it handed over is removed when it is gone.
#[cfg(target_os = "ios")]
mod sheet {
    use std::path::PathBuf;

    use satchel_system::phone::{self, Handed};
    use tauri::{AppHandle, Runtime};

    pub(super) fn text<R: Runtime>(_: &AppHandle<R>, text: String) -> bool {
        phone::share(Handed::Text(text), |_| {});
        true
    }

    pub(super) fn file<R: Runtime>(_: &AppHandle<R>, path: PathBuf) -> bool {
        phone::share(Handed::File(path.clone()), move |_| {
            let _ = std::fs::remove_file(path);
        });
        true
    }
}

/// Opens what those dialogs answer with.
pub(super) struct PhoneLender<R: Runtime>(AppHandle<R>);

impl<R: Runtime> PhoneLender<R> {
    pub(super) fn new(app: AppHandle<R>) -> Self {
        Self(app)
    }
}

#[cfg(target_os = "android")]
impl<R: Runtime> PhoneLender<R> {
    fn file(
        &self,
        address: &str,
        options: tauri_plugin_fs::OpenOptions,
    ) -> io::Result<std::fs::File> {
        use tauri_plugin_fs::FsExt as _;
        let address = tauri::Url::parse(address).map_err(|_| io::ErrorKind::InvalidInput)?;
        self.0.fs().open(FilePath::Url(address), options)
    }
}

#[cfg(target_os = "android")]
impl<R: Runtime> Lender for PhoneLender<R> {
    fn open(&self, address: &str) -> io::Result<Box<dyn Read + Send>> {
        let mut options = tauri_plugin_fs::OpenOptions::new();
        options.read(true);
        Ok(Box::new(self.file(address, options)?))
    }

    fn put(&self, address: &str, bytes: &[u8]) -> Result<(), FileError> {
        use std::io::Write as _;
        let mut options = tauri_plugin_fs::OpenOptions::new();
        // Android's `wt`. What `w` leaves of a longer file is the keeper's choice since version 10.
        options.write(true).truncate(true);
        let mut file = self.file(address, options).map_err(FileError::Io)?;
        file.write_all(bytes).map_err(FileError::Io)?;
        // Its keeper may take it through a pipe, which has no disk to wait for; reading back says the rest.
        let _ = file.sync_all();
        Ok(())
    }

    fn remove(&self, address: &str) {
        use satchel_keystore_android::Documents;
        if let Some(documents) = self.0.try_state::<Documents<R>>() {
            documents.remove(address);
        }
    }

    fn close(&self, _: &str) {}

    fn later(&self, work: Box<dyn FnOnce() + Send>) {
        tauri::async_runtime::spawn_blocking(work);
    }
}

#[cfg(target_os = "ios")]
impl<R: Runtime> Lender for PhoneLender<R> {
    fn open(&self, address: &str) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(std::fs::File::open(path(address)?)?))
    }

    fn put(&self, address: &str, bytes: &[u8]) -> Result<(), FileError> {
        let path = path(address).map_err(FileError::Io)?;
        std::fs::write(&path, bytes).map_err(FileError::Io)?;
        let (tell, told) = std::sync::mpsc::channel();
        satchel_system::phone::share(satchel_system::phone::Handed::File(path), move |done| {
            // Whoever wrote may be gone.
            let _ = tell.send(done);
        });
        match told.recv() {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(FileError::Cancelled),
        }
    }

    /// What was handed over is not this program's any more.
    fn remove(&self, _: &str) {}

    fn close(&self, address: &str) {
        let Ok(path) = path(address) else {
            return;
        };
        // The system's copy and the finished file lie in folders of this program alone; nothing else is removed.
        let folders = [self.0.path().temp_dir().ok(), shared(&self.0)];
        let ours = folders.map(|folder| folder?.canonicalize().ok());
        let inside = |folder: &PathBuf| path.canonicalize().is_ok_and(|it| it.starts_with(folder));
        if ours.iter().flatten().any(inside) {
            let _ = std::fs::remove_file(&path);
        }
    }
}

/// Returns the path of an answer: a `file:` address, or a path as it is.
#[cfg(target_os = "ios")]
fn path(address: &str) -> io::Result<PathBuf> {
    match tauri::Url::parse(address) {
        Ok(url) => url
            .to_file_path()
            .map_err(|()| io::ErrorKind::InvalidInput.into()),
        Err(_) => Ok(PathBuf::from(address)),
    }
}
