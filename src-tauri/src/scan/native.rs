//! Phones: the scanner of `tauri-plugin-barcode-scanner`, for single codes.
//!
//! That plugin's own way leads from the scanner to a page, past Rust, with whatever was seen. So its commands are granted to no
//! page, and its Kotlin and Swift are registered here once more, under a name of ours, as something that Rust calls: what was
//! seen is recognised before a page hears of it (ADR 0019). It reads one code a call; animated ones, and phones where it
//! fails (Android's needs Google's services), go through the camera of the page.
//!
//! Nothing of it was run: it is type-checked (`cargo xtask check-targets`).

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tauri::plugin::{Builder, PluginHandle, TauriPlugin};
use tauri::{AppHandle, Manager, Runtime};

use super::{Clip, Eyes};

#[cfg(target_os = "ios")]
tauri::ios_plugin_binding!(init_plugin_barcode_scanner);

/// The registered scanner.
struct Scanner<R: Runtime>(PluginHandle<R>);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    formats: [&'static str; 1],
    windowed: bool,
}

#[derive(Deserialize)]
struct Scanned {
    content: String,
}

#[derive(Deserialize)]
struct Permissions {
    camera: String,
}

/// Returns the plugin that registers it. It has no command. A program without that Kotlin or Swift starts all the same, and
/// scans with the camera of its page.
pub fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("satchel-scanner")
        .setup(|app, api| {
            #[cfg(target_os = "android")]
            let scanner =
                api.register_android_plugin("app.tauri.barcodescanner", "BarcodeScannerPlugin");
            #[cfg(target_os = "ios")]
            let scanner = api.register_ios_plugin(init_plugin_barcode_scanner);
            match scanner {
                Ok(handle) => {
                    app.manage(Scanner(handle));
                }
                Err(error) => tracing::error!(%error, "the phone's own scanner is not there"),
            }
            Ok(())
        })
        .build()
}

/// A phone's eyes.
pub(super) struct PhoneEyes<R: Runtime>(AppHandle<R>);

impl<R: Runtime> PhoneEyes<R> {
    pub(super) fn new(app: AppHandle<R>) -> Self {
        Self(app)
    }
}

#[async_trait]
impl<R: Runtime> Eyes for PhoneEyes<R> {
    fn sees_clipboard(&self) -> bool {
        false
    }

    async fn clipboard(&self) -> Option<Clip> {
        None
    }

    fn has_scanner(&self) -> bool {
        self.0.try_state::<Scanner<R>>().is_some()
    }

    async fn scanner(&self) -> Option<String> {
        let handle = self.0.try_state::<Scanner<R>>()?.0.clone();
        // The plugin's calls block.
        let scanned = tauri::async_runtime::spawn_blocking(move || {
            let asked: Permissions = handle.run_mobile_plugin("requestPermissions", ()).ok()?;
            if asked.camera != "granted" {
                return None;
            }
            // Beneath the page, whose buttons stay: else nobody could leave it, and it would lie over a locked wallet.
            let options = Options {
                formats: ["QR_CODE"],
                windowed: true,
            };
            let scanned: Scanned = handle.run_mobile_plugin("scan", options).ok()?;
            Some(scanned.content)
        });
        scanned.await.ok().flatten()
    }

    fn leave(&self) {
        let Some(scanner) = self.0.try_state::<Scanner<R>>() else {
            return;
        };
        let handle = scanner.0.clone();
        // Also what hangs ends by it: the plugin answers nothing where a camera or a service is missing. The call blocks.
        tauri::async_runtime::spawn_blocking(move || {
            if let Err(error) = handle.run_mobile_plugin::<()>("cancel", ()) {
                tracing::warn!(%error, "the phone's own scanner did not end");
            }
        });
    }

    /// Asks nobody. Both systems say `denied` once asking again would show no question.
    async fn barred(&self) -> bool {
        let Some(scanner) = self.0.try_state::<Scanner<R>>() else {
            return false;
        };
        let handle = scanner.0.clone();
        let known = tauri::async_runtime::spawn_blocking(move || {
            handle.run_mobile_plugin::<Permissions>("checkPermissions", ())
        });
        matches!(known.await, Ok(Ok(known)) if known.camera == "denied")
    }

    async fn open_settings(&self) -> bool {
        let Some(scanner) = self.0.try_state::<Scanner<R>>() else {
            return false;
        };
        let handle = scanner.0.clone();
        let opened = tauri::async_runtime::spawn_blocking(move || {
            handle.run_mobile_plugin::<()>("openAppSettings", ())
        });
        matches!(opened.await, Ok(Ok(())))
    }

    /// Android's pages do it themselves (`navigator.vibrate`).
    #[cfg(target_os = "ios")]
    fn tick(&self) {
        satchel_system::phone::tick();
    }
}
