//! Where a page may go: nowhere. A content policy does not stop `location.href = …`.

use tauri::plugin::{Builder, TauriPlugin};
use tauri::{Runtime, Url};

/// Port of the development server (`devUrl` in `tauri.conf.json`).
const DEV_PORT: u16 = 1420;

/// Returns whether an address is one of this program's own pages.
pub fn is_own_page(url: &Url, dev: bool) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        // On Windows and Android the pages are served under this name.
        "http" | "https" if url.host_str() == Some("tauri.localhost") => true,
        "http" => dev && url.host_str() == Some("localhost") && url.port() == Some(DEV_PORT),
        _ => false,
    }
}

/// Returns the plugin that refuses every navigation to something else, in every window.
pub fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("navigation-guard")
        .on_navigation(|webview, url| {
            let own = is_own_page(url, cfg!(dev));
            if !own {
                // The address is the page's words, so it stays out of the log.
                tracing::warn!(window = webview.label(), "a navigation was refused");
            }
            own
        })
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(url: &str, dev: bool) -> bool {
        is_own_page(&Url::parse(url).expect("it is a URL"), dev)
    }

    #[test]
    fn own_pages_are_let_through() {
        for url in [
            "tauri://localhost/index.html",
            "tauri://localhost",
            "http://tauri.localhost/",
            "https://tauri.localhost/sealed/index.html",
        ] {
            assert!(own(url, false), "{url}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for url in [
            "https://example.com/?words=abandon",
            "https://tauri.localhost.example.com/",
            "https://example.com/tauri.localhost",
            "tauri://example.com/",
            "http://localhost:1421/",
            "http://localhost/",
            "https://localhost:1420/",
            "data:text/html,hello",
            "javascript:alert(1)",
            "about:blank",
            "file:///etc/passwd",
            "blob:tauri://localhost/1",
            "ipc://localhost/cmd",
        ] {
            assert!(!own(url, true), "{url}");
            assert!(!own(url, false), "{url}");
        }
    }

    #[test]
    fn the_development_server_is_let_through_in_development_only() {
        assert!(own("http://localhost:1420/", true));
        assert!(!own("http://localhost:1420/", false));
    }
}
