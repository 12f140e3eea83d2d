//! A call and what was answered.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A line of a recording.
#[derive(Debug, Serialize, Deserialize)]
pub struct Line {
    /// The wallet that was asked; none: the node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wallet: Option<String>,
    pub method: String,
    pub params: Box<RawValue>,
    /// The result as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Box<RawValue>>,
    /// Or the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Box<RawValue>>,
}

impl Line {
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap() + "\n"
    }

    fn is_of(&self, wallet: Option<&str>, method: &str, params: &RawValue) -> bool {
        self.wallet.as_deref() == wallet
            && self.method == method
            && self.params.get() == params.get()
    }
}

/// Lines with how often each was given.
pub struct Lines(Vec<(Line, bool)>);

impl Lines {
    pub fn parse(text: &str) -> Self {
        let line = |text: &str| (serde_json::from_str(text).unwrap(), false);
        Self(text.lines().map(line).collect())
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The answer to a call: the first that was not given yet.
    pub fn take(&mut self, wallet: Option<&str>, method: &str, params: &RawValue) -> Option<&Line> {
        let (line, given) = self
            .0
            .iter_mut()
            .find(|(line, given)| !given && line.is_of(wallet, method, params))?;
        *given = true;
        Some(line)
    }

    /// Methods of lines that were never given.
    pub fn left(&self) -> Vec<String> {
        let left = self.0.iter().filter(|(_, given)| !given);
        left.map(|(line, _)| line.method.clone()).collect()
    }
}
