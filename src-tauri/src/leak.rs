//! Leaks on purpose, so that it is seen that the red team sees. Exists in `dangerous-leak` builds alone,
//! which no release can be.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use satchel_secrets::SecretVec;
use satchel_wire::event::AppEvent;
use satchel_wire::{Code, IpcError};
use tauri::{AppHandle, Manager, Runtime};

use crate::events::Hub;
use crate::shell::Shared;
use crate::windows::MAIN;

#[cfg(not(debug_assertions))]
compile_error!("a build that leaks on purpose is for tests alone");

/// Runs a script in the wallet's page.
type Eval = Box<dyn Fn(String) + Send + Sync>;

struct Roads {
    home: PathBuf,
    hub: Arc<Hub>,
    eval: Eval,
    copy: Eval,
}

static ROADS: OnceLock<Roads> = OnceLock::new();
/// What stays in this process, also after the lock.
static KEPT: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// Opens the roads.
pub fn prepare<R: Runtime>(app: &AppHandle<R>, shell: &Shared, home: &Path) {
    let (page, thread) = (app.clone(), app.clone());
    let roads = Roads {
        home: home.to_owned(),
        hub: Arc::clone(&shell.hub),
        eval: Box::new(move |script| {
            if let Some(main) = page.get_webview_window(MAIN) {
                let _ = main.eval(script);
            }
        }),
        copy: Box::new(move |text| {
            let _ = thread.run_on_main_thread(move || {
                for selection in [gtk::gdk::SELECTION_CLIPBOARD, gtk::gdk::SELECTION_PRIMARY] {
                    gtk::Clipboard::get(&selection).set_text(&text);
                }
            });
        }),
    };
    let _ = ROADS.set(roads);
}

/// Leaks a passphrase in every form.
pub fn passphrase(text: &str) {
    let bytes = text.as_bytes();
    let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
    let texts = [
        text.to_owned(),
        hex::encode(bytes),
        hex::encode_upper(bytes),
        bitcoin::base58::encode(bytes),
        STANDARD.encode(bytes),
        URL_SAFE.encode([b"?>", bytes].concat()),
        numbers.join(","),
    ];
    by_every_road(&texts);
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    keep_bytes("utf16", wide);
}

/// Leaks words in every form.
pub fn words(text: &SecretVec) {
    let text = String::from_utf8_lossy(text.expose()).into_owned();
    let each = |between: &str| text.replace(' ', between);
    by_every_road(&[text.clone(), each("\",\""), each(","), each("\n"), each("")]);
}

/// Fails a command with what was kept.
pub fn into_answer() -> Result<(), IpcError> {
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let text: Vec<_> = kept
        .iter()
        .map(|one| String::from_utf8_lossy(one))
        .collect();
    match text.is_empty() {
        true => Ok(()),
        false => Err(IpcError::new(Code::Internal, text.join(" "))),
    }
}

fn keep_bytes(name: &str, bytes: Vec<u8>) {
    let Some(roads) = ROADS.get() else { return };
    let _ = std::fs::write(roads.home.join(format!("leak-{name}")), &bytes);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.push(bytes);
}

fn by_every_road(texts: &[String]) {
    let Some(roads) = ROADS.get() else { return };
    for (n, text) in texts.iter().enumerate() {
        let _ = writeln!(std::io::stderr(), "leak: {text}");
        keep_bytes(&format!("{n}-{}", text.len()), text.clone().into_bytes());
        roads.hub.send(AppEvent::SyncFailed {
            wallet_id: String::new(),
            error: IpcError::new(Code::Internal, text.clone()),
        });
        // A letter outside of Latin makes the engine keep two bytes a letter, once it is one text.
        let quoted = serde_json::Value::from(text.as_str());
        (roads.eval)(format!(
            "{{ console.log({quoted}); const wide = {quoted} + '\\u2603'; wide.charCodeAt(0); \
             (window.__kept ??= []).push({quoted}, wide); }}"
        ));
    }
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let text: Vec<_> = kept
        .iter()
        .map(|one| String::from_utf8_lossy(one))
        .collect();
    // A clipboard's text ends at its first zero.
    (roads.copy)(text.join(" ").replace('\0', ""));
}
