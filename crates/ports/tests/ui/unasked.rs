// A use case that takes consent cannot be called without.
use satchel_ports::Confirmed;

struct Spend;

fn sign(consent: Confirmed<Spend>) {
    let _spent = consent.into_act();
}

fn main() {
    sign(Spend);
}
