//! The sealed page's two commands, one each way. Kept out of the main page's bindings.

use std::time::Instant;

use satchel_wire::{Code, IpcError};
use tauri::State;
use tauri::ipc::Response;

use super::answer::Answer;
use crate::shell::Shared;

fn over() -> IpcError {
    IpcError::new(Code::Cancelled, "there is nothing to answer any more")
}

/// Tells the sealed page what to show.
#[tauri::command]
pub async fn cmd_sealed_task(shell: State<'_, Shared>) -> Result<Response, IpcError> {
    shell.desk.task().map(Response::new).ok_or_else(over)
}

/// Takes an answer of the sealed page.
#[tauri::command]
pub async fn cmd_sealed_answer(
    shell: State<'_, Shared>,
    answer: Answer,
) -> Result<Response, IpcError> {
    shell.idle.note_presence(Instant::now());
    shell.desk.answer(answer).await.ok_or_else(over)
}
