//! What a person typed into a search field.

use crate::codec::{Id, id_range};

/// A search: the text in lower case, the ids that start with it if it is hex, and a pattern of the
/// addresses that contain it if it could be part of one.
///
/// Nothing a person types is a wildcard: labels are compared by `instr`, ids by range, and the
/// pattern is made of letters and digits alone, which is all that addresses have. A pattern tells
/// no upper case from lower, as `instr` over a folded copy would, but needs no copy.
pub(crate) struct Search {
    pub text: String,
    pub ids: Option<(Id, Id)>,
    pub like: Option<String>,
}

impl Search {
    /// Reads a search field; white space around is not meant, and nothing asks for everything.
    pub(crate) fn new(typed: Option<&str>) -> Option<Self> {
        let text = typed?.trim().to_lowercase();
        (!text.is_empty()).then(|| Self {
            ids: id_range(&text),
            like: text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric())
                .then(|| format!("%{text}%")),
            text,
        })
    }
}

/// Folds a stored text the way a search is folded.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase()
}
