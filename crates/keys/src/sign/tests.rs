//! Signing, checked.
