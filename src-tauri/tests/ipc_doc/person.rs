//! Somebody who answers whatever the sealed window asks.

use std::sync::Mutex;
use std::thread::spawn;

use serde_json::{Value, json};

use crate::harness::{Harness, Page, SealedPage};

/// The passphrase of the vault and of every file.
const FIRST: &str = "correct horse battery staple";
/// What it is changed to.
const SECOND: &str = "battery staple correct horse";

/// What one call asked of its owner.
#[derive(Debug, Default, Clone)]
pub struct Asked {
    /// Titles of the consent questions.
    pub consents: Vec<String>,
    /// Titles of the sealed window.
    pub sealed: Vec<String>,
    /// Whether a file dialog was opened.
    pub file: bool,
}

pub struct Person {
    passphrase: Mutex<&'static str>,
    words: Mutex<String>,
    /// Those for what the devices share.
    circle_words: Mutex<String>,
    sealed: Page,
}

impl Person {
    pub fn new(sealed: Page) -> Self {
        Self {
            passphrase: Mutex::new(FIRST),
            words: Mutex::default(),
            circle_words: Mutex::default(),
            sealed,
        }
    }

    /// Calls a command and answers what it asks.
    pub fn call(
        &self,
        harness: &Harness,
        page: &Page,
        command: &'static str,
        arguments: Value,
    ) -> (Result<Value, Value>, Asked) {
        let consents = harness.confirm.asked().len();
        let files = harness.files.asked();
        let page = page.clone();
        let call = spawn(move || page.call(command, arguments));
        let mut asked = Asked::default();
        while !call.is_finished() {
            if let Some(title) = harness.sealed_opens_soon() {
                asked.sealed.push(title);
                self.answer();
            }
        }
        let texts = harness.confirm.asked();
        asked.consents = texts[consents..].iter().map(|t| t.title.clone()).collect();
        asked.file = harness.files.asked() > files;
        (call.join().expect("no panic"), asked)
    }

    /// Does what the sealed window asks.
    pub fn answer(&self) {
        let page = SealedPage::meet(&self.sealed).expect("a task is open");
        let task = page.task;
        let passphrase = *self.passphrase.lock().expect("no panic");
        let kind = task["kind"].as_str().expect("a kind");
        match kind {
            "unlock" | "prove" | "new_passphrase" | "file_passphrase" | "place_password"
            | "node_key" => {
                self.done(json!({ "passphrase": passphrase }));
            }
            "change_passphrase" => {
                let change = json!({ "change": { "current": passphrase, "new": SECOND } });
                if self.done(change) {
                    *self.passphrase.lock().expect("no panic") = SECOND;
                }
            }
            "enter_words" if task["of"] == "circle" => {
                let words = self.circle_words.lock().expect("no panic").clone();
                self.done(json!({ "words": { "words": words, "extra": "" } }));
            }
            "enter_words" => {
                let words = self.words.lock().expect("no panic").clone();
                let typed = json!({ "words": { "words": words, "extra": "" } });
                let reply = self.say(typed).expect("the words are right");
                assert_eq!(reply["reply"], "next", "{reply}");
                // Whatever the search found, the newest kind is meant.
                let stopped = self.say(json!("stop")).expect("it goes on");
                assert_eq!(stopped["reply"], "next", "{stopped}");
                self.done(json!({ "choose": ["taproot"] }));
            }
            "show_words" => {
                let words = self.say(json!("reveal")).expect("it was agreed to");
                let words = serde_json::from_value(words).expect("bytes");
                let kept = match task["of"].as_str() {
                    Some("circle") => &self.circle_words,
                    _ => &self.words,
                };
                *kept.lock().expect("no panic") = String::from_utf8(words).expect("words");
                self.done(json!("done"));
            }
            "check_words" => {
                let words = self.words.lock().expect("no panic").clone();
                let words: Vec<&str> = words.split(' ').collect();
                let positions: Vec<usize> =
                    serde_json::from_value(task["positions"].clone()).expect("positions");
                let right: Vec<&str> = positions.iter().map(|at| words[at - 1]).collect();
                self.done(json!({ "check": right }));
            }
            other => panic!("nobody knows how to answer {other}"),
        }
    }

    /// Answers, and returns the reply. `None`: the task ended, as when consent was refused.
    fn say(&self, answer: Value) -> Option<Value> {
        // The task may have ended meanwhile, and then there is no key to agree on.
        match SealedPage::meet(&self.sealed).and_then(|page| page.answer(&answer)) {
            Ok(reply) => Some(reply),
            Err(error) => {
                assert_eq!(error["code"], "cancelled", "{error}");
                None
            }
        }
    }

    /// Answers what must do, and returns whether it led to anything.
    fn done(&self, answer: Value) -> bool {
        let reply = self.say(answer);
        if let Some(reply) = &reply {
            assert_eq!(reply["reply"], "done", "{reply}");
        }
        reply.is_some()
    }
}
