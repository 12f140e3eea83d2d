//! Asking right now whether everything is there: the node, its wallets, the index beside it.

use std::time::Instant;

use bitcoin::Network;
use satchel_node_api::NodeError;
use satchel_ports::LanError;
use satchel_types::Timestamp;

use crate::{AskError, Console};

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Whether something answered at the address.
    pub reached: bool,
    /// Whether it let this program in.
    pub let_in: bool,
    /// How long the first answer took, in milliseconds.
    pub took_ms: u32,
    /// The network.
    pub network: Option<Network>,
    /// Version of the node.
    pub version: Option<u32>,
    /// What it calls itself.
    pub subversion: Option<String>,
    /// Height of the newest block.
    pub height: Option<u32>,
    /// Whether it has wallets; `None`: not known.
    pub wallets: Option<bool>,
    /// Whether the index beside it answers and has the same chain; `None`: there is none.
    pub esplora: Option<bool>,
    /// What was wrong.
    pub error: Option<AskError>,
    /// When it was asked.
    pub at: Timestamp,
}

impl Console {
    /// Asks everything once more: the settings, the keychain, the node, its wallets and the index.
    pub async fn check_connection(&self) -> Check {
        let at = self.now();
        // A keychain that was locked may be open now.
        self.picture().keychain = None;
        self.read_settings_anew();
        *self.node.lock().await = None;
        // It may have been set before the system began to ask.
        let entered = self.enter_lan().await;
        let begun = Instant::now();
        let looked = Box::pin(self.look()).await;
        let took_ms = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
        let mut check = Check {
            reached: looked.is_ok(),
            let_in: looked.is_ok(),
            took_ms,
            network: None,
            version: None,
            subversion: None,
            height: None,
            wallets: None,
            esplora: None,
            error: None,
            at,
        };
        if let Err(error) = looked {
            let (reached, let_in) = match &error {
                AskError::OtherChain { found, .. } => {
                    check.network = Some(*found);
                    (true, true)
                }
                AskError::Node(error) => match error {
                    NodeError::BadAddress { .. }
                    | NodeError::NoCookie
                    | NodeError::NoProxy
                    | NodeError::Unreachable
                    | NodeError::TimedOut => (false, false),
                    NodeError::Unauthorized => (true, false),
                    NodeError::Busy
                    | NodeError::Refused { .. }
                    | NodeError::Http { .. }
                    | NodeError::TooLong
                    | NodeError::Nonsense { .. } => (true, true),
                },
                _ => (false, false),
            };
            let away = matches!(
                &error,
                AskError::Node(NodeError::Unreachable | NodeError::TimedOut)
            );
            let error = match entered {
                Err(LanError::Denied) if away => AskError::LanDenied,
                _ => error,
            };
            (check.reached, check.let_in, check.error) = (reached, let_in, Some(error));
            return check;
        }
        {
            let picture = self.picture();
            if let Some(glance) = &picture.glance {
                check.network = Some(glance.chain.network);
                check.height = Some(glance.chain.blocks);
                check.version = glance.network.as_ref().map(|network| network.version);
                check.subversion = glance
                    .network
                    .as_ref()
                    .map(|network| network.subversion.clone());
            }
        }
        let more = self
            .asked(|node| async move {
                let wallets = match node.admin.wallets().await {
                    Ok(_) => true,
                    Err(error) if error.is_refusal() => false,
                    Err(error) => return Err(AskError::from(error)),
                };
                let esplora = match node.index().await? {
                    None => None,
                    Some(index) => {
                        let ours = node.admin.block_hash(0).await?;
                        Some(index.block_hash(0).await.is_ok_and(|theirs| theirs == ours))
                    }
                };
                Ok((wallets, esplora))
            })
            .await;
        match more {
            Ok((wallets, esplora)) => (check.wallets, check.esplora) = (Some(wallets), esplora),
            Err(error) => check.error = Some(error),
        }
        check
    }
}
