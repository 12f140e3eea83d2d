//! Reading objects without belonging: what a file carries, or a place whose devices are all lost.

use satchel_secrets::SecretBytes;
use satchel_types::{CircleId, DeviceId, StreamId};

use super::{Identity, OwnStreams, Replica};
use crate::object::Class;

impl Replica {
    /// Starts with nothing taken in, and reads whatever there are keys for: those that are given, and those that a
    /// recovery key opens ([`Replica::recover`]). It never writes.
    pub fn observer(
        circle: CircleId,
        owner: [u8; 32],
        keys: impl IntoIterator<Item = (Class, u32, SecretBytes<32>)>,
    ) -> Self {
        // Nothing is wrapped for the device of zeros, which is never added.
        let nothing = || {
            let zeros = SecretBytes::from_slice(&[0; 32]);
            zeros.expect("32 bytes")
        };
        let identity = Identity {
            device: DeviceId::from_bytes([0; 16]),
            sign: nothing(),
            wrap: nothing(),
        };
        let own = OwnStreams {
            shared: StreamId::from_bytes([0; 16]),
            seeds: StreamId::from_bytes([0; 16]),
        };
        let mut replica = Self::new(circle, owner, identity, own);
        replica.observes = true;
        for (class, epoch, key) in keys {
            replica.ring.add(class, epoch, key);
        }
        replica
    }
}
