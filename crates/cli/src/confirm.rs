//! Consent on a terminal.

use std::io::{BufRead, BufReader, IsTerminal, Write};

use async_trait::async_trait;
use satchel_ports::{Answer, Confirm, ConfirmError, ConfirmText};

/// Asks on the terminal, or takes `--yes` for an answer.
pub struct TerminalConfirm {
    yes: bool,
}

impl TerminalConfirm {
    /// Makes one; `yes` agrees to everything.
    pub fn new(yes: bool) -> Self {
        Self { yes }
    }
}

#[async_trait]
impl Confirm for TerminalConfirm {
    async fn put(&self, text: &ConfirmText) -> Result<Answer, ConfirmError> {
        if self.yes {
            return Ok(Answer::Agreed);
        }
        if !std::io::stdin().is_terminal() {
            return Err(ConfirmError::Unavailable);
        }
        let text = text.clone();
        tokio::task::spawn_blocking(move || ask(&text).ok_or(ConfirmError::Unavailable))
            .await
            .unwrap_or(Err(ConfirmError::Unavailable))
    }
}

fn ask(text: &ConfirmText) -> Option<Answer> {
    let mut out = std::io::stderr().lock();
    writeln!(out, "{}", text.title).ok()?;
    let width = text
        .lines
        .iter()
        .map(|line| line.label.chars().count())
        .max()
        .unwrap_or(0);
    for line in &text.lines {
        writeln!(out, "  {:width$}  {}", line.label, line.value).ok()?;
    }
    for warning in &text.warnings {
        writeln!(out, "  ! {warning}").ok()?;
    }
    write!(out, "{}? [y/N] ", text.agree).ok()?;
    out.flush().ok()?;
    let mut answer = String::new();
    BufReader::new(std::io::stdin())
        .read_line(&mut answer)
        .ok()?;
    let agreed = matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes");
    Some(if agreed {
        Answer::Agreed
    } else {
        Answer::Declined
    })
}
