//! Why a node gave no answer that can be used.

/// Why a node gave no answer that can be used.
///
/// What a caller can do about each: mend the address ([`NodeError::BadAddress`]), the key
/// ([`NodeError::Unauthorized`], [`NodeError::NoCookie`]) or the request ([`NodeError::Refused`]); wait and ask again
/// ([`NodeError::Unreachable`], [`NodeError::TimedOut`], [`NodeError::Busy`]); distrust the node (the rest).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NodeError {
    /// Its address cannot be used.
    #[error("the address of the node cannot be used: {what}")]
    BadAddress {
        /// What is wrong with it.
        what: &'static str,
    },
    /// The cookie file is missing, not readable or no cookie.
    #[error("the node's cookie file cannot be read")]
    NoCookie,
    /// Nothing answers at the proxy's address. The node was asked nothing.
    #[error("the proxy does not answer")]
    NoProxy,
    /// Nothing answers there, or the connection broke.
    #[error("the node does not answer")]
    Unreachable,
    /// It did not finish its answer in time.
    #[error("the node did not answer in time")]
    TimedOut,
    /// It does not let this program in.
    #[error("the node does not let this program in")]
    Unauthorized,
    /// It has too much to do, or is just starting.
    #[error("the node has too much to do at the moment, or is just starting")]
    Busy,
    /// It said no.
    #[error("the node said no ({code}): “{message}”")]
    Refused {
        /// Its number for why.
        code: i64,
        /// Its words, cut and cleaned.
        message: String,
    },
    /// Something answered that is no node, such as a proxy.
    #[error("something answered with HTTP status {status}: “{body}”")]
    Http {
        /// The status.
        status: u16,
        /// The beginning of its words, cut and cleaned.
        body: String,
    },
    /// The answer is longer than any honest one.
    #[error("the node's answer is longer than any honest one")]
    TooLong,
    /// The answer is not what was asked for.
    #[error("the node's answer cannot be right: {what}")]
    Nonsense {
        /// What is wrong with it.
        what: &'static str,
    },
}

impl NodeError {
    /// Bitcoin Core's number for a block, transaction or address that is not there or not valid.
    pub const NOT_FOUND: i64 = -5;
    /// Its number for a block that it removed, or has not got yet: its header is known. It uses it for other things as
    /// well, though for none that is said of a block whose hash it just gave.
    pub const NO_BODY: i64 = -1;
    /// Its number for a wallet that is not there or not loaded.
    pub const NO_WALLET: i64 = -18;
    /// Its number for a wallet that has to be named, since several are loaded.
    pub const WHICH_WALLET: i64 = -19;
    /// Its number for a method that it does not have.
    pub const NO_METHOD: i64 = -32601;

    pub(crate) fn nonsense(what: &'static str) -> Self {
        Self::Nonsense { what }
    }

    /// Returns whether it is the node's own, reasoned no: it is well, and asking again changes nothing.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }

    /// Returns whether the node refused with this number.
    pub fn is_code(&self, wanted: i64) -> bool {
        matches!(self, Self::Refused { code, .. } if *code == wanted)
    }
}
