//! The sealed window: where secrets are typed and shown.
//!
//! Its page is a document of its own without any npm code, in a window of its own, and it has two
//! commands of its own: it asks for its task, and it answers. A task is an async function here
//! that opens a [`Session`], looks at each answer, and says "again" or ends. When the session is
//! dropped, however that comes about, the window is destroyed, and its web process with it.
//!
//! What must stay true: one task at a time; an answer's secrets are in wiping types from the
//! moment they are read; the words leave Rust in one function, in [`hazmat`]; answers and words
//! cross sealed, with a key that the page and the desk agree on for one task.

mod answer;
mod authorize;
mod change_passphrase;
mod check_words;
mod choose_wallets;
mod circle_words;
pub mod commands;
mod desk;
mod enter_words;
mod file_passphrase;
mod hazmat;
mod new_passphrase;
mod node_key;
mod place_password;
mod prove_backup;
mod screen;
mod show_words;
mod unlock;
mod view;

pub use answer::{Answer, Typed};
pub use authorize::SealedAuthorize;
pub use change_passphrase::change_passphrase;
pub use check_words::check_words;
pub use circle_words::circle_words;
pub use desk::{Desk, SealedError, Session, Turn};
pub use enter_words::{Wanted, enter_words};
pub use file_passphrase::{WalletFile, file_passphrase};
pub use new_passphrase::new_passphrase;
pub use node_key::node_key;
pub use place_password::place_password;
pub use prove_backup::prove_backup;
pub use screen::{Screen, WindowScreen};
pub use show_words::show_words;
pub use unlock::unlock;
pub use view::{KindView, NodeKeyView, Outcome, Purpose, View, WordsOf};
