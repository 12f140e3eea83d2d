//! How a full scan went on, as a part of the stored state.

use std::collections::BTreeMap;

use satchel_types::{BlockRef, ChainSide, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Bytes, side_number, side_of};
use crate::engine::{Progress, Ranges};

/// What is noted of a full scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ScanNote {
    /// It began; what an earlier one left is forgotten.
    Began(Progress),
    /// It looked at more.
    Went(Progress),
    /// It ended, or cannot be gone on with.
    Over,
}

impl ScanNote {
    /// Returns how far the scan is, if it did not end.
    pub fn going(self) -> Option<Progress> {
        match self {
            Self::Began(progress) | Self::Went(progress) => Some(progress),
            Self::Over => None,
        }
    }

    /// Returns this followed by a later note.
    pub(super) fn then(self, later: Self) -> Self {
        match (self, later) {
            (Self::Began(mut progress), Self::Went(more)) => {
                progress.extend(more);
                Self::Began(progress)
            }
            (Self::Went(mut progress), Self::Went(more)) => {
                progress.extend(more);
                Self::Went(progress)
            }
            // Whatever it went on with is over.
            (Self::Over, Self::Went(_)) => Self::Over,
            (_, later) => later,
        }
    }
}

/// A [`ScanNote`]. `note`: 0 began, 1 went on, 2 over, which leaves the rest out.
#[derive(Serialize, Deserialize, Default)]
pub(super) struct StoredScan {
    note: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(default)]
    began: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tip: Option<(u32, Bytes)>,
    /// Side, first index, last index.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    looked: Vec<(u8, u32, u32)>,
}

impl From<&ScanNote> for StoredScan {
    fn from(note: &ScanNote) -> Self {
        let (note, progress) = match note {
            ScanNote::Began(progress) => (0, progress),
            ScanNote::Went(progress) => (1, progress),
            ScanNote::Over => {
                return Self {
                    note: 2,
                    ..Self::default()
                };
            }
        };
        let looked = progress.looked.iter().flat_map(|(side, ranges)| {
            let number = side_number(*side);
            ranges
                .iter()
                .map(move |(first, last)| (number, first, last))
        });
        Self {
            note,
            source: Some(progress.source.clone()),
            began: progress.began.as_secs(),
            tip: Some((progress.tip.height, Bytes::of(&progress.tip.hash))),
            looked: looked.collect(),
        }
    }
}

impl StoredScan {
    pub(super) fn into_note(self) -> Option<ScanNote> {
        if self.note == 2 {
            return Some(ScanNote::Over);
        }
        let (height, hash) = self.tip?;
        let mut looked: BTreeMap<ChainSide, Ranges> = BTreeMap::new();
        for (side, first, last) in self.looked {
            if first > last {
                return None;
            }
            let ranges = looked.entry(side_of(side)?).or_default();
            ranges.insert(first, last);
        }
        let progress = Progress {
            source: self.source?,
            began: Timestamp::from_secs(self.began),
            tip: BlockRef {
                height,
                hash: hash.hash()?,
            },
            looked,
        };
        match self.note {
            0 => Some(ScanNote::Began(progress)),
            1 => Some(ScanNote::Went(progress)),
            _ => None,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use bitcoin::BlockHash;
    use bitcoin::hashes::Hash;

    use super::*;
    use crate::changes::Changes;

    pub(in crate::changes) fn progress(looked: &[(u32, u32)]) -> Progress {
        let mut ranges = Ranges::default();
        for (first, last) in looked {
            ranges.insert(*first, *last);
        }
        Progress {
            source: "server:1".into(),
            began: Timestamp::from_secs(12),
            tip: BlockRef {
                height: 13,
                hash: BlockHash::from_byte_array([14; 32]),
            },
            looked: [(ChainSide::Receive, ranges)].into(),
        }
    }

    #[test]
    fn notes_of_a_scan_add_up_until_it_is_over() {
        let merged = |notes: &[&ScanNote]| {
            let mut whole = Changes::default();
            for note in notes {
                let piece = Changes {
                    scan: Some((*note).clone()),
                    ..Changes::default()
                };
                whole.merge(Changes::decode(&piece.encode()).expect("own bytes"));
            }
            whole.scan.and_then(ScanNote::going)
        };
        let began = ScanNote::Began(progress(&[(0, 3)]));
        let went = ScanNote::Went(progress(&[(4, 7)]));
        let again = ScanNote::Began(progress(&[(0, 1)]));
        let over = ScanNote::Over;
        let both = Some(progress(&[(0, 7)]));
        assert_eq!(merged(&[&began, &went]), both);
        assert_eq!(merged(&[&began, &went, &went]), both);
        assert_eq!(merged(&[&began, &went, &over]), None);
        assert_eq!(merged(&[&began, &over, &went]), None);
        assert_eq!(merged(&[&began, &went, &again]), Some(progress(&[(0, 1)])));
    }
}
