//! Content hashes: BLAKE3.

/// Returns the BLAKE3 hash of public bytes.
pub fn hash(data: &[u8]) -> [u8; 32] {
    *blake3::hash(data).as_bytes()
}
