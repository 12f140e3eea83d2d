//! How stages ended, and what their tools counted.

use std::fmt;
use std::time::Duration;

/// How a stage ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// So many tests or checks passed and so many failed.
    Ran { passed: u64, failed: u64 },
    /// It could not be run here, and that is no fault of the code.
    Skipped(String),
}

impl Outcome {
    /// A check that says no more than yes or no.
    pub fn check(passed: bool) -> Self {
        match passed {
            true => Self::Ran {
                passed: 1,
                failed: 0,
            },
            false => Self::failed(0, 1),
        }
    }

    pub fn failed(passed: u64, failed: u64) -> Self {
        Self::Ran { passed, failed }
    }

    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Ran { failed: 1.., .. })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ran { passed, failed: 0 } => write!(f, "ok ({passed} passed)"),
            Self::Ran { passed, failed } => write!(f, "FAILED ({passed} passed, {failed} failed)"),
            Self::Skipped(why) => write!(f, "skipped: {why}"),
        }
    }
}

/// Adds outcomes up, as passed and failed.
pub fn sum<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> (u64, u64) {
    outcomes.fold((0, 0), |(p, f), outcome| match outcome {
        Outcome::Ran { passed, failed } => (p + passed, f + failed),
        Outcome::Skipped(_) => (p, f),
    })
}

/// Writes a duration as `4.2 s` or `3:07`.
pub fn clock(took: Duration) -> String {
    match took.as_secs() {
        0..60 => format!("{:.1} s", took.as_secs_f64()),
        secs => format!("{}:{:02}", secs / 60, secs % 60),
    }
}

/// Counts tests by the closing lines of test runners.
#[derive(Debug, Default)]
pub struct Counter {
    passed: u64,
    failed: u64,
}

impl Counter {
    /// Looks at a line of output.
    pub fn see(&mut self, line: &str) {
        let line = plain(line);
        let Some(counts) = closing(line.trim()) else {
            return;
        };
        let words: Vec<&str> = counts
            .split([' ', ';', '|', ',', '.'])
            .filter(|word| !word.is_empty())
            .collect();
        for pair in words.windows(2) {
            if let Ok(count) = pair[0].parse::<u64>() {
                match pair[1] {
                    "passed" => self.passed += count,
                    "failed" => self.failed += count,
                    _ => {}
                }
            }
        }
    }

    /// Returns the outcome of a stage of which it is known whether its command succeeded. A runner
    /// that failed before it could count has failed once.
    pub fn outcome(&self, succeeded: bool) -> Outcome {
        let failed = if succeeded {
            self.failed
        } else {
            self.failed.max(1)
        };
        Outcome::Ran {
            passed: self.passed,
            failed,
        }
    }
}

/// Returns the counts of a closing line; `None` for any other.
fn closing(line: &str) -> Option<&str> {
    // cargo test: `test result: ok. 5 passed; 0 failed; …`
    // vitest:     `Tests  1 failed | 41 passed (42)`
    if let Some(counts) = line
        .strip_prefix("test result:")
        .or_else(|| line.strip_prefix("Tests "))
    {
        return Some(counts);
    }
    // Our own: `12 passed, 0 failed`, perhaps with a word and a colon before it.
    let counts = match line.split_once(": ") {
        Some((word, counts)) if !word.contains(' ') => counts,
        _ => line,
    };
    let words: Vec<&str> = counts.split(' ').collect();
    matches!(words[..], [_, "passed,", _, "failed"]).then_some(counts)
}

/// Removes terminal colours.
fn plain(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        out.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(lines: &[&str], succeeded: bool) -> Outcome {
        let mut counter = Counter::default();
        lines.iter().for_each(|line| counter.see(line));
        counter.outcome(succeeded)
    }

    #[test]
    fn the_closing_lines_of_the_runners_are_added_up() {
        let lines = [
            "running 5 tests",
            "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out",
            " \u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m41 passed\u{1b}[39m\u{1b}[22m (41)",
            "12 passed, 0 failed",
            "e2e: 7 passed, 0 failed",
            "3 passed the exam, 4 failed",
        ];
        assert_eq!(
            counted(&lines, true),
            Outcome::Ran {
                passed: 65,
                failed: 0
            }
        );
        let lines = ["      Tests  2 failed | 40 passed (42)"];
        assert_eq!(
            counted(&lines, false),
            Outcome::Ran {
                passed: 40,
                failed: 2
            }
        );
    }

    #[test]
    fn a_failure_that_nobody_counted_counts_once() {
        let lines = ["test result: ok. 5 passed; 0 failed; 0 ignored"];
        assert_eq!(
            counted(&lines, false),
            Outcome::Ran {
                passed: 5,
                failed: 1
            }
        );
        assert!(counted(&[], false).is_failure());
    }

    #[test]
    fn the_sum_leaves_out_what_was_skipped() {
        let outcomes = [
            Outcome::check(true),
            Outcome::Skipped("no network".to_owned()),
            Outcome::failed(3, 2),
        ];
        assert_eq!(sum(outcomes.iter()), (4, 2));
    }
}
