//! Parameters by place or by name, and their types.

use std::str::FromStr;
use std::sync::Arc;

use serde_json::Value;

use super::{Outcome, RpcError};
use crate::fees::parse_rate;
use crate::http::App;

/// What a parameter must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number.
    Number,
    /// A string.
    Text,
    /// `true` or `false`.
    Flag,
    /// An array.
    List,
    /// A number or, as in old times, a flag.
    Level,
    /// An amount: number or string.
    Money,
    /// An end, or begin and end.
    Range,
    /// Named values.
    Object,
    /// Whatever it is; the method looks itself.
    Any,
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Number => value.is_number(),
            Self::Text => value.is_string(),
            Self::Flag => value.is_boolean(),
            Self::List => value.is_array(),
            Self::Money => value.is_number() || value.is_string(),
            Self::Range => value.is_number() || value.is_array(),
            Self::Object => value.is_object(),
            // Core looks at these itself, and says so in other words.
            Self::Level | Self::Any => true,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Number | Self::Level | Self::Money | Self::Range => "number",
            Self::Text | Self::Any => "string",
            Self::Flag => "bool",
            Self::List => "array",
            Self::Object => "object",
        }
    }
}

/// A parameter: name, kind, whether it must be given.
pub type Param = (&'static str, Kind, bool);

/// A method: its name, parameters, one line of help, and what it does.
pub struct Method {
    /// As it is called.
    pub name: &'static str,
    /// In order.
    pub params: &'static [Param],
    /// What it does.
    pub help: &'static str,
    /// Does it.
    pub run: fn(&Arc<App>, &Args) -> Outcome,
}

impl Method {
    /// `name required ( optional )`.
    pub fn usage(&self) -> String {
        let mut text = self.name.to_owned();
        for (name, kind, required) in self.params {
            let shown = if *kind == Kind::Text {
                format!("\"{name}\"")
            } else {
                (*name).to_owned()
            };
            text.push_str(&if *required {
                format!(" {shown}")
            } else {
                format!(" ( {shown} )")
            });
        }
        text
    }

    /// Usage and what it does, as `help NAME` prints it.
    pub fn full_help(&self) -> String {
        format!("{}\n\n{}\n", self.usage(), self.help)
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Puts parameters into their places and checks their types.
pub fn bind(method: &Method, params: &Value) -> Result<Vec<Value>, RpcError> {
    let mut values = match params {
        Value::Array(values) => values.clone(),
        Value::Object(map) => {
            let mut values = match map.get("args") {
                Some(Value::Array(values)) => values.clone(),
                Some(_) => return Err(RpcError::invalid("Parameter args must be an array")),
                None => Vec::new(),
            };
            for (name, value) in map.iter().filter(|(name, _)| *name != "args") {
                let place = method
                    .params
                    .iter()
                    .position(|(known, ..)| known.split('|').any(|alias| alias == name))
                    .ok_or_else(|| RpcError::invalid(format!("Unknown named parameter {name}")))?;
                if values.get(place).is_some_and(|given| !given.is_null()) {
                    return Err(RpcError::invalid(format!(
                        "Parameter {name} specified twice both as positional and named argument"
                    )));
                }
                if values.len() <= place {
                    values.resize(place + 1, Value::Null);
                }
                values[place] = value.clone();
            }
            values
        }
        _ => return Err(RpcError::request("Params must be an array or object")),
    };
    let required = method
        .params
        .iter()
        .filter(|(.., required)| *required)
        .count();
    if values.len() > method.params.len() || values.len() < required {
        return Err(RpcError::misc(method.full_help()));
    }
    values.resize(method.params.len(), Value::Null);
    let wrong: Vec<String> = values
        .iter()
        .zip(method.params)
        .enumerate()
        .filter(|(_, (value, (_, kind, required)))| {
            !kind.fits(value) && (*required || !value.is_null())
        })
        .map(|(place, (value, (name, kind, _)))| {
            format!(
                "    \"Position {} ({name})\": \"JSON value of type {} is not of expected type {}\"",
                place + 1,
                type_name(value),
                kind.name()
            )
        })
        .collect();
    if wrong.is_empty() {
        return Ok(values);
    }
    Err(RpcError::new(
        -3,
        format!("Wrong type passed:\n{{\n{}\n}}", wrong.join(",\n")),
    ))
}

/// Checked parameters; each getter gives `None` for one that was left out.
pub struct Args {
    values: Vec<Value>,
    wallet: Option<String>,
}

impl Args {
    /// Parameters that [`bind`] has checked.
    pub fn new(method: &Method, values: Vec<Value>, wallet: Option<String>) -> Self {
        debug_assert_eq!(values.len(), method.params.len());
        Self { values, wallet }
    }

    /// The wallet the request's path names.
    pub fn wallet(&self) -> Option<&str> {
        self.wallet.as_deref()
    }

    /// As it came.
    pub fn value(&self, place: usize) -> Option<&Value> {
        self.values.get(place).filter(|value| !value.is_null())
    }

    /// A string.
    pub fn text(&self, place: usize) -> Option<&str> {
        self.value(place)?.as_str()
    }

    /// A string that [`bind`] has made sure is there.
    pub fn required_text(&self, place: usize) -> &str {
        self.text(place).unwrap_or_default()
    }

    /// A flag.
    pub fn flag(&self, place: usize) -> Option<bool> {
        self.value(place)?.as_bool()
    }

    /// An array.
    pub fn list(&self, place: usize) -> Option<&Vec<Value>> {
        self.value(place)?.as_array()
    }

    /// A whole number that fits into 32 bits, as nearly all of Core's do.
    pub fn integer(&self, place: usize) -> Result<Option<i64>, RpcError> {
        self.value(place)
            .map(|value| {
                let number = value.as_i64().filter(|n| i32::try_from(*n).is_ok());
                number.ok_or_else(out_of_range)
            })
            .transpose()
    }

    /// A whole number from 0 to 2³² - 1.
    pub fn unsigned(&self, place: usize) -> Result<Option<u32>, RpcError> {
        self.value(place)
            .map(|value| {
                let number = value.as_u64().and_then(|n| u32::try_from(n).ok());
                number.ok_or_else(out_of_range)
            })
            .transpose()
    }

    /// A level: `false` is 0, `true` is 1.
    pub fn level(&self, place: usize, default: i64) -> Result<i64, RpcError> {
        match self.value(place) {
            Some(Value::Bool(flag)) => Ok(i64::from(*flag)),
            Some(value) if !value.is_number() => Err(wrong_kind(value, "number")),
            _ => Ok(self.integer(place)?.unwrap_or(default)),
        }
    }

    /// Satoshis from an amount in bitcoin, exactly.
    pub fn satoshis(&self, place: usize) -> Result<Option<u64>, RpcError> {
        self.value(place).map(satoshis).transpose()
    }

    /// A hash in hex; `name` is how Core calls it in its complaint.
    pub fn hash<T: FromStr>(&self, place: usize, name: &str) -> Result<T, RpcError> {
        parse_hash(self.required_text(place), name)
    }
}

/// Core's complaint about a value that it looks at itself.
pub fn wrong_kind(value: &Value, wanted: &str) -> RpcError {
    let kind = type_name(value);
    RpcError::new(
        -3,
        format!("JSON value of type {kind} is not of expected type {wanted}"),
    )
}

fn out_of_range() -> RpcError {
    RpcError::misc("JSON integer out of range")
}

/// Core's `ParseHashV`.
pub fn parse_hash<T: FromStr>(text: &str, name: &str) -> Result<T, RpcError> {
    if text.len() != 64 {
        return Err(RpcError::invalid(format!(
            "{name} must be of length 64 (not {}, for '{text}')",
            text.len()
        )));
    }
    text.parse()
        .map_err(|_| RpcError::invalid(format!("{name} must be hexadecimal string (not '{text}')")))
}

/// Core's `AmountFromValue`: bitcoin with at most eight decimals, as number or string.
pub fn satoshis(value: &Value) -> Result<u64, RpcError> {
    let text = decimals(value)?;
    let amount = bitcoin::SignedAmount::from_str_in(&text, bitcoin::Denomination::Bitcoin)
        .map_err(|_| RpcError::new(-3, "Invalid amount"))?;
    amount
        .to_unsigned()
        .ok()
        .filter(|amount| *amount <= bitcoin::Amount::MAX_MONEY)
        .map(bitcoin::Amount::to_sat)
        .ok_or_else(|| RpcError::new(-3, "Amount out of range"))
}

/// Satoshis per 1000 virtual bytes from a rate in sat/vB with at most three decimals.
pub fn sat_per_kvb(value: &Value) -> Result<u64, RpcError> {
    let text = decimals(value)?;
    if text.starts_with('-') {
        return Err(RpcError::new(-3, "Amount out of range"));
    }
    parse_rate(&text)
        .filter(|rate| *rate <= bitcoin::Amount::MAX_MONEY.to_sat())
        .ok_or_else(|| RpcError::new(-3, "Invalid amount"))
}

/// The decimals of a number, or of a string.
fn decimals(value: &Value) -> Result<String, RpcError> {
    Ok(match value {
        Value::String(text) => text.clone(),
        // The shortest text of a float that came from at most eight decimals is those decimals.
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => format!("{float}"),
            _ => number.to_string(),
        },
        _ => return Err(RpcError::new(-3, "Amount is not a number or string")),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn rates_have_three_decimals() {
        assert_eq!(sat_per_kvb(&json!(1)).unwrap(), 1_000);
        assert_eq!(sat_per_kvb(&json!(1.1)).unwrap(), 1_100);
        assert_eq!(sat_per_kvb(&json!("12.345")).unwrap(), 12_345);
        for bad in [
            json!(1.2345),
            json!(-1),
            json!(""),
            json!("1.x"),
            json!(1e300),
            json!(null),
        ] {
            assert_eq!(sat_per_kvb(&bad).unwrap_err().code, -3, "{bad}");
        }
    }

    #[test]
    fn amounts_are_exact() {
        assert_eq!(satoshis(&json!(0.1)).unwrap(), 10_000_000);
        assert_eq!(satoshis(&json!("0.00000001")).unwrap(), 1);
        assert_eq!(satoshis(&json!(0.00000001)).unwrap(), 1);
        assert_eq!(satoshis(&json!(1)).unwrap(), 100_000_000);
        assert!(satoshis(&json!("0.000000001")).is_err());
        assert_eq!(
            satoshis(&json!(-1)).unwrap_err().message,
            "Amount out of range"
        );
    }
}
