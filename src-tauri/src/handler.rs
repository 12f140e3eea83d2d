//! The one list of what pages can call.

use tauri::ipc::Invoke;
use tauri::{Manager, Runtime};

use crate::commands;
use crate::foreground::Moment;
use crate::sealed;
use crate::shell::Shared;
use crate::windows;

/// Returns the handler of all commands of all windows. Which window may call which is decided by
/// the capability files, before a call comes here.
pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    let call: Box<dyn Fn(Invoke<R>) -> bool + Send + Sync> = Box::new(crate::page_commands!(
        { tauri::generate_handler }
        sealed::commands::cmd_sealed_task,
        sealed::commands::cmd_sealed_answer,
    ));
    move |invoke| {
        let message = &invoke.message;
        let webview = message.webview_ref();
        // What the console's page asks, often by itself, says nothing of a person at the wallet.
        let of_wallet = webview.label() != windows::CONSOLE;
        if let Some(shell) = webview.try_state::<Shared>().filter(|_| of_wallet) {
            shell.note_command(message.command(), Moment::now());
        }
        call(invoke)
    }
}
