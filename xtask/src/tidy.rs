//! `cargo xtask tidy`: the rules of the house that no compiler knows.

mod arrows;
mod claims;
mod compiled;
mod fences;
mod files;
mod fuzzed;
mod reasons;
mod releases;

use std::process::ExitCode;

use anyhow::Result;

use crate::args::Args;
use crate::metadata::Metadata;

pub fn command(args: Args) -> Result<ExitCode> {
    args.none_left()?;
    let (rules, faults) = check(&Metadata::read()?)?;
    for fault in &faults {
        println!("{fault}");
    }
    println!("{rules} passed, {} failed", faults.len());
    Ok(if faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Checks every rule. Returns how many were kept, and each breach of the others.
pub fn check(workspace: &Metadata) -> Result<(u64, Vec<String>)> {
    let tree = files::Tree::read(&workspace.root)?;
    let rules = [
        ("arrows", arrows::check(workspace)),
        ("fences", fences::check(workspace)),
        ("reasons", reasons::check(workspace)?),
        ("long files", files::long(&tree)),
        ("mod.rs", files::mod_rs(&tree)),
        ("foreign names", files::foreign(&tree)),
        ("fuzzed", fuzzed::check(&tree)),
        ("claims", claims::check(&tree)),
        ("compiled", compiled::check(&tree)),
        ("releases", releases::check(&tree)),
    ];
    let kept = rules.iter().filter(|(_, faults)| faults.is_empty()).count() as u64;
    let faults = rules.into_iter().flat_map(|(rule, faults)| {
        faults
            .into_iter()
            .map(move |fault| format!("{rule}: {fault}"))
    });
    Ok((kept, faults.collect()))
}
