//! The best chain as a map.
