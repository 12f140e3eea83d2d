use satchel_secrets::SecretBytes;

fn copy_of(secret: &SecretBytes<32>) -> SecretBytes<32> {
    Clone::clone(secret)
}

fn main() {}
