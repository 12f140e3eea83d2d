// Consent cannot be made without having asked for it.
use satchel_ports::Confirmed;

struct Spend;

fn main() {
    let consent = Confirmed { act: Spend };
    drop(consent);
}
