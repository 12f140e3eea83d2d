//! Content hashes: BLAKE3.

/// Returns the BLAKE3 hash of public bytes.
pub fn hash(data: &[u8]) -> [u8; 32] {
    *blake3::hash(data).as_bytes()
}

#[cfg(test)]
mod tests {
    #[test]
    fn hashing_nothing_gives_the_official_vector() {
        assert_eq!(
            hex::encode(super::hash(b"")),
            "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
        );
    }
}
