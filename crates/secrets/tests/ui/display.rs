use satchel_secrets::SecretText;

fn shown(secret: &SecretText) -> String {
    format!("{secret}")
}

fn main() {}
