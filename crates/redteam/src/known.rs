//! The secrets of a run: drawn for it, and derived from a home of it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use bip39::Mnemonic;
use bitcoin::bip32::{ChildNumber, Xpriv};
use bitcoin::key::Secp256k1;
use bitcoin::{NetworkKind, PrivateKey};
use satchel_keys::{RecoveryWords, Seed};
use satchel_ports::Database;
use satchel_secrets::aead;
use satchel_secrets::derive::derive_key;
use satchel_secrets::kdf::{self, KdfParams};
use satchel_secrets::{Passphrase, SecretBytes, SecretText};
use satchel_store::SqlDatabase;
use serde_json::{Value as Json, json};

use crate::forms::{Secret, Value};

/// Letters of passphrases, the plainest of a keyboard.
const LETTERS: &[u8; 16] = b"abcdefghijkmnopr";
const PASSPHRASE: usize = 24;
/// Addresses of each kind whose keys are looked for.
const ADDRESSES: u32 = 5;
/// Letters that all extended keys of a kind begin with.
const XPRV_HEAD: usize = 24;

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    if getrandom::fill(&mut bytes).is_err() {
        bail!("the system gives no randomness");
    }
    Ok(bytes)
}

fn passphrase() -> Result<String> {
    let letters = random::<PASSPHRASE>()?.map(|byte| LETTERS[usize::from(byte % 16)] as char);
    Ok(letters.iter().collect())
}

/// Draws what a run types: passphrases by purpose, and recovery words.
///
/// # Errors
/// When there is no randomness.
pub fn draw() -> Result<Json> {
    let words = RecoveryWords::from_entropy(&random::<16>()?)?;
    Ok(json!({
        "passphrases": {
            "vault": passphrase()?, "changed": passphrase()?, "file": passphrase()?,
            "backup": passphrase()?, "wrong": passphrase()?, "extra": passphrase()?,
            "place": passphrase()?,
        },
        "words": spoken(&words),
    }))
}

fn spoken(words: &RecoveryWords) -> Vec<String> {
    let word = |i| words.word(i).to_owned();
    (0..words.word_count()).map(word).collect()
}

fn secret(name: impl Into<String>, value: Value) -> Secret {
    Secret {
        name: name.into(),
        value,
    }
}

/// Returns the secrets that were drawn, with what follows from the words.
///
/// # Errors
/// When this is not what [`draw`] gave.
pub fn drawn(run: &Json) -> Result<Vec<Secret>> {
    let mut secrets = Vec::new();
    for (name, text) in run["passphrases"].as_object().context("no passphrases")? {
        let text = text.as_str().context("a passphrase is text")?;
        let name = format!("passphrase ({name})");
        secrets.push(secret(name, Value::Text(text.to_owned())));
    }
    let words: Vec<&str> = (run["words"].as_array().context("no words")?.iter())
        .filter_map(Json::as_str)
        .collect();
    let words = RecoveryWords::parse(&SecretText::new(words.join(" ")))?;
    let extra = run["passphrases"]["extra"].as_str().unwrap_or_default();
    for (name, extra) in [("typed", ""), ("typed, extra", extra)] {
        of_words(name, &words, extra, &mut secrets)?;
    }
    Ok(secrets)
}

/// Returns what opens a home and what lies sealed in it. Reads a copy; the home may be in use.
///
/// # Errors
/// When none of the run's passphrases opens it.
pub fn of_home(home: &Path, run: &Json) -> Result<Vec<Secret>> {
    let folder = tempfile::tempdir().context("there is no room for a copy")?;
    let copy = folder.path();
    for name in ["vault.satchel", "wallets.db", "wallets.db-wal"] {
        let from = home.join(name);
        if from.exists() {
            fs::copy(&from, copy.join(name)).with_context(|| format!("{name} cannot be read"))?;
        }
    }
    of_copy(copy, run)
}

fn of_copy(home: &Path, run: &Json) -> Result<Vec<Secret>> {
    let file = fs::read(home.join("vault.satchel")).context("there is no vault")?;
    let texts = run["passphrases"].as_object().context("no passphrases")?;
    let opened = (texts.values().filter_map(Json::as_str)).find_map(|text| open(&file, text));
    let Some(opened) = opened else {
        bail!("no passphrase of this run opens the home");
    };
    let bytes = |key: &SecretBytes<32>| Value::Bytes(key.expose().to_vec());
    let (database, seeds) = (opened.derived("database"), opened.derived("seed"));
    let mut secrets = vec![
        secret("stretched passphrase", bytes(&opened.stretched)),
        secret("vault key", bytes(&opened.vault)),
        secret("database key", bytes(&database)),
        secret("seed key", bytes(&seeds)),
        secret("bundle key", bytes(&opened.derived("bundle"))),
    ];
    let store = SqlDatabase::new(home).open(&database)?;
    for wallet in store.wallets()? {
        let Some(sealed) = store.sealed_seed(wallet.id)? else {
            continue;
        };
        let plain = satchel_vault::open_seed(&seeds, wallet.id, &sealed)?;
        let seed = Seed::from_secret_bytes(&plain)?;
        let extra = plain.expose()[4 + seed.words().word_count() * 4 / 3..].to_vec();
        let extra = String::from_utf8(extra).context("a passphrase is text")?;
        let name = wallet.name.as_str();
        of_words(name, seed.words(), &extra, &mut secrets)?;
    }
    store.close();
    Ok(secrets)
}

