//! Scripts in Core's words: assembly, type, address, inferred descriptor.

use bitcoin::script::Instruction;
use bitcoin::{Address, Network, Script};
use miniscript::descriptor::checksum::desc_checksum;
use serde_json::{Value, json};

use crate::mempool::{script_type, witness_program};

/// The `scriptPubKey` object.
pub fn script_pub_key(script: &Script) -> Value {
    let mut value = json!({
        "asm": asm(script, false),
        "desc": infer(script),
        "hex": script.to_hex_string(),
        "type": script_type(script),
    });
    // A bare key has no address of its own in Core's eyes.
    if let Ok(address) = Address::from_script(script, Network::Regtest) {
        value["address"] = json!(address.to_string());
    }
    value
}

/// A descriptor for the script alone, with checksum (BIP-0380).
pub fn infer(script: &Script) -> String {
    let bytes = script.as_bytes();
    let body = if script.is_p2pk() {
        format!("pk({})", hex::encode(&bytes[1..bytes.len() - 1]))
    } else if let Some((1, program)) = witness_program(script).filter(|(_, p)| p.len() == 32) {
        format!("rawtr({})", hex::encode(program))
    } else if script.is_multisig() {
        let keys: Vec<String> = script
            .instructions()
            .filter_map(|item| {
                item.ok()?
                    .push_bytes()
                    .map(|key| hex::encode(key.as_bytes()))
            })
            .collect();
        format!("multi({},{})", bytes[0] - 0x50, keys.join(","))
    } else if let Ok(address) = Address::from_script(script, Network::Regtest) {
        format!("addr({address})")
    } else {
        format!("raw({})", script.to_hex_string())
    };
    with_checksum(&body)
}

/// Appends a descriptor's checksum.
pub fn with_checksum(body: &str) -> String {
    match desc_checksum(body) {
        Ok(checksum) => format!("{body}#{checksum}"),
        Err(_) => body.to_owned(),
    }
}

/// Core's assembly: small pushes as numbers, small-number opcodes as digits; with `sig`, hash types of
/// signatures by name.
pub fn asm(script: &Script, sig: bool) -> String {
    let mut words = Vec::new();
    for item in script.instructions() {
        words.push(match item {
            Err(_) => {
                words.push("[error]".to_owned());
                break;
            }
            Ok(Instruction::PushBytes(bytes)) => push(bytes.as_bytes(), sig),
            Ok(Instruction::Op(code)) => match code.to_u8() {
                0x4f => "-1".to_owned(),
                number @ 0x51..=0x60 => (number - 0x50).to_string(),
                // Core keeps the old names of the lock-time operations' numbers.
                0xb1 => "OP_CHECKLOCKTIMEVERIFY".to_owned(),
                0xb2 => "OP_CHECKSEQUENCEVERIFY".to_owned(),
                _ => code.to_string(),
            },
        });
    }
    words.join(" ")
}

fn push(bytes: &[u8], sig: bool) -> String {
    if bytes.len() <= 4 {
        return number(bytes).to_string();
    }
    if sig
        && (9..=73).contains(&bytes.len())
        && let Some((kind, der)) = bytes.split_last()
        && bitcoin::secp256k1::ecdsa::Signature::from_der(der).is_ok()
        && let Some(name) = hash_type(*kind)
    {
        return format!("{}[{name}]", hex::encode(der));
    }
    hex::encode(bytes)
}

fn hash_type(kind: u8) -> Option<&'static str> {
    Some(match kind {
        0x01 => "ALL",
        0x02 => "NONE",
        0x03 => "SINGLE",
        0x81 => "ALL|ANYONECANPAY",
        0x82 => "NONE|ANYONECANPAY",
        0x83 => "SINGLE|ANYONECANPAY",
        _ => return None,
    })
}

/// A script number: little endian, sign in the highest bit.
fn number(bytes: &[u8]) -> i64 {
    let Some(last) = bytes.last() else { return 0 };
    let mut value = 0i64;
    for (place, byte) in bytes.iter().enumerate() {
        value |= i64::from(*byte) << (8 * place);
    }
    if last & 0x80 != 0 {
        return -(value & !(0x80i64 << (8 * (bytes.len() - 1))));
    }
    value
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use bitcoin::ScriptBuf;

    fn parse(hex: &str) -> ScriptBuf {
        ScriptBuf::from_hex(hex).unwrap()
    }

    #[test]
    fn assembly_is_cores() {
        assert_eq!(asm(&parse("0014aabbccddee"), false), "0 [error]");
        assert_eq!(asm(&parse("51024e73"), false), "1 29518");
        assert_eq!(asm(&parse("029a81"), false), "-410");
        assert_eq!(asm(&parse("6a0461626364"), false), "OP_RETURN 1684234849");
        let script = parse(&format!("76a914{}88ac", "11".repeat(20)));
        let hash = "11".repeat(20);
        assert_eq!(
            asm(&script, false),
            format!("OP_DUP OP_HASH160 {hash} OP_EQUALVERIFY OP_CHECKSIG")
        );
    }

    #[test]
    fn descriptors_are_inferred_with_checksum() {
        assert!(infer(&parse("6a0461626364")).starts_with("raw(6a0461626364)#"));
        let key = "11".repeat(32);
        assert!(infer(&parse(&format!("5120{key}"))).starts_with(&format!("rawtr({key})#")));
    }
}
