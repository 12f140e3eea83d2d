//! Answers about files of other wallets.

use satchel_wire::interop::{FoundDescriptors, TakenLabels};

use super::{Human, table};

impl Human for TakenLabels {
    fn human(&self) -> String {
        let mut text = table(&[
            ("Added", self.added.to_string()),
            ("Replaced", self.replaced.to_string()),
            ("Differ, ours kept", self.kept.to_string()),
            ("Unchanged", self.unchanged.to_string()),
            ("Coins locked", self.locked.to_string()),
            ("Of other wallets", self.of_other_wallets.to_string()),
            ("Passed over", self.passed_over_count.to_string()),
        ]);
        for passed in &self.passed_over {
            text.push_str(&format!("\nline {}: {}", passed.line, passed.reason));
        }
        text
    }
}

impl Human for Vec<FoundDescriptors> {
    fn human(&self) -> String {
        let say = |found: &FoundDescriptors| {
            let mut text = found.external.clone();
            if let Some(internal) = &found.internal {
                text.push_str(&format!("\n{internal}"));
            }
            if let Some(last) = found.last_index {
                text.push_str(&format!(
                    "\n  addresses handed out: {}",
                    u64::from(last) + 1
                ));
            }
            if let Some(id) = &found.wallet_id {
                text.push_str(&format!("\n  this is the wallet {id}"));
            }
            text
        };
        self.iter().map(say).collect::<Vec<_>>().join("\n\n")
    }
}
