//! The one list of what pages can call.

use tauri::ipc::Invoke;
use tauri::{Manager, Runtime};

use crate::commands;
use crate::foreground::Moment;
use crate::sealed;
use crate::shell::Shared;

/// Returns the handler of all commands of both windows. Which window may call which is decided by
/// the capability files, before a call comes here.
pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    let call: Box<dyn Fn(Invoke<R>) -> bool + Send + Sync> = Box::new(crate::main_commands!(
        { tauri::generate_handler }
        sealed::commands::cmd_sealed_task,
        sealed::commands::cmd_sealed_answer
    ));
    move |invoke| {
        let message = &invoke.message;
        if let Some(shell) = message.webview_ref().try_state::<Shared>() {
            shell.note_command(message.command(), Moment::now());
        }
        call(invoke)
    }
}
