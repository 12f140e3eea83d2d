//! Every screen at a phone's size, measured in Chromium under a finger.

use anyhow::Result;

use crate::metadata::Metadata;
use crate::process;
use crate::test::tally::{Counter, Outcome};

/// Measures every scene of the gallery, then scrolls the longest list.
pub fn stage(workspace: &Metadata) -> Result<Outcome> {
    let mut counter = Counter::default();
    let mut held = true;
    for script in ["measure", "scroll"] {
        let mut run = process::npm(&workspace.root);
        run.args(["run", "--silent", script]);
        held &= process::watch(&mut run, |line| counter.see(line))?;
    }
    Ok(counter.outcome(held))
}
