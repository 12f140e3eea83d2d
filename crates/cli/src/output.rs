//! Answers on standard output, errors on standard error.

use std::io::Write;
use std::process::ExitCode;

use satchel_wire::IpcError;
use serde::Serialize;

use crate::human::Human;

/// Writes answers for people or for scripts.
pub struct Output {
    json: bool,
}

impl Output {
    /// Makes one; `json` writes for scripts.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Returns whether scripts read this.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Writes an answer.
    pub fn answer<T: Serialize + Human>(&self, value: &T) -> Result<(), IpcError> {
        if self.json {
            self.json(value)
        } else {
            self.line(&value.human())
        }
    }

    /// Writes a line for people, nothing for scripts.
    pub fn note(&self, text: &str) {
        if !self.json {
            let _ = writeln!(std::io::stderr(), "{text}");
        }
    }

    fn json<T: Serialize>(&self, value: &T) -> Result<(), IpcError> {
        let text = serde_json::to_string_pretty(value).map_err(|_| {
            IpcError::new(
                satchel_wire::Code::Internal,
                "the answer cannot be written as JSON",
            )
        })?;
        self.line(&text)
    }

    fn line(&self, text: &str) -> Result<(), IpcError> {
        // A reader that closed the pipe has read enough.
        let _ = writeln!(std::io::stdout(), "{text}");
        Ok(())
    }

    /// Writes an error and returns what to exit with.
    pub fn fail(&self, error: &IpcError) -> ExitCode {
        let mut err = std::io::stderr();
        let _ = match (self.json, serde_json::to_string(error)) {
            (true, Ok(text)) => writeln!(err, "{text}"),
            _ => writeln!(err, "satchel: {}", error.message),
        };
        ExitCode::from(crate::exit::ExitCode::from(error.code) as u8)
    }
}
