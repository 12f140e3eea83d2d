//! Fee estimates.

use satchel_types::{FeeEstimates, FeeRate, WalletId};

use crate::backend::BackendError;
use crate::open::Open;
use crate::session::App;

/// Fee estimates and who made them.
#[derive(Debug, Clone)]
pub struct FeeReport {
    /// The estimates.
    pub estimates: FeeEstimates,
    /// Host and port of the server.
    pub source: String,
}

/// Returns the rate for a wait of `blocks`: that of the longest target not beyond it, else the
/// shortest there is.
pub fn rate_for(estimates: &FeeEstimates, blocks: u16) -> Option<FeeRate> {
    let within = estimates
        .targets
        .iter()
        .rev()
        .find(|(target, _)| *target <= blocks);
    within.or(estimates.targets.first()).map(|(_, rate)| *rate)
}

impl App {
    /// Asks the wallet's server for fee estimates.
    pub async fn fee_estimates(&self, id: Option<WalletId>) -> Result<FeeReport, BackendError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let source = self.source(&open, record.network).await?;
        let estimates = source.fee_estimates().await?;
        Ok(FeeReport {
            estimates,
            source: source.server().to_owned(),
        })
    }

    /// Returns the estimated rate for a wait of `blocks`.
    pub(crate) async fn estimated_rate(
        &self,
        open: &Open,
        network: bitcoin::Network,
        blocks: u16,
    ) -> Result<FeeRate, BackendError> {
        let source = self.source(open, network).await?;
        let estimates = source.fee_estimates().await?;
        rate_for(&estimates, blocks).ok_or_else(|| {
            satchel_ports::ChainError::Nonsense {
                server: source.server().to_owned(),
                what: "no fee estimates",
            }
            .into()
        })
    }
}

#[cfg(test)]
mod tests {
    use satchel_types::Timestamp;

    use super::*;

    #[test]
    fn the_longest_target_within_the_wait_is_taken() {
        let rate = |sat: u64| FeeRate::from_sat_per_kvb(sat * 1000).expect("in range");
        let estimates = FeeEstimates {
            targets: vec![(2, rate(30)), (6, rate(10)), (144, rate(2))],
            at: Timestamp::from_secs(0),
        };
        for (wait, expected) in [(1, 30), (2, 30), (5, 30), (6, 10), (100, 10), (1000, 2)] {
            assert_eq!(
                rate_for(&estimates, wait),
                Some(rate(expected)),
                "wait of {wait}"
            );
        }
    }
}
