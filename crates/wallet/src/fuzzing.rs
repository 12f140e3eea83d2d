//! Doors for the fuzz targets; see `fuzz/README.md`. Built with `--cfg fuzzing` and never shipped.

use bitcoin::ScriptBuf;
use satchel_types::ChainSide;

use crate::changes::Changes;

/// Reads a stored piece and writes it again.
pub fn rewrite(piece: &[u8]) -> Option<Vec<u8>> {
    Some(Changes::decode(piece).ok()?.encode())
}

/// Returns the scripts that a stored piece says were derived.
pub fn scripts(piece: &[u8]) -> Vec<(ChainSide, u32, ScriptBuf)> {
    let read = Changes::decode(piece).unwrap_or_default();
    let scripts = read.scripts.into_iter();
    scripts
        .map(|((side, i), script)| (side, i, script))
        .collect()
}
