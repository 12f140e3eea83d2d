//! Doors for the fuzz targets; see `fuzz/README.md`. Built with `--cfg fuzzing` and never shipped.

use satchel_secrets::SecretBytes;

use crate::settings;

/// Reads a settings file and writes it again. `None`: it is refused.
pub fn settings(bytes: &[u8]) -> Option<Vec<u8>> {
    let read = settings::read(bytes).ok()?;
    if let (Some(sealed), Some(under)) = (&read.sealed, SecretBytes::from_slice(&[7; 32])) {
        assert!(
            settings::open(&read, sealed, &under).is_none(),
            "nobody sealed it"
        );
    }
    settings::write(&read).ok()
}
