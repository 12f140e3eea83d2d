//! Recovery words, derivation, public descriptors and PSBT signing.
//!
//! Pure and synchronous: randomness comes in as an argument, nothing is kept. Private keys exist
//! only inside one call: they are derived late, to the account, and erased before it returns.

mod account_key;
pub mod descriptors;
pub mod seed;
pub mod sign;
pub mod words;

pub use descriptors::{DescriptorsError, public_descriptors};
pub use seed::{Seed, SeedError};
pub use sign::{Account, InputFault, SignError, SignedPart, sign, sign_partial};
pub use words::{RecoveryWords, WordsError};
