//! What this device wrote while it waited for keys. It counts here from the start, and is said to the others once keys
//! come; whoever calls keeps it until then.

use std::collections::BTreeSet;

use super::Replica;
use crate::cbor::Reader;
use crate::groups::{ReadError, read_groups, write_groups};
use crate::object::{ObjectError, ObjectHash, SealObjectError};
use crate::state::{Change, State, Touched};

impl Replica {
    /// Returns what was not said yet.
    pub fn unsaid(&self) -> &[Change] {
        &self.unsaid
    }

    /// Returns the same with more, as bytes to be kept.
    ///
    /// # Errors
    /// If no object could say it once the keys come.
    pub fn unsaid_with(&self, more: &[Change]) -> Result<Vec<u8>, SealObjectError> {
        // Joined, since what is said twice of one thing is one row where it is read.
        let mut joined = State::default();
        joined.apply_all([&self.unsaid, more].concat());
        let bytes = write_groups(joined.into_changes().collect());
        match read_groups(&mut Reader::new(&bytes)) {
            Ok(_) => Ok(bytes),
            Err(ReadError::Invalid(what)) => Err(SealObjectError::Invalid(what)),
            Err(ReadError::Newer) => Err(SealObjectError::Invalid("a group's kind")),
        }
    }

    /// Lets changes count here that cannot be said yet, once they are kept.
    pub fn hold(&mut self, changes: Vec<Change>) -> BTreeSet<Touched> {
        self.unsaid.extend(changes.iter().cloned());
        self.state.apply_all(changes)
    }

    /// Takes up what was kept before the program ended.
    ///
    /// # Errors
    /// If these are not the bytes of [`Replica::unsaid_with`].
    pub fn hold_kept(&mut self, bytes: &[u8]) -> Result<(), ObjectError> {
        let mut reader = Reader::new(bytes);
        let changes = read_groups(&mut reader).map_err(|_| ObjectError::Damaged)?;
        if !reader.is_at_end() {
            return Err(ObjectError::Damaged);
        }
        self.hold(changes);
        Ok(())
    }

    /// Notes that all of it was written into objects that are kept.
    pub fn said(&mut self) {
        self.unsaid.clear();
    }

    /// Returns the objects of devices that were removed, whether they count or not.
    pub fn objects_of_removed(&self) -> impl Iterator<Item = ObjectHash> {
        self.known
            .iter()
            .filter(|(_, known)| self.roster.removed(known.device).is_some())
            .map(|(hash, _)| *hash)
    }
}
