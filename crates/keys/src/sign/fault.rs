//! Why a single input cannot be signed.

/// What is wrong with an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InputFault {
    /// No derivation path leads from this account to it.
    #[error("not this wallet's")]
    NotOurs,
    /// It is final already.
    #[error("final already")]
    AlreadyFinal,
    /// Neither the previous output nor its transaction is given.
    #[error("previous output missing")]
    MissingUtxo,
    /// Before taproot, a signature alone does not prove what the other inputs are worth, so the
    /// whole previous transaction is needed (BIP-0174).
    #[error("previous transaction missing")]
    MissingPreviousTx,
    /// The previous transaction is another one.
    #[error("another previous transaction than the one it spends")]
    WrongPreviousTx,
    /// The previous transaction has no such output.
    #[error("no such previous output")]
    NoSuchOutput,
    /// The previous output and its transaction say different things.
    #[error("two different previous outputs")]
    OutputsDiffer,
    /// More than there can ever be.
    #[error("more than 21 million bitcoin")]
    TooMuch,
    /// Spent twice in the same transaction.
    #[error("spent twice")]
    SpentTwice,
    /// A signature that would not cover the whole transaction is never made.
    #[error("a signature hash type other than all")]
    SighashType,
    /// Its path is this account's, but the key there opens another script.
    #[error("its script is not this wallet's")]
    WrongScript,
    /// The signature that was made does not verify: the machine is faulty.
    #[error("its signature does not verify")]
    BadSignature,
}

/// Says how many inputs.
pub(super) fn count(faults: &[(usize, InputFault)]) -> String {
    match faults.len() {
        1 => "one input".to_owned(),
        many => format!("{many} inputs"),
    }
}

/// Says which and why, the first few.
pub(super) fn list(faults: &[(usize, InputFault)]) -> String {
    const SHOWN: usize = 5;
    let mut text: Vec<String> = faults
        .iter()
        .take(SHOWN)
        .map(|(index, fault)| format!("{index} ({fault})"))
        .collect();
    if faults.len() > SHOWN {
        text.push(format!("and {} more", faults.len() - SHOWN));
    }
    text.join(", ")
}
