//! The windows and what each may do.

use satchel_wire::session::Theme;
use tauri::utils::config::{Color, WindowConfig};
use tauri::webview::{NewWindowResponse, PermissionKind, PermissionResponse};
use tauri::{
    App, AppHandle, Manager, Runtime, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
};

use crate::shell::Shared;

/// Label of the wallet's window.
pub const MAIN: &str = "main";
/// Label of the window that takes and shows secrets.
pub const SEALED: &str = "sealed";
/// Label of the node console's window.
pub const CONSOLE: &str = "console";

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

/// Returns a proxy that nobody runs: port 1 of this machine, which only its administrator could open.
///
/// Pages are served by this program and need no network. The content policy refuses requests, yet the web engine
/// opens connections and asks for names before it asks the policy, such as for `<link rel=preconnect>` and for
/// navigations that are refused a moment later; a name can carry anything out. Development pages come from a server.
fn nowhere() -> Option<Url> {
    if cfg!(dev) {
        return None;
    }
    Url::parse("http://127.0.0.1:1").ok()
}

/// Returns whether the page that shows the wallet may have the camera: while a scan goes on, and at no other time.
fn may_see<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.try_state::<Shared>()
        .is_some_and(|shell| shell.scans.is_open())
}

/// Closes every way out of a page that the configuration cannot close. Navigation is refused by
/// [`crate::guard`], for all windows at once.
fn closed<'a, R: Runtime, M: Manager<R>>(
    builder: WebviewWindowBuilder<'a, R, M>,
    camera: Option<AppHandle<R>>,
) -> WebviewWindowBuilder<'a, R, M> {
    let builder = match nowhere() {
        Some(proxy) => builder.proxy_url(proxy),
        None => builder,
    };
    builder
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(move |_, kind| match kind {
            PermissionKind::Camera if camera.as_ref().is_some_and(may_see) => {
                PermissionResponse::Allow
            }
            _ => PermissionResponse::Deny,
        })
        // A fresh context cannot be driven by a test, so builds for tests do without.
        .incognito(!cfg!(feature = "dangerous-e2e"))
}

/// Returns the pages' ground colour, `--ground` of `src/styles/tokens.css`, so that a window does
/// not flash before its page is there.
fn ground(dark: bool) -> Color {
    if dark {
        Color(0x16, 0x13, 0x10, 0xff)
    } else {
        Color(0xf5, 0xf2, 0xed, 0xff)
    }
}

/// Opens the wallet's window.
///
/// # Errors
/// See [`WindowError`].
pub fn open_main<R: Runtime>(app: &App<R>) -> Result<WebviewWindow<R>, WindowError> {
    let config = described(app, MAIN)?;
    let builder = WebviewWindowBuilder::from_config(app, &config)?;
    let window = closed(builder, Some(app.handle().clone())).build()?;
    #[cfg(target_os = "linux")]
    crate::page_death::watch(&window);
    // What the system prefers is known once there is a window; a colour is no reason to fail.
    let dark = matches!(window.theme(), Ok(tauri::Theme::Dark));
    let _ = window.set_background_color(Some(ground(dark)));
    Ok(window)
}

/// Brings the wallet's window to the front, where windows have one. The system may refuse, and shows that it was asked.
pub fn show_main<R: Runtime>(app: &AppHandle<R>) {
    #[cfg(desktop)]
    if let Some(window) = app.get_webview_window(MAIN) {
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
    #[cfg(mobile)]
    let _ = app;
}

/// Gives a window beside the wallet's a web context of its own, the same each time it is opened.
///
/// On WebKitGTK each private ("incognito") window has a fresh context, but Tauri 2.12 teaches its scheme
/// to a data folder's first context alone, so that a second private window could load no page. The
/// wallet's window is the private one; the others keep nothing by themselves, and what WebKit keeps for them
/// goes to the session's folder in memory where the system has one.
#[cfg(all(target_os = "linux", not(feature = "dangerous-e2e")))]
fn in_own_context<'a, R: Runtime>(
    builder: WebviewWindowBuilder<'a, R, AppHandle<R>>,
    app: &AppHandle<R>,
    name: &str,
) -> Result<WebviewWindowBuilder<'a, R, AppHandle<R>>, tauri::Error> {
    let folder = match app.path().runtime_dir() {
        Ok(folder) => folder,
        Err(_) => app.path().app_cache_dir()?,
    };
    Ok(builder.incognito(false).data_directory(folder.join(name)))
}

/// Opens the sealed window above the wallet's.
///
/// # Errors
/// See [`WindowError`].
pub fn open_sealed<R: Runtime>(
    app: &AppHandle<R>,
    title: &str,
    height: f64,
    theme: Theme,
) -> Result<WebviewWindow<R>, WindowError> {
    let system_is_dark = || {
        let main = app.get_webview_window(MAIN)?;
        Some(matches!(main.theme(), Ok(tauri::Theme::Dark)))
    };
    let dark = match theme {
        Theme::System => system_is_dark().unwrap_or_default(),
        Theme::Light => false,
        Theme::Dark => true,
    };
    // The page knows by its address whether it is dark, before it has asked for its task.
    let address = if dark {
        "sealed/index.html#dark"
    } else {
        "sealed/index.html#light"
    };
    let config = WindowConfig {
        title: title.to_owned(),
        height,
        url: WebviewUrl::App(address.into()),
        ..described(app, SEALED)?
    };
    let builder = closed(WebviewWindowBuilder::from_config(app, &config)?, None)
        .background_color(ground(dark));
    #[cfg(all(target_os = "linux", not(feature = "dangerous-e2e")))]
    let builder = in_own_context(builder, app, "satchel-sealed")?;
    #[cfg(desktop)]
    let builder = match app.get_webview_window(MAIN) {
        Some(main) => builder.parent(&main)?,
        None => builder,
    };
    let window = builder.build()?;
    #[cfg(target_os = "linux")]
    crate::page_death::watch(&window);
    Ok(window)
}

/// Opens the console's window. It may have no camera, and no other page than its own.
///
/// # Errors
/// See [`WindowError`].
pub fn open_console<R: Runtime>(app: &AppHandle<R>) -> Result<WebviewWindow<R>, WindowError> {
    let config = described(app, CONSOLE)?;
    let builder = closed(WebviewWindowBuilder::from_config(app, &config)?, None);
    #[cfg(all(target_os = "linux", not(feature = "dangerous-e2e")))]
    let builder = in_own_context(builder, app, "satchel-console")?;
    let window = builder.build()?;
    #[cfg(target_os = "linux")]
    crate::page_death::watch(&window);
    // What the system prefers is known once there is a window; a colour is no reason to fail.
    let dark = matches!(window.theme(), Ok(tauri::Theme::Dark));
    let _ = window.set_background_color(Some(ground(dark)));
    Ok(window)
}
