//! Files of other wallets: labels (BIP-0329), descriptors (BIP-0138).

use serde::{Deserialize, Serialize};
use specta::Type;

/// A line that was passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PassedOver {
    /// Its number, from 1.
    pub line: u32,
    /// Why, for people.
    pub reason: String,
}

/// What came of a file of labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TakenLabels {
    /// Labels that were taken where none was.
    pub added: u32,
    /// Labels that took the place of another.
    pub replaced: u32,
    /// Labels that differ from the one here, which stayed.
    pub kept: u32,
    /// Labels that were here already.
    pub unchanged: u32,
    /// Coins that were locked.
    pub locked: u32,
    /// Records that say to be of another wallet.
    pub of_other_wallets: u32,
    /// The first lines that were passed over.
    pub passed_over: Vec<PassedOver>,
    /// How many were passed over in all.
    pub passed_over_count: u32,
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl From<satchel_app::labels_file::TakenLabels> for TakenLabels {
    fn from(taken: satchel_app::labels_file::TakenLabels) -> Self {
        Self {
            added: count(taken.added),
            replaced: count(taken.replaced),
            kept: count(taken.kept),
            unchanged: count(taken.unchanged),
            locked: count(taken.locked),
            of_other_wallets: count(taken.of_other_wallets),
            passed_over: taken
                .passed_over
                .iter()
                .map(|passed| PassedOver {
                    line: count(passed.line),
                    reason: passed.why.to_string(),
                })
                .collect(),
            passed_over_count: count(taken.passed_over_count),
        }
    }
}

/// Descriptors that a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FoundDescriptors {
    /// Descriptor of the receive addresses.
    pub external: String,
    /// Descriptor of the change addresses, if it is apart.
    pub internal: Option<String>,
    /// The highest index that was handed out, if it is said.
    pub last_index: Option<u32>,
    /// The wallet here that it is of.
    pub wallet_id: Option<String>,
}

impl From<satchel_app::descriptor_backup::FoundDescriptors> for FoundDescriptors {
    fn from(found: satchel_app::descriptor_backup::FoundDescriptors) -> Self {
        Self {
            external: found.record.external,
            internal: found.record.internal,
            last_index: found.record.last_index,
            wallet_id: found.wallet.map(|id| id.to_string()),
        }
    }
}
