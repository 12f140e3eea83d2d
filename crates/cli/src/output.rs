//! Answers on standard output, errors on standard error.

use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;
use satchel_wire::{Code, IpcError};
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

    /// Says what the next step needs, whatever form answers have.
    pub fn aside(&self, text: &str) {
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    /// Writes a line for people, nothing for scripts.
    pub fn note(&self, text: &str) {
        if !self.json {
            let _ = writeln!(std::io::stderr(), "{text}");
        }
    }

    /// Writes a drawing as it is, also where scripts read.
    pub fn drawing(&self, text: &str) -> Result<(), IpcError> {
        self.line(text)
    }

    fn json<T: Serialize>(&self, value: &T) -> Result<(), IpcError> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|_| IpcError::new(Code::Internal, "the answer cannot be written as JSON"))?;
        self.line(&text)
    }

    fn line(&self, text: &str) -> Result<(), IpcError> {
        match writeln!(std::io::stdout(), "{text}") {
            // A reader that closed the pipe has read enough.
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(IpcError::new(
                Code::Io,
                format!("it is done, but the answer cannot be written: {error}"),
            )),
            _ => Ok(()),
        }
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

/// Answers a command line that is none of ours, or that asks for help or the version. Nothing is
/// parsed yet, so whether JSON is wanted is looked for among the words.
pub fn wrong_usage(error: &clap::Error) -> ExitCode {
    let json = std::env::args_os()
        .skip(1)
        .take_while(|word| word != "--")
        .any(|word| word == "--json");
    if !json || !error.use_stderr() {
        // When not even that can be written there is nobody to tell.
        let _ = error.print();
        return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(u8::MAX));
    }
    let text = error.render().to_string();
    let what = text.split("\n\n").next().unwrap_or_default();
    let what = what.strip_prefix("error: ").unwrap_or(what);
    let message = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "a command is missing: --help lists them".to_owned()
        }
        _ => what.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    Output::new(true).fail(&IpcError::new(Code::BadInput, message))
}
