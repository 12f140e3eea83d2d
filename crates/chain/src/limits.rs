//! How much is taken from a server, in one place.

/// Bytes of a reply that is one hash, height or txid.
pub(crate) const LINE_BYTES: usize = 256;
/// Bytes of the list of newest blocks; the usual ten take about 5 kB.
pub(crate) const BLOCKS_BYTES: usize = 256 * 1024;
/// Blocks in that list. Esplora sends 10, some servers 15.
pub(crate) const BLOCKS: usize = 100;
/// Bytes of one page of history. A usual one has 25 transactions of 1 to 2 kB each; the largest
/// honest one is a full page of consolidations of some hundred kB each.
pub(crate) const PAGE_BYTES: usize = 32 * 1024 * 1024;
/// Transactions of one page of history. Esplora sends up to 25 from blocks and 50 waiting ones.
pub(crate) const PAGE_ROWS: usize = 1_000;
/// Transactions from blocks that make a page of Esplora full, so that another may follow.
pub(crate) const FULL_PAGE: usize = 25;
/// Bytes of one transaction as JSON: a full block's worth (4 MB) in hexadecimal, doubled by the
/// decoded forms that Esplora adds.
pub(crate) const TX_JSON_BYTES: usize = 20 * 1024 * 1024;
/// Bytes of one transaction, raw: it has to fit a block (BIP-0141).
pub(crate) const TX_RAW_BYTES: usize = 4_000_000;
/// Transactions of one script. Pages come one after the other, so more would take hours.
pub(crate) const SCRIPT_TXS: usize = 500_000;
/// Bytes of history that wait for the receiver, over all scripts of a scan.
pub(crate) const WAITING_BYTES: u64 = 384 * 1024 * 1024;
/// Scripts asked on one open-ended side.
pub(crate) const SIDE_SCRIPTS: u64 = 2_000_000;
/// Highest block height believed: two centuries of blocks.
pub(crate) const HEIGHT: u32 = 10_000_000;
/// Blocks of the wallet that a server may contradict. Nothing but another chain contradicts more.
pub(crate) const STALE_BLOCKS: usize = 10_000;
/// Bytes of the fee estimates; the usual 28 take 600.
pub(crate) const FEES_BYTES: usize = 16 * 1024;
/// Fee estimates in one answer.
pub(crate) const FEES: usize = 200;
/// Bytes read from an error page, of which only the reason of a broadcast is looked at.
pub(crate) const ERROR_BYTES: usize = 8 * 1024;

/// Scripts after which a batch is handed on.
pub(crate) const BATCH_SCRIPTS: usize = 256;
/// Transactions after which a batch is handed on.
pub(crate) const BATCH_TXS: usize = 4_000;
/// Bytes of JSON after which a batch is handed on.
pub(crate) const BATCH_BYTES: u64 = 16 * 1024 * 1024;
/// Time after which a batch is handed on however small it is, so that progress is seen.
pub(crate) const BATCH_TIME: std::time::Duration = std::time::Duration::from_secs(3);
