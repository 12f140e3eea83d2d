//! What a person typed into a search field.

use crate::codec::{Id, id_range};

/// A search: the text in lower case, and the ids that start with it if it is hex.
///
/// Nothing in it is a wildcard: texts are compared by `instr`, ids by range.
pub(crate) struct Search {
    pub text: String,
    pub ids: Option<(Id, Id)>,
}

impl Search {
    /// Reads a search field; white space around is not meant, and nothing asks for everything.
    pub(crate) fn new(typed: Option<&str>) -> Option<Self> {
        let text = typed?.trim().to_lowercase();
        (!text.is_empty()).then(|| Self {
            ids: id_range(&text),
            text,
        })
    }
}

/// Folds a stored text the way a search is folded.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase()
}
