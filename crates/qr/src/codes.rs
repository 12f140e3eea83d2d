//! The three codes, each of them writing and reading frames.

pub mod bbqr;
pub mod own;
pub mod ur;
