use satchel_secrets::SecretVec;

fn same(a: &SecretVec, b: &SecretVec) -> bool {
    *a == *b
}

fn main() {}
