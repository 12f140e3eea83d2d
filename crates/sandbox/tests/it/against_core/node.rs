//! A node that is asked, and where two of them differ.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::known;
use crate::common::{Answer, Http, World};

/// A node that is asked by JSON-RPC.
pub struct Node {
    pub url: String,
    cookie: String,
    pub http: Http,
}

impl Node {
    pub fn new(url: String, cookie: String) -> Self {
        Self {
            url,
            cookie,
            http: Http::new(),
        }
    }

    pub fn of(world: &World) -> Self {
        Self::new(world.sandbox.url(), world.sandbox.rpc_cookie().to_owned())
    }

    /// The result, or code and message as a value.
    pub fn call(&self, method: &str, params: &Value) -> Value {
        self.at("", method, params)
    }

    /// The same of a wallet; `""` is the node itself.
    pub fn at(&self, wallet: &str, method: &str, params: &Value) -> Value {
        let url = match wallet {
            "" => self.url.clone(),
            name => format!("{}/wallet/{name}", self.url),
        };
        match self.http.rpc(&url, &self.cookie, method, params.clone()) {
            Ok(value) => json!({ "result": value }),
            Err((code, message)) => json!({ "error": { "code": code, "message": message } }),
        }
    }

    /// A request of any form.
    pub fn raw(&self, path: &str, login: Option<&str>, body: &str) -> Answer {
        let (user, password) = login
            .unwrap_or(&self.cookie)
            .split_once(':')
            .unwrap_or_default();
        let request = self
            .http
            .request()
            .post(format!("{}{path}", self.url))
            .basic_auth(user, Some(password))
            .body(body.to_owned());
        self.http.send(request)
    }
}

/// Two nodes, and every difference between what they answered.
pub struct Both<'a> {
    pub ours: &'a Node,
    pub theirs: &'a Node,
    /// Differences that are meant to be, with why.
    pub known: BTreeMap<&'static str, u32>,
    /// All others.
    pub found: Vec<String>,
}

impl Both<'_> {
    pub fn compare(&mut self, what: &str, ours: &Value, theirs: &Value) {
        if ours == theirs {
            return;
        }
        let mut lines = Vec::new();
        differences("", ours, theirs, &mut lines);
        lines.retain(|line| match known::why(what, line) {
            Some(why) => {
                *self.known.entry(why).or_default() += 1;
                false
            }
            None => true,
        });
        if !lines.is_empty() {
            self.found.push(format!("{what}\n{}", lines.join("\n")));
        }
    }

    /// Puts the same call to both, and looks at the answers in the same way.
    pub fn ask(&mut self, method: &str, params: Value, look: &dyn Fn(&Value) -> Value) -> Value {
        let (ours, theirs) = (
            self.ours.call(method, &params),
            self.theirs.call(method, &params),
        );
        self.compare(&format!("{method} {params}"), &look(&ours), &look(&theirs));
        ours
    }
}

/// Says at which places two values differ.
fn differences(place: &str, ours: &Value, theirs: &Value, lines: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for name in names {
                let none = Value::Null;
                let (x, y) = (a.get(name), b.get(name));
                let place = format!("{place}.{name}");
                match (x, y) {
                    (Some(x), None) => {
                        lines.push(format!("  {place}: sandbox alone: {}", short(x)))
                    }
                    (None, Some(y)) => lines.push(format!("  {place}: other alone: {}", short(y))),
                    _ => differences(&place, x.unwrap_or(&none), y.unwrap_or(&none), lines),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (number, (x, y)) in a.iter().zip(b).enumerate() {
                differences(&format!("{place}[{number}]"), x, y, lines);
            }
        }
        _ if ours == theirs => {}
        _ => lines.push(format!(
            "  {place}: sandbox {} | other {}",
            short(ours),
            short(theirs)
        )),
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The answer itself.
pub fn whole(value: &Value) -> Value {
    value.clone()
}

/// Success with the kinds of values, or the error as it is.
pub fn shape(value: &Value) -> Value {
    if value.get("error").is_some() {
        return value.clone();
    }
    kinds(value)
}

/// What kind of value is where: objects by their names, lists by their first value.
pub fn kinds(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| (name.clone(), kinds(value)))
            .collect(),
        Value::Array(list) => json!([list.first().map(kinds)]),
        Value::String(_) => json!("text"),
        Value::Number(_) => json!("number"),
        Value::Bool(_) => json!("flag"),
        Value::Null => Value::Null,
    }
}

/// Success or the error's number.
pub fn code(value: &Value) -> Value {
    match value["error"]["code"].as_i64() {
        Some(code) => json!(code),
        None => json!("success"),
    }
}

/// Values that depend on chance and on the hour become their kind; the rest stays.
pub fn without_chance(value: &Value) -> Value {
    fn map(map: &Map<String, Value>) -> Value {
        const OF_CHANCE: &[&str] = &[
            "time",
            "timereceived",
            "blocktime",
            "timestamp",
            "birthtime",
            "vout",
            "blockindex",
            "n",
            "mediantime",
            "hdseedid",
            "hdmasterfingerprint",
            "size",
            "nonce",
        ];
        map.iter()
            .map(|(name, value)| {
                let value = if OF_CHANCE.contains(&name.as_str()) {
                    kinds(value)
                } else {
                    without_chance(value)
                };
                // Names of objects may be ids and addresses too.
                (text(name), value)
            })
            .collect()
    }
    fn text(text: &str) -> String {
        let random = |word: &str| {
            word.len() >= 16
                && (word.bytes().all(|b| b.is_ascii_hexdigit())
                    || (word.bytes().all(|b| b.is_ascii_alphanumeric())
                        && word.bytes().any(|b| !b.is_ascii_lowercase())))
        };
        let words = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
        let mut seen = String::new();
        for word in words {
            let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            let rest = &word[bare.len()..];
            match bare {
                bare if bare.starts_with("bcrt1") => seen.push_str("ADDRESS"),
                bare if random(bare) => {
                    seen.push_str(if bare.len() == 64 { "HASH" } else { "RANDOM" })
                }
                bare => seen.push_str(bare),
            }
            seen.push_str(rest);
        }
        // Descriptors: fingerprint and checksum.
        let mut parts = seen.split('#');
        let body = parts.next().unwrap_or_default().to_owned();
        match parts.next() {
            Some(sum) if sum.len() == 8 => format!("{}#SUM", fingerprint(&body)),
            _ => seen,
        }
    }
    fn fingerprint(text: &str) -> String {
        match (text.find('['), text.find(']')) {
            (Some(open), Some(_)) if text.len() > open + 9 => {
                format!("{}FINGER{}", &text[..=open], &text[open + 9..])
            }
            _ => text.to_owned(),
        }
    }
    match value {
        Value::Object(inner) => map(inner),
        Value::Array(list) => list.iter().map(without_chance).collect(),
        Value::String(inner) => json!(text(inner)),
        other => other.clone(),
    }
}
