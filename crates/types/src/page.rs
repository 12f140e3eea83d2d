//! Pages of long lists.

/// How many rows a page has: 1 to 500.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(u16);

impl PageSize {
    /// Most rows a page may have.
    pub const MAX: u16 = 500;

    /// Clamps a wish into 1 to 500.
    pub fn clamped(rows: u32) -> Self {
        Self(rows.clamp(1, u32::from(Self::MAX)) as u16)
    }

    /// Returns the number of rows.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(50)
    }
}

/// One page of rows and how to get the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub rows: Vec<T>,
    /// Opaque; pass it back for the next page. `None`: this was the last. It stays valid when
    /// newer rows arrive, so that no row is shown twice or skipped.
    pub next: Option<String>,
    /// Rows of the whole list under the same filter.
    pub total: u64,
}
