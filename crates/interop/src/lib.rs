//! Files that other wallets write and read: labels (BIP-0329, and Electrum's), descriptors (BIP-0138), and a wallet described for
//! them (BIP-0139).
//!
//! Pure: bytes in, values out, and back. Whatever is read is a stranger's: it has a limit, what cannot be
//! read is passed over and said with its line, and nothing that is read is believed to be of this
//! wallet. None of the files says in which order things were changed, so none can keep two devices in step;
//! that is the bundle's.

mod descriptors;
mod electrum;
mod labels;
mod metadata;

pub use descriptors::{
    DescriptorRecord, MAX_BACKUP, OpenDescriptorsError, SealDescriptorsError, is_descriptor_backup,
    is_public_descriptor, open_descriptors, seal_descriptors,
};
pub use labels::{
    Form, KeyOrigin, LabelRecord, MAX_LABELS_FILE, Passed, PassedOver, ReadLabels, ReadLabelsError,
    RecordOrigin, read_labels, write_labels,
};
pub use metadata::{TransactionMetadata, WalletMetadata, write_metadata};
