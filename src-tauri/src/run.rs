//! Starting and ending.

use std::sync::Arc;

use satchel_system::away::Signals;
use tauri::{App, AppHandle, Builder, Manager, RunEvent, Runtime, WindowEvent};

use crate::compose::{self, HomeError};
use crate::console::SharedConsole;
use crate::foreground::{self, Moment};
use crate::options::Options;
use crate::shell::Shared;
use crate::{background, dialogs, guard, handler, rounds, windows};

/// Adds to an app what the pages can call and where they cannot go.
pub fn prepare<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    let builder = builder
        // Registered for Rust; no capability grants a page any of it.
        .plugin(tauri_plugin_dialog::init())
        .plugin(guard::plugin())
        .invoke_handler(handler::handler());
    #[cfg(any(mobile, target_os = "macos"))]
    let builder = builder.plugin(tauri_plugin_biometric::init());
    #[cfg(mobile)]
    let builder = builder.plugin(crate::scan::scanner_plugin());
    #[cfg(target_os = "android")]
    let builder = builder.plugin(satchel_keystore_android::init());
    builder
}

/// Puts the wallet together and opens its window.
fn start<R: Runtime>(app: &App<R>, options: &Options) -> Result<(), windows::WindowError> {
    let lock = match compose::take_home(&options.home) {
        Ok(lock) => lock,
        Err(error) => {
            tell_and_end(app.handle(), &error);
            return Ok(());
        }
    };
    // Held until the program ends.
    app.manage(lock);
    let shell: Shared = Arc::new(compose::shell(app.handle(), options));
    app.manage(Arc::clone(&shell));
    let console: SharedConsole = Arc::new(compose::console(app.handle(), options));
    app.manage(console);

    let forward = Arc::clone(&shell.hub).forward(Arc::clone(&shell.app));
    tauri::async_runtime::spawn(forward);
    tauri::async_runtime::spawn(background::sync_loop(Arc::clone(&shell)));
    tauri::async_runtime::spawn(rounds::meet_loop(Arc::clone(&shell)));
    tauri::async_runtime::spawn(background::check_loop(Arc::clone(&shell)));
    tauri::async_runtime::spawn(background::lock_loop(Arc::clone(&shell)));
    let signals = Signals::default();
    tauri::async_runtime::spawn(background::lock_when_away(Arc::clone(&shell), signals));

    let main = windows::open_main(app)?;
    #[cfg(feature = "dangerous-leak")]
    crate::leak::prepare(app.handle(), &shell, &options.home);
    let handle = app.handle().clone();
    main.on_window_event(move |event| {
        // The sealed window alone would be a wallet without a face.
        if matches!(event, WindowEvent::Destroyed) {
            handle.exit(0);
        }
    });
    Ok(())
}

/// Notes what an event of a window says of a person's whereabouts.
fn note_window(shell: &Shared, label: &str, event: &WindowEvent) {
    let now = Moment::now();
    let Some(in_front) = foreground::seen(event) else {
        return;
    };
    // First what was due, then the person who is there now.
    shell.note_seen(in_front, now);
    if in_front && label == windows::MAIN {
        shell.idle.note_presence(now.steady);
    }
}

/// Says in a dialog of the system why it cannot start, and ends when that was read.
fn tell_and_end<R: Runtime>(app: &AppHandle<R>, error: &HomeError) {
    let text = if error.is_in_use() {
        "Satchel is open already, in another window or in a terminal. Close it there first."
            .to_owned()
    } else {
        format!("The wallet's folder cannot be used: {error}.")
    };
    tracing::error!("{text}");
    let handle = app.clone();
    dialogs::tell_and_wait(app, "Satchel cannot start", &text, move || handle.exit(1));
}

/// Runs until the last window is closed.
///
/// # Errors
/// When the system gives no window.
pub fn run(options: Options) -> Result<(), tauri::Error> {
    let app = prepare(Builder::<tauri::Wry>::new())
        .setup(move |app| Ok(start(app, &options)?))
        .build(tauri::generate_context!())?;
    app.run(|app, event| match event {
        // A dialog that says why it cannot start is not counted as a window.
        RunEvent::ExitRequested {
            code: None, api, ..
        } if app.try_state::<Shared>().is_none() => {
            api.prevent_exit();
        }
        RunEvent::WindowEvent { label, event, .. } => {
            if let Some(shell) = app.try_state::<Shared>() {
                note_window(&shell, &label, &event);
            }
            // Whatever closed it: a node is watched for a window alone.
            if label == windows::CONSOLE
                && matches!(event, WindowEvent::Destroyed)
                && let Some(console) = app.try_state::<SharedConsole>()
            {
                console.stop();
            }
        }
        RunEvent::Exit => {
            if let Some(shell) = app.try_state::<Shared>() {
                shell.lock();
            }
        }
        _ => {}
    });
    Ok(())
}
