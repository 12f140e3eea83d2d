// Consent to one act is none to another.
use satchel_ports::Confirmed;

struct Label;
struct Spend;

fn sign(consent: Confirmed<Spend>) {
    let _spent = consent.into_act();
}

fn with(consent: Confirmed<Label>) {
    sign(consent);
}

fn main() {}
