//! Use cases and the session: what every shell calls.
//!
//! One use case, one file: request, error, function, tests. A shell turns its own words into a
//! request, calls a method of [`App`], and turns the answer back. This room knows no serde, no
//! tauri, no HTTP and no SQL; the outside world comes in as [`Ports`].
//!
//! What must stay true: a use case that spends, reveals, exports or weakens asks the
//! [`satchel_ports::Confirm`] port for exactly what it is about to do; nothing secret is returned
//! except by [`App::reveal_words`]; a change is stored before it is told; no lock is held across
//! an await on the network, except the ones that make one draft or one wallet's sync single.

pub mod access;
pub mod access_error;
pub mod acts;
pub mod addresses;
pub mod admit_device;
pub mod attempts;
pub mod backend;
pub mod backup;
pub mod balance;
pub mod bump;
pub mod cancel;
mod circle;
pub mod circle_digest;
pub mod circle_status;
pub mod coins;
pub mod config;
pub mod conflicts;
pub mod contacts;
pub mod create_vault;
pub mod create_wallet;
pub mod descriptor_backup;
pub mod draft;
pub mod enrol_keychain;
pub mod events;
pub mod export;
pub mod fees;
mod fill;
pub mod find_script_types;
pub mod found_circle;
pub mod give_keys;
pub mod history;
pub mod hold_keys;
pub mod host_pairing;
pub mod import;
pub mod info;
pub mod join_circle;
pub mod join_pairing;
pub mod keychain_status;
pub mod label;
pub mod labels_file;
pub mod left_objects;
pub mod limits;
mod local_network;
pub mod meet_by_codes;
pub mod metadata_file;
pub mod notices;
pub mod payment;
pub mod place_password;
pub mod place_standing;
pub mod places;
pub mod plain_file;
mod presence;
pub mod prove_backup;
pub mod read_payment;
pub mod recover_circle;
pub mod recovery;
pub mod recovery_key;
pub mod remove_device;
pub mod remove_keychain;
pub mod restore_wallet;
pub mod seed_access;
pub mod seen;
pub mod send;
pub mod session;
pub mod set_passphrase;
pub mod settings;
pub mod shared_payments;
mod shared_setting;
pub mod shared_settings;
pub mod sign;
pub mod spending_limits;
pub mod sweep;
pub mod sweep_steps;
pub mod sync;
pub mod sync_circle;
pub mod take_signed;
pub mod take_wallet;
pub mod transaction;
pub mod unlock;
pub mod unlock_by_keychain;
pub mod wallets;
pub mod watch_wallet;
pub mod watched;
pub mod words;

mod check_database;
mod combine;
mod consent;
mod due_keys;
mod gather;
mod high_water;
mod keyed;
mod leases;
mod leftovers;
mod new_devices;
mod open;
mod read_file;
mod recheck;
mod replaced;
mod signing;
mod sweep_parts;
mod unready;
mod used_addresses;
use satchel_types::text;

pub use access::SeedAccessError;
pub use access_error::AccessError;
pub use config::{Config, Ports};
pub use events::Event;
pub use satchel_pairing::Digits;
pub use seed_access::{SeedAccess, SeedAccessPolicy};
pub use session::{App, VaultState};
pub use signing::{SeedError, SigningError};
