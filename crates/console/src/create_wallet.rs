//! A new wallet in the node, or one that is there and not loaded.

use satchel_node_api::NodeError;

use crate::{AskError, Console};

/// Longest name, in characters.
const LONGEST: usize = 64;

/// Why no wallet was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreateNodeWalletError {
    /// The name will not do.
    #[error(
        "a name has 1 to {longest} letters, digits, `-`, `_` and `.`, and does not begin with `.`"
    )]
    BadName {
        /// Longest name.
        longest: usize,
    },
    /// The node gave no answer that can be used.
    #[error(transparent)]
    Ask(#[from] AskError),
}

fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    (1..=LONGEST).contains(&name.len()) && name.bytes().all(plain) && !name.starts_with('.')
}

/// Says what a node's no means when it is asked for wallets.
pub(crate) fn wallet_error(error: AskError) -> AskError {
    match error {
        AskError::Node(error) if error.is_code(NodeError::NO_METHOD) => AskError::NoWallets,
        other => other,
    }
}

impl Console {
    /// Makes a wallet in the node and loads it, or loads the `existing` one of that name.
    ///
    /// # Errors
    /// See [`CreateNodeWalletError`].
    pub async fn create_wallet(
        &self,
        name: &str,
        watch_only: bool,
        existing: bool,
    ) -> Result<String, CreateNodeWalletError> {
        if !existing && !is_name(name) {
            return Err(CreateNodeWalletError::BadName { longest: LONGEST });
        }
        let name = name.to_owned();
        let made = self
            .asked(|node| async move {
                if existing {
                    node.admin.load_wallet(&name).await
                } else {
                    node.admin.create_wallet(&name, watch_only).await
                }
            })
            .await;
        Ok(made.map_err(wallet_error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_path() {
        for name in ["a", "Miner-1", "x.y_z", &"a".repeat(64)] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "",
            ".",
            "..",
            ".a",
            "a/b",
            "a\\b",
            "a b",
            "ä",
            &"a".repeat(65),
        ] {
            assert!(!is_name(name), "{name}");
        }
    }
}
