//! The two windows and what each may do.

use tauri::utils::config::WindowConfig;
use tauri::webview::{NewWindowResponse, PermissionKind, PermissionResponse};
use tauri::{App, AppHandle, Manager, Runtime, WebviewWindow, WebviewWindowBuilder};

/// Label of the wallet's window.
pub const MAIN: &str = "main";
/// Label of the window that takes and shows secrets.
pub const SEALED: &str = "sealed";

/// Why a window could not be made.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// `tauri.conf.json` does not describe it.
    #[error("tauri.conf.json describes no window {label:?}")]
    NotDescribed {
        /// Its label.
        label: &'static str,
    },
    /// The system refused.
    #[error("the window could not be opened")]
    System(#[from] tauri::Error),
}

fn described<R: Runtime>(
    app: &impl Manager<R>,
    label: &'static str,
) -> Result<WindowConfig, WindowError> {
    let windows = &app.config().app.windows;
    windows
        .iter()
        .find(|window| window.label == label)
        .cloned()
        .ok_or(WindowError::NotDescribed { label })
}

/// Closes every way out of a page that the configuration cannot close. Navigation is refused by
/// [`crate::guard`], for all windows at once.
fn closed<'a, R: Runtime, M: Manager<R>>(
    builder: WebviewWindowBuilder<'a, R, M>,
    camera: bool,
) -> WebviewWindowBuilder<'a, R, M> {
    builder
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(move |_, kind| match kind {
            PermissionKind::Camera if camera => PermissionResponse::Allow,
            _ => PermissionResponse::Deny,
        })
        // A fresh context cannot be driven by a test, so builds for tests do without.
        .incognito(!cfg!(feature = "dangerous-e2e"))
}

/// Opens the wallet's window.
///
/// # Errors
/// See [`WindowError`].
pub fn open_main<R: Runtime>(app: &App<R>) -> Result<WebviewWindow<R>, WindowError> {
    let config = described(app, MAIN)?;
    // The camera reads payment codes.
    Ok(closed(WebviewWindowBuilder::from_config(app, &config)?, true).build()?)
}

/// Opens the sealed window above the wallet's.
///
/// # Errors
/// See [`WindowError`].
pub fn open_sealed<R: Runtime>(
    app: &AppHandle<R>,
    title: &str,
    height: f64,
) -> Result<WebviewWindow<R>, WindowError> {
    let config = WindowConfig {
        title: title.to_owned(),
        height,
        ..described(app, SEALED)?
    };
    let builder = closed(WebviewWindowBuilder::from_config(app, &config)?, false);
    #[cfg(desktop)]
    let builder = match app.get_webview_window(MAIN) {
        Some(main) => builder.parent(&main)?,
        None => builder,
    };
    Ok(builder.build()?)
}
