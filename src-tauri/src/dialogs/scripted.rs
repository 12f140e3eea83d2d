//! Answers from a test's script, over a Unix socket. Exists in `dangerous-e2e` builds alone.
//!
//! Each question is one connection: one line of JSON goes out, one line comes back.
//! `{"ask":"confirm","title":…,"lines":[{"label":…,"value":…}],"warnings":[…],"agree":…}` is
//! answered by `agree` or `decline`; `{"ask":"save","suggested":…}`, `{"ask":"open"}`,
//! `{"ask":"scan"}` and `{"ask":"folder"}` by a path, or by an empty line, which closes the dialog.

use std::path::PathBuf;

use async_trait::async_trait;
use satchel_ports::{Answer, Confirm, ConfirmError, ConfirmText};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::sync::Mutex;

use super::{Chosen, FileKind, FilePicker};

pub(super) struct Script {
    socket: PathBuf,
    asking: Mutex<()>,
}

impl Script {
    pub(super) fn new(socket: PathBuf) -> Self {
        Self {
            socket,
            asking: Mutex::new(()),
        }
    }

    async fn ask(&self, question: Value) -> std::io::Result<String> {
        let mut stream = UnixStream::connect(&self.socket).await?;
        stream.write_all(format!("{question}\n").as_bytes()).await?;
        let mut answer = String::new();
        if BufReader::new(stream).read_line(&mut answer).await? == 0 {
            // Nobody is there: that is no answer, and no "no" either.
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(answer.trim_end_matches(['\r', '\n']).to_owned())
    }

    async fn path(&self, question: Value) -> Option<PathBuf> {
        let answer = self.ask(question).await.ok()?;
        (!answer.is_empty()).then(|| answer.into())
    }
}

#[async_trait]
impl Confirm for Script {
    async fn put(&self, text: &ConfirmText) -> Result<Answer, ConfirmError> {
        let Ok(_only) = self.asking.try_lock() else {
            return Err(ConfirmError::Busy);
        };
        let lines: Vec<Value> = text
            .lines
            .iter()
            .map(|line| json!({ "label": line.label, "value": line.value }))
            .collect();
        let question = json!({
            "ask": "confirm", "title": text.title, "lines": lines,
            "warnings": text.warnings, "agree": text.agree,
        });
        match self.ask(question).await.as_deref() {
            Ok("agree") => Ok(Answer::Agreed),
            Ok(_) => Ok(Answer::Declined),
            Err(_) => Err(ConfirmError::Unavailable),
        }
    }
}

#[async_trait]
impl FilePicker for Script {
    async fn save(&self, _: FileKind, suggested: &str) -> Option<Chosen> {
        self.path(json!({ "ask": "save", "suggested": suggested }))
            .await
            .map(Chosen::from)
    }

    async fn open(&self, _: FileKind) -> Option<Chosen> {
        self.path(json!({ "ask": "open" })).await.map(Chosen::from)
    }

    async fn to_scan(&self) -> Option<Chosen> {
        self.path(json!({ "ask": "scan" })).await.map(Chosen::from)
    }

    async fn folder(&self, _: &str) -> Option<PathBuf> {
        self.path(json!({ "ask": "folder" })).await
    }
}

#[cfg(test)]
mod tests {
    use satchel_ports::ConfirmLine;
    use tokio::net::UnixListener;

    use super::*;

    #[tokio::test]
    async fn a_script_reads_the_question_and_answers_it() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let socket = folder.path().join("e2e");
        let listener = UnixListener::bind(&socket).expect("a fresh path");
        let answers = ["agree", "decline", ""];
        let server = tokio::spawn(async move {
            let mut asked = Vec::new();
            for answer in answers {
                let (stream, _) = listener.accept().await.expect("the script asks");
                let mut stream = BufReader::new(stream);
                let mut line = String::new();
                stream.read_line(&mut line).await.expect("a line");
                asked.push(serde_json::from_str::<Value>(&line).expect("JSON"));
                stream
                    .get_mut()
                    .write_all(format!("{answer}\n").as_bytes())
                    .await
                    .expect("open");
            }
            asked
        });
        let script = Script::new(socket);
        let text = ConfirmText {
            title: "Send?".to_owned(),
            lines: vec![ConfirmLine {
                label: "Fee".to_owned(),
                value: "212 sat".to_owned(),
            }],
            warnings: Vec::new(),
            agree: "Send".to_owned(),
        };
        assert_eq!(script.put(&text).await, Ok(Answer::Agreed));
        assert_eq!(script.put(&text).await, Ok(Answer::Declined));
        assert!(script.open(FileKind::Wallet).await.is_none());
        let asked = server.await.expect("no panic");
        assert_eq!(asked[0]["lines"][0]["value"], "212 sat");
        assert_eq!(asked[2]["ask"], "open");
        // Nobody listens any more: no consent, rather than any.
        assert_eq!(script.put(&text).await, Err(ConfirmError::Unavailable));
    }
}
