//! A node's answers: each field on a line of its own.

use serde::Serialize;
use serde_json::Value;

use super::Human;

/// An answer that is shown field by field.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Told<T>(pub T);

impl<T: Serialize> Human for Told<T> {
    fn human(&self) -> String {
        let mut out = String::new();
        match serde_json::to_value(&self.0) {
            Ok(value) => write(&value, 0, &mut out),
            Err(_) => out.push_str("the answer cannot be shown"),
        }
        out.trim_end().to_owned()
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("-".to_owned()),
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Bool(false) => Some("no".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(list) if list.is_empty() => Some("none".to_owned()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

fn write(value: &Value, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = name.replace('_', " ");
                match plain(value) {
                    Some(text) => out.push_str(&format!("{indent}{name}: {text}\n")),
                    None => {
                        out.push_str(&format!("{indent}{name}:\n"));
                        write(value, depth + 1, out);
                    }
                }
            }
        }
        Value::Array(rows) => {
            for row in rows {
                match plain(row) {
                    Some(text) => out.push_str(&format!("{indent}- {text}\n")),
                    None => {
                        out.push_str(&format!("{indent}-\n"));
                        write(row, depth + 1, out);
                    }
                }
            }
        }
        other => out.push_str(&format!("{indent}{}\n", plain(other).unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_field_has_a_line_and_lists_are_indented() {
        let told = Told(
            json!({ "best_hash": "00ab", "pruned": false, "peers": { "count": 2 }, "warnings": ["a"] }),
        );
        assert_eq!(
            told.human(),
            "best hash: 00ab\npeers:\n  count: 2\npruned: no\nwarnings:\n  - a"
        );
    }
}
