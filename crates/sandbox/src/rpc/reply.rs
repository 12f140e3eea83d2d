//! Writes JSON the way Core does: amounts with eight decimals.

use std::io;

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

struct Amounts;

impl Formatter for Amounts {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        // A number that is a whole count of satoshis is an amount or a rate; difficulties are not.
        let satoshis = value * 1e8;
        let whole = (satoshis - satoshis.round()).abs() < 1e-4 && satoshis.abs() < 9e15;
        if value == 0.0 || (whole && satoshis.abs() >= 0.5) {
            write!(writer, "{value:.8}")
        } else {
            CompactFormatter.write_f64(writer, value)
        }
    }
}

/// The bytes of a reply, with Core's line end.
pub fn to_bytes(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    value
        .serialize(&mut Serializer::with_formatter(&mut bytes, Amounts))
        .expect("a JSON value in memory can always be written to memory");
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::to_bytes;
    use serde_json::json;

    #[test]
    fn amounts_have_eight_decimals_and_difficulties_do_not() {
        let text = |value| String::from_utf8(to_bytes(&value)).expect("JSON is UTF-8");
        assert_eq!(text(json!(0.00001)), "0.00001000\n");
        assert_eq!(text(json!(50.0)), "50.00000000\n");
        assert_eq!(text(json!(20_999_999.976_9)), "20999999.97690000\n");
        assert_eq!(
            text(json!(4.656_542_373_906_925e-10)),
            "4.656542373906925e-10\n"
        );
        assert_eq!(text(json!(0.0)), "0.00000000\n");
        assert_eq!(text(json!(7)), "7\n");
    }
}