/// A vault's keys.
struct Opened {
    stretched: SecretBytes<32>,
    vault: SecretBytes<32>,
}

impl Opened {
    fn derived(&self, what: &str) -> SecretBytes<32> {
        derive_key(&self.vault, &format!("satchel vault v1 {what}"))
    }
}

/// Opens the passphrase slot of a vault file as docs/formats/vault-v1.md describes it. The wallet's own
/// code gives no vault key away.
fn open(file: &[u8], text: &str) -> Option<Opened> {
    const HEADER: usize = 26;
    const OPEN: usize = 52;
    const COMMITTED: usize = OPEN + 32;
    let mut slots = file.get(HEADER + 1..)?;
    for _ in 0..file[HEADER] {
        let (&[kind, low, high], rest) = slots.split_first_chunk::<3>()?;
        let (body, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes([low, high])))?;
        slots = rest;
        if kind != 1 {
            continue;
        }
        let cost = |n: usize| Some(u32::from_le_bytes(*body.get(n * 4..)?.first_chunk()?));
        let params = KdfParams {
            m_kib: cost(0)?,
            t: cost(1)?,
            p: cost(2)?,
        };
        let (salt, nonce) = (
            body.get(12..)?.first_chunk()?,
            body.get(28..)?.first_chunk()?,
        );
        let passphrase = Passphrase::new(SecretText::new(text.to_owned())).ok()?;
        let stretched = kdf::derive(&passphrase, salt, &params).ok()?;
        let wrap = derive_key(&stretched, "satchel vault v1 passphrase slot wrap");
        let known = [&file[..HEADER], &[kind], body.get(..COMMITTED)?].concat();
        let vault = aead::open(&wrap, nonce, &known, body.get(COMMITTED..)?).ok()?;
        let vault = SecretBytes::from_slice(vault.expose())?;
        return Some(Opened { stretched, vault });
    }
    None
}

/// Adds words and everything that they lead to.
fn of_words(
    whose: &str,
    words: &RecoveryWords,
    extra: &str,
    secrets: &mut Vec<Secret>,
) -> Result<()> {
    let spoken = spoken(words);
    let mnemonic = Mnemonic::parse(spoken.join(" "))?;
    let seed = mnemonic.to_seed(extra);
    let mut add = |what: String, value| secrets.push(secret(format!("{what} ({whose})"), value));
    if extra.is_empty() {
        add("entropy".to_owned(), Value::Bytes(mnemonic.to_entropy()));
        add("words".to_owned(), Value::Words(spoken));
    } else {
        add("extra passphrase".to_owned(), Value::Text(extra.to_owned()));
    }
    add("seed".to_owned(), Value::Bytes(seed.to_vec()));
    let curve = Secp256k1::new();
    let kind = NetworkKind::Test;
    let master = Xpriv::new_master(kind, &seed)?;
    let mut add_key = |what: String, key: &Xpriv| {
        let raw = key.private_key.secret_bytes().to_vec();
        add(format!("{what} key"), Value::Bytes(raw));
        let text = key.to_string()[XPRV_HEAD..].to_owned();
        add(format!("{what} xprv"), Value::Text(text));
        // All begin with the same letters.
        let wif = PrivateKey::new(key.private_key, kind).to_wif()[2..].to_owned();
        add(format!("{what} WIF"), Value::Text(wif));
    };
    add_key("master".to_owned(), &master);
    // Of the two kinds of addresses that are offered, on a practice network.
    for purpose in [84, 86] {
        let path = [purpose, 1, 0].map(|index| ChildNumber::Hardened { index });
        let account = master.derive_priv(&curve, &path)?;
        add_key(format!("account {purpose}'"), &account);
        for step in (0..2).flat_map(|chain| (0..ADDRESSES).map(move |index| [chain, index])) {
            let path = step.map(|index| ChildNumber::Normal { index });
            let [chain, index] = step;
            add_key(
                format!("address {purpose}'/{chain}/{index}"),
                &account.derive_priv(&curve, &path)?,
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_is_new_each_time_and_leads_to_keys() {
        let (one, other) = (draw().expect("randomness"), draw().expect("randomness"));
        assert_ne!(one, other);
        let secrets = drawn(&one).expect("its own form");
        let kinds = [
            "entropy",
            "words",
            "seed",
            "master key",
            "account 86' xprv",
            "address 84'/1/0 WIF",
        ];
        for kind in kinds {
            let name = format!("{kind} (typed)");
            assert!(secrets.iter().any(|secret| secret.name == name), "{kind}");
        }
    }

    #[test]
    fn a_vault_file_is_opened_by_its_description_alone() {
        let text = "a passphrase of a test";
        let passphrase = Passphrase::new(SecretText::new(text.to_owned())).expect("fit");
        let params = KdfParams {
            m_kib: 64 * 1024,
            t: 3,
            p: 4,
        };
        let fill = |bytes: &mut [u8]| getrandom::fill(bytes);
        let (file, key) = satchel_vault::create(&passphrase, params, fill).expect("randomness");
        let opened = open(&file, text).expect("it is the passphrase");
        assert_eq!(opened.derived("seed").expose(), key.seed_key().expose());
        assert!(open(&file, "another passphrase").is_none());
    }
}
