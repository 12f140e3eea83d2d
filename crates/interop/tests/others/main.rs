//! What other wallets and other programs wrote.

mod bip138;
mod labels;
