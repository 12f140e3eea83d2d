//! Words for contacts.

use clap::Subcommand;

/// Whom you pay.
#[derive(Debug, Subcommand)]
pub enum ContactCommand {
    /// Keep somebody with an address of the wallet's network, after consent to both.
    Add {
        /// The name.
        name: String,
        /// The address, or a bitcoin: link with it.
        address: String,
        /// A note.
        #[arg(long)]
        note: Option<String>,
    },
    /// Rename a contact. What counts here goes on counting.
    Rename {
        /// Its id or name.
        contact: String,
        /// Its new name.
        name: String,
        /// A note in the place of the one that is there; empty: none.
        #[arg(long)]
        note: Option<String>,
    },
    /// Keep one more address for a contact, put one in another's place, or remove one.
    Address {
        /// Its id or name.
        contact: String,
        /// The address, or a bitcoin: link with it.
        #[arg(required_unless_present = "remove")]
        address: Option<String>,
        /// In the place of this one, by its id.
        #[arg(long, value_name = "ID")]
        instead_of: Option<String>,
        /// Remove this one, by its id.
        #[arg(long, value_name = "ID", conflicts_with_all = ["address", "instead_of"])]
        remove: Option<String>,
    },
    /// Compare an address that came from another device or from a file, so that it counts on this one.
    Confirm {
        /// Its id or name.
        contact: String,
        /// Which address, by its id; without it, the only one that is not compared.
        #[arg(long, value_name = "ID")]
        id: Option<String>,
    },
    /// Take a contact away, on all devices that share.
    Remove {
        /// Its id or name.
        contact: String,
    },
    /// List the contacts, by name.
    List {
        #[command(flatten)]
        page: super::PageArgs,
        /// Only names, notes and addresses that contain this.
        #[arg(long)]
        search: Option<String>,
    },
}
