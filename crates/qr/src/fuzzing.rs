//! Doors for the fuzz targets: frames whose checks are right whatever is in them.

use ur::bytewords::{self, Style};

use crate::codes::own;

/// A frame of ours with these bytes.
#[must_use]
pub fn own(bytes: &[u8]) -> String {
    own::text(bytes.to_vec())
}

/// A Uniform Resource with these bytes; a part, if it is told what its numbers are.
#[must_use]
pub fn resource(name: &str, numbers: Option<(u32, u32)>, bytes: &[u8]) -> String {
    let letters = bytewords::encode(bytes, Style::Minimal);
    match numbers {
        Some((sequence, parts)) => format!("ur:{name}/{sequence}-{parts}/{letters}"),
        None => format!("ur:{name}/{letters}"),
    }
}
