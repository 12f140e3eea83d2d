//! What is wrong with a node.

use satchel_types::Timestamp;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// No node is set.
    NotSet,
    /// It does not answer.
    Unreachable,
    /// Its proxy does not answer.
    NoProxy,
    /// It does not let this program in, or the key to it is not to be had.
    Unauthorized,
    /// Its cookie file cannot be read.
    NoCookie,
    /// It has too much to do.
    Busy,
    /// What it says cannot be right.
    BadAnswer,
    /// It is on another network than before.
    OtherChain,
    /// Its chain became shorter.
    HeightFell,
    /// It replaced blocks.
    Reorganised,
    /// It loads the chain.
    InitialDownload,
    /// It knows of blocks that it has not checked.
    Behind,
    /// Nobody is connected to it.
    NoPeers,
    /// It has not seen a block for hours.
    Stale,
    /// It answers slowly.
    Slow,
    /// It warns of something itself.
    NodeWarning,
}

impl ProblemKind {
    /// Returns whether the node cannot be relied upon while it lasts.
    pub fn is_serious(self) -> bool {
        match self {
            Self::NotSet
            | Self::Unreachable
            | Self::NoProxy
            | Self::Unauthorized
            | Self::NoCookie
            | Self::Busy
            | Self::BadAnswer
            | Self::OtherChain
            | Self::HeightFell
            | Self::InitialDownload
            | Self::Behind => true,
            Self::Reorganised | Self::NoPeers | Self::Stale | Self::Slow | Self::NodeWarning => {
                false
            }
        }
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What.
    pub kind: ProblemKind,
    /// The particulars, for people.
    pub message: String,
    /// Since when.
    pub since: Timestamp,
}

/// Puts new problems in place of the ones before; what goes on keeps its beginning.
pub(crate) fn renewed(
    before: &[Problem],
    now: Timestamp,
    found: Vec<(ProblemKind, String)>,
) -> Vec<Problem> {
    let mut problems: Vec<Problem> = found
        .into_iter()
        .map(|(kind, message)| {
            let since = before
                .iter()
                .find(|problem| problem.kind == kind)
                .map_or(now, |problem| problem.since);
            Problem {
                kind,
                message,
                since,
            }
        })
        .collect();
    problems.sort_by_key(|problem| (!problem.kind.is_serious(), problem.kind));
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_keeps_its_beginning_and_the_serious_comes_first() {
        let at = Timestamp::from_secs;
        let found = |kinds: &[ProblemKind]| {
            kinds
                .iter()
                .map(|kind| (*kind, String::new()))
                .collect::<Vec<_>>()
        };
        let first = renewed(&[], at(1), found(&[ProblemKind::NoPeers]));
        let second = renewed(
            &first,
            at(5),
            found(&[ProblemKind::NoPeers, ProblemKind::Behind]),
        );
        let told: Vec<_> = second
            .iter()
            .map(|problem| (problem.kind, problem.since))
            .collect();
        assert_eq!(
            told,
            [(ProblemKind::Behind, at(5)), (ProblemKind::NoPeers, at(1))]
        );
    }
}
