//! Starting and ending.

use std::path::PathBuf;
use std::sync::Arc;

use satchel_system::away::Signals;
use satchel_wire::event::AppEvent;
use tauri::{App, AppHandle, Builder, Manager, RunEvent, Runtime, WindowEvent};

use crate::compose::{self, HomeError};
use crate::console::SharedConsole;
use crate::foreground::{self, Moment};
use crate::links::{PaymentLink, second};
use crate::options::Options;
#[cfg(any(target_os = "macos", target_os = "ios"))]
use crate::page_death;
use crate::shell::Shared;
use crate::{background, dialogs, form, guard, handler, rounds, windows};

/// Adds to an app what the pages can call and where they cannot go.
pub fn prepare<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    let builder = builder
        // Registered for Rust; no capability grants a page any of it.
        .plugin(tauri_plugin_dialog::init())
        .plugin(guard::plugin())
        .invoke_handler(handler::handler());
    #[cfg(any(mobile, target_os = "macos"))]
    let builder = builder.plugin(tauri_plugin_biometric::init());
    // WebKit's process is ended by the system, on phones as a matter of course (Apple's reference,
    // `webViewWebContentProcessDidTerminate(_:)`).
    #[cfg(any(target_os = "macos", target_os = "ios"))]
    let builder = builder.on_web_content_process_terminate(|page| {
        let (app, label) = (page.app_handle().clone(), page.label().to_owned());
        tauri::async_runtime::spawn(async move { page_death::note(&app, &label) });
    });
    #[cfg(mobile)]
    let builder = builder.plugin(crate::scan::scanner_plugin());
    #[cfg(target_os = "android")]
    let builder = builder
        .plugin(tauri_plugin_fs::init())
        .plugin(satchel_keystore_android::init())
        .plugin(satchel_keystore_android::documents())
        .plugin(satchel_keystore_android::local_network());
    builder
}

/// Puts the wallet together and opens its window.
fn start<R: Runtime>(app: &App<R>, options: &Options) -> Result<(), windows::WindowError> {
    let lock = match compose::take_home(&options.home) {
        Ok(lock) => lock,
        Err(error) => {
            cannot_start(app.handle(), options, error);
            return Ok(());
        }
    };
    // Held until the program ends.
    app.manage(lock);
    let shell: Shared = Arc::new(compose::shell(app.handle(), options));
    app.manage(Arc::clone(&shell));
    let console: SharedConsole =
        Arc::new(compose::console(app.handle(), options, shell.idle.asking()));
    app.manage(console);

    let forward = Arc::clone(&shell.hub).forward(Arc::clone(&shell.app));
    tauri::async_runtime::spawn(forward);
    tauri::async_runtime::spawn(background::sync_loop(Arc::clone(&shell)));
    tauri::async_runtime::spawn(rounds::meet_loop(Arc::clone(&shell)));
    tauri::async_runtime::spawn(background::check_loop(Arc::clone(&shell)));
    tauri::async_runtime::spawn(background::lock_loop(Arc::clone(&shell)));
    let signals = Signals::default();
    tauri::async_runtime::spawn(background::lock_when_away(Arc::clone(&shell), signals));

    let early = app.try_state::<EarlyLink>().map(|link| link.0.clone());
    if let Some(link) = options.link.clone().or(early) {
        shell.offer_link(link);
    }
    let main = windows::open_main(app)?;
    tauri::async_runtime::spawn(answer_later_starts(
        app.handle().clone(),
        options.home.clone(),
    ));
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
        shell.idle.note_presence(now);
    }
}

/// A link that the system handed over before there was anything to take it.
struct EarlyLink(PaymentLink);

/// Takes a link that was opened, and lets the window be seen.
fn take_link<R: Runtime>(app: &AppHandle<R>, link: PaymentLink) {
    match app.try_state::<Shared>() {
        Some(shell) => shell.offer_link(link),
        None => drop(app.manage(EarlyLink(link))),
    }
    // On a phone the console lies over the wallet's page, where the payment is to be seen.
    if form::is_phone()
        && let Some(console) = app.try_state::<SharedConsole>()
    {
        console.screen.close();
    }
    windows::show_main(app);
}

/// Does what later starts over the same home ask.
async fn answer_later_starts<R: Runtime>(app: AppHandle<R>, home: PathBuf) {
    let act = move |asked| match asked {
        second::Asked::Open(link) => take_link(&app, link),
        second::Asked::Show => windows::show_main(&app),
    };
    second::listen(&home, Arc::new(act)).await;
}

/// Hands the link to the program that holds the home, or says why this one cannot start; and ends.
fn cannot_start<R: Runtime>(app: &AppHandle<R>, options: &Options, error: HomeError) {
    if !error.is_in_use() {
        tell_and_end(app, &error);
        return;
    }
    let (app, options) = (app.clone(), options.clone());
    tauri::async_runtime::spawn(async move {
        if second::hand_over(&options.home, options.link.as_ref()).await {
            app.exit(0);
        } else {
            tell_and_end(&app, &error);
        }
    });
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
                if let Some(shell) = app.try_state::<Shared>() {
                    shell.hub.send(AppEvent::ConsoleClosed);
                }
            }
        }
        #[cfg(any(target_os = "macos", mobile))]
        RunEvent::Opened { urls } => {
            let mut links = urls.iter().rev();
            if let Some(link) = links.find_map(|url| PaymentLink::read(url.as_str())) {
                take_link(app, link);
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
