//! What of the environment may reach the webview.
//!
//! The web engines read variables that open them to remote control, debuggers and extra flags.
//! Whoever can set them for this program could otherwise drive the wallet's page from outside.

use std::ffi::OsString;

/// Names of variables that open a webview to others.
#[cfg(not(feature = "dangerous-e2e"))]
fn opens_the_webview(name: &str) -> bool {
    name == "TAURI_WEBVIEW_AUTOMATION"
        || name == "WEBKIT_INSPECTOR_SERVER"
        || name == "WEBKIT_INSPECTOR_HTTP_SERVER"
        || name.starts_with("WEBVIEW2_")
}

/// Builds for end-to-end tests are driven through these very variables.
#[cfg(feature = "dangerous-e2e")]
fn opens_the_webview(_: &str) -> bool {
    false
}

/// Returns what must be removed from this environment, and what must be set.
fn changes(
    names: impl Iterator<Item = OsString>,
    nvidia: bool,
) -> (Vec<OsString>, Option<(&'static str, &'static str)>) {
    const RENDERER: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    let names: Vec<OsString> = names.collect();
    let chosen = names.iter().any(|name| name == RENDERER);
    let remove = names
        .into_iter()
        .filter(|name| name.to_str().is_some_and(opens_the_webview))
        .collect();
    // With NVIDIA's driver, WebKitGTK's DMA-BUF renderer leaves the window white.
    (remove, (nvidia && !chosen).then_some((RENDERER, "1")))
}

/// Cleans the environment. To be called first in `main`, while there is one thread.
#[allow(unsafe_code)] // The environment is shared by all threads; there is one as yet.
pub fn clean() {
    let nvidia = cfg!(target_os = "linux") && std::path::Path::new("/proc/driver/nvidia").exists();
    let (remove, set) = changes(std::env::vars_os().map(|(name, _)| name), nvidia);
    for name in remove {
        // SAFETY: `main` calls this before it starts any thread.
        unsafe { std::env::remove_var(name) };
    }
    if let Some((name, value)) = set {
        // SAFETY: as above.
        unsafe { std::env::set_var(name, value) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> impl Iterator<Item = OsString> {
        list.iter()
            .map(OsString::from)
            .collect::<Vec<_>>()
            .into_iter()
    }

    #[cfg(not(feature = "dangerous-e2e"))]
    #[test]
    fn variables_that_open_the_webview_are_removed_and_others_stay() {
        let all = [
            "TAURI_WEBVIEW_AUTOMATION",
            "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS",
            "WEBVIEW2_USER_DATA_FOLDER",
            "WEBKIT_INSPECTOR_SERVER",
            "WEBKIT_INSPECTOR_HTTP_SERVER",
            "HOME",
            "WEBKIT_DISABLE_DMABUF_RENDERER",
        ];
        let (removed, set) = changes(names(&all), false);
        assert_eq!(removed, names(&all[..5]).collect::<Vec<_>>());
        assert_eq!(set, None);
    }

    #[cfg(feature = "dangerous-e2e")]
    #[test]
    fn a_test_build_keeps_what_drives_it() {
        let (removed, _) = changes(names(&["TAURI_WEBVIEW_AUTOMATION"]), false);
        assert!(removed.is_empty());
    }

    #[test]
    fn the_renderer_is_changed_for_nvidia_unless_its_owner_chose() {
        let (_, set) = changes(names(&["HOME"]), true);
        assert_eq!(set, Some(("WEBKIT_DISABLE_DMABUF_RENDERER", "1")));
        let (_, set) = changes(names(&["WEBKIT_DISABLE_DMABUF_RENDERER"]), true);
        assert_eq!(set, None);
        let (_, set) = changes(names(&["HOME"]), false);
        assert_eq!(set, None);
    }
}
