use satchel_secrets::{Passphrase, SecretText};

fn can_leave<T: serde::Serialize>() {}

fn main() {
    can_leave::<SecretText>();
    can_leave::<Passphrase>();
}
