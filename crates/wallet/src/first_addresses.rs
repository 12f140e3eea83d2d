//! The first addresses of descriptors, for a wallet that is not made yet.

use bitcoin::{Address, Network};
use satchel_types::{ChainSide, PublicDescriptors};

use crate::CreateError;
use crate::engine::Descriptors;

/// Returns the first `count` receive addresses.
///
/// # Errors
/// See [`CreateError`]; a wallet of such descriptors could not be made either.
pub fn first_addresses(
    descriptors: &PublicDescriptors,
    network: Network,
    count: u32,
) -> Result<Vec<Address>, CreateError> {
    let checked = Descriptors::parse(descriptors, network)?;
    let address = |index| {
        checked
            .at(ChainSide::Receive, index)
            .address(network)
            .expect("descriptors without addresses were refused")
    };
    Ok((0..count).map(address).collect())
}
