//! Public descriptors of an account (BIP-0380 and following).

use bitcoin::Network;
use miniscript::descriptor::checksum::desc_checksum;
use satchel_types::{PublicDescriptors, ScriptType};

use crate::account_key::{AccountKey, derive_account};
use crate::{Account, Seed};

/// Why there are no descriptors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DescriptorsError {
    /// The account number does not fit a derivation path.
    #[error("an account number is less than 2147483648, got {account}")]
    AccountNumber {
        /// Number given.
        account: u32,
    },
}

/// Returns an account's public descriptors with key origin and checksum, such as
/// `tr([73c5da0a/86h/0h/0h]xpub…/0/*)#…`. They let one see everything and spend nothing.
///
/// # Errors
/// [`DescriptorsError::AccountNumber`].
pub fn public_descriptors(
    seed: &Seed,
    script_type: ScriptType,
    network: Network,
    account: u32,
) -> Result<PublicDescriptors, DescriptorsError> {
    let of = Account {
        script_type,
        network,
        account,
    };
    let key = derive_account(seed, &of).map_err(|_| DescriptorsError::AccountNumber { account })?;
    Ok(PublicDescriptors {
        external: descriptor(&key, script_type, 0),
        internal: descriptor(&key, script_type, 1),
        fingerprint: key.fingerprint,
    })
}

/// Writes one descriptor. Hardened steps are written with `h`, which needs no quoting in a shell.
fn descriptor(key: &AccountKey, script_type: ScriptType, side: u32) -> String {
    let steps: String = key
        .path
        .into_iter()
        .map(|step| format!("/{step:#}"))
        .collect();
    let key = format!("[{}{steps}]{}/{side}/*", key.fingerprint, key.public);
    let text = match script_type {
        ScriptType::Taproot => format!("tr({key})"),
        ScriptType::Segwit => format!("wpkh({key})"),
        ScriptType::NestedSegwit => format!("sh(wpkh({key}))"),
        ScriptType::Legacy => format!("pkh({key})"),
    };
    let checksum = desc_checksum(&text).expect("these descriptors use the descriptor charset only");
    format!("{text}#{checksum}")
}

#[cfg(test)]
mod tests {
    use miniscript::{Descriptor, DescriptorPublicKey};
    use satchel_secrets::SecretText;

    use super::*;
    use crate::RecoveryWords;

    /// The words that BIP-0049, 0084 and 0086 make their vectors of.
    fn seed() -> Seed {
        let words = format!("{}about", "abandon ".repeat(11));
        let words = RecoveryWords::parse(&SecretText::new(words)).expect("valid");
        Seed::new(words, None).expect("no passphrase")
    }

    fn address(descriptor: &str, index: u32, network: Network) -> String {
        descriptor
            .parse::<Descriptor<DescriptorPublicKey>>()
            .expect("miniscript reads it")
            .at_derivation_index(index)
            .expect("an unhardened index")
            .address(network)
            .expect("it has an address")
            .to_string()
    }

    /// Checks the first addresses of both sides against a BIP's.
    fn check(script_type: ScriptType, network: Network, receive: &[&str], change: &[&str]) {
        let made = public_descriptors(&seed(), script_type, network, 0).expect("account 0");
        for (descriptor, expected) in [(made.external, receive), (made.internal, change)] {
            for (index, expected) in (0..).zip(expected) {
                assert_eq!(address(&descriptor, index, network), *expected);
            }
        }
    }

    #[test]
    fn taproot_addresses_are_those_of_bip_0086() {
        check(
            ScriptType::Taproot,
            Network::Bitcoin,
            &[
                "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
                "bc1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0was9fqzwh",
            ],
            &["bc1p3qkhfews2uk44qtvauqyr2ttdsw7svhkl9nkm9s9c3x4ax5h60wqwruhk7"],
        );
    }

    #[test]
    fn segwit_addresses_are_those_of_bip_0084() {
        check(
            ScriptType::Segwit,
            Network::Bitcoin,
            &[
                "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
                "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g",
            ],
            &["bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el"],
        );
    }

    #[test]
    fn nested_segwit_address_is_that_of_bip_0049() {
        check(
            ScriptType::NestedSegwit,
            Network::Testnet,
            &["2Mww8dCYPUpKHofjgcXcBCEGmniw9CoaiD2"],
            &[],
        );
    }

    #[test]
    fn legacy_address_is_the_one_other_wallets_show() {
        check(
            ScriptType::Legacy,
            Network::Bitcoin,
            &["1LqBGSKuX5yYUonjxT5qGfpUsXKYYWeabA"],
            &[],
        );
    }

    #[test]
    fn account_key_and_origin_are_those_of_bip_0086() {
        let made = public_descriptors(&seed(), ScriptType::Taproot, Network::Bitcoin, 0)
            .expect("account 0");
        assert_eq!(made.fingerprint.to_string(), "73c5da0a");
        assert!(
            made.external.starts_with(
                "tr([73c5da0a/86h/0h/0h]xpub6BgBgsespWvERF3LHQu6CnqdvfEvtMcQjYrcRzx53QJjSxarj2afYW\
                 cLteoGVky7D3UKDP9QyrLprQ3VCECoY49yfdDEHGCtMMj92pReUsQ/0/*)#"
            ),
            "{}",
            made.external
        );
    }

    #[test]
    fn every_checksum_is_right_and_no_private_key_is_in() {
        for script_type in ScriptType::ALL {
            for network in [Network::Bitcoin, Network::Signet, Network::Regtest] {
                let made = public_descriptors(&seed(), script_type, network, 7).expect("account 7");
                for text in [&made.external, &made.internal] {
                    let (body, checksum) = text.split_once('#').expect("a checksum");
                    // Miniscript checks it too, but only when there is one.
                    assert_eq!(checksum.len(), 8);
                    let parsed: Descriptor<DescriptorPublicKey> = text.parse().expect("right");
                    assert_eq!(
                        parsed.to_string().replace('\'', "h").split('#').next(),
                        Some(body)
                    );
                    let wrong = format!("{body}#qqqqqqqq");
                    assert!(wrong.parse::<Descriptor<DescriptorPublicKey>>().is_err());
                    assert!(!text.contains("prv"));
                    assert!(body.contains("/7h]"));
                    assert_eq!(body.contains("xpub"), network == Network::Bitcoin);
                }
                assert_ne!(made.external, made.internal);
            }
        }
    }

    #[test]
    fn an_account_number_with_the_hardened_bit_is_refused() {
        let account = 1 << 31;
        assert_eq!(
            public_descriptors(&seed(), ScriptType::Taproot, Network::Regtest, account),
            Err(DescriptorsError::AccountNumber { account })
        );
        public_descriptors(&seed(), ScriptType::Taproot, Network::Regtest, account - 1)
            .expect("the last account");
    }
}
