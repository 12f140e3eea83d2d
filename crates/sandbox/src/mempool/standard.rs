//! Standardness of outputs, inputs and witnesses, as Core 29 relays them.

use bitcoin::opcodes::all as op;
use bitcoin::script::Instruction;
use bitcoin::{Script, ScriptBuf, Transaction, TxOut};

use super::{PoolCoin, Reject};

/// Rate in satoshis per 1000 bytes at which spending a smaller output would cost more than it holds.
pub const DUST_RELAY_SAT_PER_KVB: u64 = 3_000;
const MAX_WEIGHT: u64 = 400_000;
const MAX_SCRIPT_SIG: usize = 1_650;
const MAX_DATA_CARRIER: usize = 83;
const MIN_STRIPPED_SIZE: usize = 65;
const MAX_P2SH_SIGOPS: usize = 15;
const ANNEX: u8 = 0x50;

/// Core's name of a script's type, as in `scriptPubKey.type`.
pub fn script_type(script: &Script) -> &'static str {
    if script.is_p2sh() {
        "scripthash"
    } else if let Some((version, program)) = witness_program(script) {
        match (version, program.len()) {
            (0, 20) => "witness_v0_keyhash",
            (0, 32) => "witness_v0_scripthash",
            (1, 32) => "witness_v1_taproot",
            (1, 2) if program == [0x4e, 0x73] => "anchor",
            (0, _) => "nonstandard",
            _ => "witness_unknown",
        }
    } else if is_null_data(script) {
        "nulldata"
    } else if script.is_p2pk() {
        "pubkey"
    } else if script.is_p2pkh() {
        "pubkeyhash"
    } else if script.is_multisig() {
        "multisig"
    } else {
        "nonstandard"
    }
}

/// Version and program of a witness output (BIP-0141).
pub fn witness_program(script: &Script) -> Option<(u8, &[u8])> {
    let bytes = script.as_bytes();
    if !(4..=42).contains(&bytes.len()) || usize::from(bytes[1]) + 2 != bytes.len() {
        return None;
    }
    match bytes[0] {
        0 => Some((0, &bytes[2..])),
        first @ 0x51..=0x60 => Some((first - 0x50, &bytes[2..])),
        _ => None,
    }
}

fn is_null_data(script: &Script) -> bool {
    script.is_op_return() && Script::from_bytes(&script.as_bytes()[1..]).is_push_only()
}

/// Satoshis below which an output is dust; 0 for one that cannot be spent.
pub fn dust_threshold(output: &TxOut) -> u64 {
    if crate::index::is_unspendable(&output.script_pubkey) {
        return 0;
    }
    let spend = if witness_program(&output.script_pubkey).is_some() {
        32 + 4 + 1 + 107 / 4 + 4
    } else {
        32 + 4 + 1 + 107 + 4
    };
    super::fee_at(DUST_RELAY_SAT_PER_KVB, output.size() as u64 + spend)
}

/// Core's `IsStandardTx`.
pub fn check_standard(tx: &Transaction) -> Result<(), Reject> {
    if !(1..=3).contains(&tx.version.0) {
        return Err(Reject::new("version"));
    }
    if tx.weight().to_wu() > MAX_WEIGHT {
        return Err(Reject::new("tx-size"));
    }
    for input in &tx.input {
        if input.script_sig.len() > MAX_SCRIPT_SIG {
            return Err(Reject::new("scriptsig-size"));
        }
        if !input.script_sig.is_push_only() {
            return Err(Reject::new("scriptsig-not-pushonly"));
        }
    }
    let mut carriers = 0;
    for output in &tx.output {
        match script_type(&output.script_pubkey) {
            "nonstandard" => return Err(Reject::new("scriptpubkey")),
            "multisig" if bare_multisig_keys(&output.script_pubkey) > 3 => {
                return Err(Reject::new("scriptpubkey"));
            }
            "nulldata" => {
                if output.script_pubkey.len() > MAX_DATA_CARRIER {
                    return Err(Reject::new("scriptpubkey"));
                }
                carriers += 1;
            }
            _ if output.value.to_sat() < dust_threshold(output) => return Err(Reject::new("dust")),
            _ => {}
        }
    }
    if carriers > 1 {
        return Err(Reject::new("multi-op-return"));
    }
    Ok(())
}

/// Guards against 64-byte transactions that look like inner nodes of a merkle tree (CVE-2017-12842).
pub fn check_not_tiny(tx: &Transaction) -> Result<(), Reject> {
    if tx.base_size() < MIN_STRIPPED_SIZE {
        return Err(Reject::new("tx-size-small"));
    }
    Ok(())
}

fn bare_multisig_keys(script: &Script) -> u8 {
    let bytes = script.as_bytes();
    bytes
        .get(bytes.len().wrapping_sub(2))
        .map_or(0, |count| count.wrapping_sub(0x50))
}

