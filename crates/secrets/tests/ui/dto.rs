use satchel_secrets::{SecretBytes, SecretText};

#[derive(serde::Serialize)]
struct Answer {
    id: u32,
    passphrase: SecretText,
    key: SecretBytes<32>,
}

fn main() {}
