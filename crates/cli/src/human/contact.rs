//! Whom the owner pays.

use std::fmt::Write as _;

use satchel_wire::contact::{Contact, ContactPage};

use super::{Human, more};

impl Human for Contact {
    fn human(&self) -> String {
        let mut out = self
            .name
            .clone()
            .unwrap_or_else(|| "(without a name)".to_owned());
        if let Some(note) = &self.note {
            let _ = write!(out, ", {note}");
        }
        let _ = write!(out, "  {}", self.id);
        for address in &self.addresses {
            let _ = write!(out, "\n  {}  {}", address.address, address.id);
            if !address.counts {
                let from = address.from.as_deref().unwrap_or("elsewhere");
                let _ = write!(out, "\n    from {from}, not yet compared");
            }
            if let Some(before) = &address.before {
                let _ = write!(
                    out,
                    "\n    you agreed to {} as {}",
                    before.address, before.name
                );
            }
        }
        out
    }
}

impl Human for ContactPage {
    fn human(&self) -> String {
        let mut out = String::new();
        for contact in &self.contacts {
            let _ = writeln!(out, "{}", contact.human());
        }
        more(out, self.next.as_deref(), self.total)
    }
}