/// Core's check of the spent scripts.
pub fn check_inputs(tx: &Transaction, coins: &[PoolCoin]) -> Result<(), Reject> {
    const REASON: &str = "bad-txns-nonstandard-inputs";
    for (number, (input, coin)) in tx.input.iter().zip(coins).enumerate() {
        match script_type(&coin.output.script_pubkey) {
            "nonstandard" => {
                return Err(Reject::with(
                    REASON,
                    format!("input {number} script unknown"),
                ));
            }
            "witness_unknown" => {
                let details = format!("input {number} witness program is undefined");
                return Err(Reject::with(REASON, details));
            }
            "scripthash" => {
                let Some(redeem) = last_push(&input.script_sig) else {
                    let details = format!("input {number} P2SH redeemscript missing");
                    return Err(Reject::with(REASON, details));
                };
                let count = redeem.count_sigops();
                if count > MAX_P2SH_SIGOPS {
                    let details = format!(
                        "p2sh redeemscript sigops exceed limit (input {number}: {count} > {MAX_P2SH_SIGOPS})"
                    );
                    return Err(Reject::with(REASON, details));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Core's check of witness sizes and of witnesses where none belongs.
pub fn check_witnesses(tx: &Transaction, coins: &[PoolCoin]) -> Result<(), Reject> {
    let standard = tx.input.iter().zip(coins).all(|(input, coin)| {
        if input.witness.is_empty() {
            return true;
        }
        let spent = &coin.output.script_pubkey;
        if script_type(spent) == "anchor" {
            return false;
        }
        let nested = spent.is_p2sh();
        let script = if nested {
            match last_push(&input.script_sig) {
                Some(redeem) => redeem,
                None => return false,
            }
        } else {
            spent.clone()
        };
        let Some((version, program)) = witness_program(&script) else {
            return false;
        };
        let stack: Vec<&[u8]> = input.witness.iter().collect();
        let (last, rest) = stack
            .split_last()
            .expect("an empty witness was handled above");
        match (version, program.len()) {
            (0, 32) => {
                last.len() <= 3_600 && rest.len() <= 100 && rest.iter().all(|item| item.len() <= 80)
            }
            (1, 32) if !nested => {
                if !rest.is_empty() && last.first() == Some(&ANNEX) {
                    return false;
                }
                match rest.split_last() {
                    // Script path: `last` is the control block, then the script, then its arguments.
                    Some((_, arguments)) => {
                        let tapscript = last.first().is_some_and(|first| first & 0xfe == 0xc0);
                        !last.is_empty()
                            && (!tapscript || arguments.iter().all(|item| item.len() <= 80))
                    }
                    None => true,
                }
            }
            _ => true,
        }
    });
    if standard {
        Ok(())
    } else {
        Err(Reject::new("bad-witness-nonstandard"))
    }
}

/// The last push of a scriptSig: the redeem script of a P2SH spend (BIP-0016).
pub fn last_push(script_sig: &Script) -> Option<ScriptBuf> {
    match script_sig.instructions().last()?.ok()? {
        Instruction::PushBytes(bytes) => Some(ScriptBuf::from_bytes(bytes.as_bytes().to_vec())),
        Instruction::Op(op::OP_PUSHBYTES_0) => Some(ScriptBuf::new()),
        Instruction::Op(_) => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use bitcoin::Amount;

    #[test]
    fn script_types_have_cores_names() {
        let name = |hex: &str| script_type(&ScriptBuf::from_hex(hex).unwrap());
        assert_eq!(name("51024e73"), "anchor");
        assert_eq!(
            name(&format!("0014{}", "11".repeat(20))),
            "witness_v0_keyhash"
        );
        assert_eq!(
            name(&format!("0020{}", "11".repeat(32))),
            "witness_v0_scripthash"
        );
        assert_eq!(
            name(&format!("5120{}", "11".repeat(32))),
            "witness_v1_taproot"
        );
        assert_eq!(name(&format!("5220{}", "11".repeat(32))), "witness_unknown");
        assert_eq!(name(&format!("0015{}", "11".repeat(21))), "nonstandard");
        assert_eq!(
            name(&format!("76a914{}88ac", "11".repeat(20))),
            "pubkeyhash"
        );
        assert_eq!(name(&format!("a914{}87", "11".repeat(20))), "scripthash");
        assert_eq!(name("6a0461626364"), "nulldata");
        assert_eq!(name("6aac"), "nonstandard");
        assert_eq!(name(""), "nonstandard");
    }

    #[test]
    fn dust_limits_are_those_everyone_knows() {
        let limit = |hex: String| {
            dust_threshold(&TxOut {
                value: Amount::ZERO,
                script_pubkey: ScriptBuf::from_hex(&hex).unwrap(),
            })
        };
        assert_eq!(limit(format!("76a914{}88ac", "11".repeat(20))), 546);
        assert_eq!(limit(format!("a914{}87", "11".repeat(20))), 540);
        assert_eq!(limit(format!("0014{}", "11".repeat(20))), 294);
        assert_eq!(limit(format!("0020{}", "11".repeat(32))), 330);
        assert_eq!(limit(format!("5120{}", "11".repeat(32))), 330);
        assert_eq!(limit("6a0461626364".into()), 0);
    }
}
