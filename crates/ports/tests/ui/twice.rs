// One consent, one act.
use satchel_ports::Confirmed;

struct Spend;

fn sign(consent: Confirmed<Spend>) {
    let _spent = consent.into_act();
}

fn both(consent: Confirmed<Spend>) {
    sign(consent);
    sign(consent);
}

fn copied(consent: Confirmed<Spend>) {
    sign(consent.clone());
    sign(consent);
}

fn main() {}
