//! The sealed page's two commands, one each way. Kept out of the main page's bindings.

use satchel_wire::{Code, IpcError};
use tauri::State;
use tauri::ipc::Response;

use crate::foreground::Moment;
use crate::shell::Shared;

fn over() -> IpcError {
    IpcError::new(Code::Cancelled, "there is nothing to answer any more")
}

/// Tells the sealed page what to show. `key` is the page's half of the key that answers are sealed with;
/// none: it keeps the key that was agreed on.
#[tauri::command]
pub async fn cmd_sealed_task(
    shell: State<'_, Shared>,
    key: Option<String>,
) -> Result<Response, IpcError> {
    let task = match key {
        Some(key) => shell.desk.task(&key),
        None => shell.desk.task_by_now(),
    };
    task.map(Response::new).ok_or_else(over)
}

/// Takes an answer of the sealed page, sealed, in base64.
#[tauri::command]
pub async fn cmd_sealed_answer(
    shell: State<'_, Shared>,
    answer: String,
) -> Result<Response, IpcError> {
    shell.idle.note_presence(Moment::now());
    let Some(answer) = shell.desk.open_answer(&answer) else {
        return Err(IpcError::new(Code::BadInput, "this is no answer"));
    };
    shell.desk.answer(answer).await.ok_or_else(over)
}
