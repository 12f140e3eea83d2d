//! The console's answers and errors.

mod answers;
mod errors;
mod transactions;
