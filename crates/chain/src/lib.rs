//! `ChainSource` over the Esplora REST API.
//!
//! The server is a stranger. Every reply is cut at a limit while it streams in, parsed into
//! private strict types and checked: transactions hash to the id they are asked by, amounts stay
//! below all the money there is, heights are sane, pages make progress. What fails is
//! [`Nonsense`](satchel_ports::ChainError::Nonsense); no text of a server gets into an error,
//! except the reject reason of a broadcast, cut to plain characters.
//!
//! What cannot be checked is taken as the server's claim: that a transaction is in the block it
//! names, the outputs that others spend (`prevouts`), and the witness data of transactions, which
//! a txid does not commit to (BIP-0141).
//!
//! | module | concept |
//! |---|---|
//! | [`backend_url`] | which addresses of servers are accepted |
//! | `settings`, `connector`, `client` | bounded HTTP with retries, through the chosen proxy only |
//! | `json` | what Esplora sends, as strict types |
//! | `agree` | which blocks server and wallet have in common |
//! | `history`, `side`, `ahead`, `batches`, `scan` | looking scripts up and handing on whole ones |
//! | `broadcast`, `fees`, `faucet` | the rest of the port, and coins from the sandbox |

pub mod backend_url;

mod agree;
mod ahead;
mod batches;
mod broadcast;
mod client;
mod connector;
mod faucet;
mod fees;
#[cfg(fuzzing)]
pub mod fuzzing;
mod history;
mod json;
mod limits;
mod scan;
mod settings;
mod side;
mod source;
mod verdict;

#[cfg(test)]
mod fake;

pub use backend_url::parse_backend_url;
pub use connector::EsploraConnector;
pub use faucet::faucet;
pub use settings::HttpSettings;
