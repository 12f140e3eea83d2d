//! Running targets, several at a time.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::Result;

use super::Fuzz;
use crate::metadata::Metadata;
use crate::process;

/// Memory of one target, in MiB; what a parser may take is checked input by input.
const MEMORY: u32 = 2048;
/// Longest that one input may take, in seconds. A parser takes microseconds; what takes this long
/// would never end.
const TOO_LONG: u32 = 30;
/// Longest input, in bytes.
const MAX_LEN: u32 = 16 * 1024;

/// How one target fared.
#[derive(Debug)]
pub struct Ran {
    pub target: String,
    pub found: Found,
    /// What is to be said of a law that was broken.
    pub fault: Option<String>,
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Found {
            tries,
            per_second,
            edges,
            ..
        } = self.found;
        let end = match &self.fault {
            None => "ok",
            Some(_) => "FAILED",
        };
        write!(
            f,
            "{:<16} {tries:>12} tries {per_second:>8}/s {edges:>6} edges  {end}",
            self.target
        )
    }
}

/// What libFuzzer told.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub tries: u64,
    pub per_second: u64,
    /// Edges of the program's graph that were walked.
    pub edges: u64,
    /// The input that broke a law.
    pub input: Option<PathBuf>,
}

/// Whether two runs of the same programs try the same things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Luck {
    /// No: each run goes elsewhere and builds on what earlier ones found.
    New,
    /// Yes: from the committed corpus and one seed, so that a check that passed passes again.
    Same,
}

/// Runs each target for `time`, as many at a time as there are cores.
pub fn run_all(
    fuzz: &Fuzz,
    workspace: &Metadata,
    targets: &[String],
    time: Duration,
    luck: Luck,
) -> Result<Vec<Ran>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "Each of {} targets runs for {} s, {cores} at a time",
        targets.len(),
        time.as_secs()
    );
    let waiting = Mutex::new(targets.iter());
    let next = || {
        let mut waiting = waiting.lock().unwrap_or_else(|poison| poison.into_inner());
        waiting.next()
    };
    let work = || {
        let mut ran = Vec::new();
        while let Some(target) = next() {
            let one = run(fuzz, workspace, target, time, luck)?;
            println!("{one}");
            if let Some(fault) = &one.fault {
                println!("{fault}");
            }
            ran.push(one);
        }
        anyhow::Ok(ran)
    };
    let mut ran = Vec::new();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            let theirs = worker.join();
            ran.extend(theirs.map_err(|_| anyhow::anyhow!("a worker ended early"))??);
        }
        anyhow::Ok(())
    })?;
    ran.sort_by(|a, b| a.target.cmp(&b.target));
    Ok(ran)
}

fn run(fuzz: &Fuzz, workspace: &Metadata, target: &str, time: Duration, luck: Luck) -> Result<Ran> {
    let log = fuzz.target.join(format!("{target}.log"));
    let artifacts = fuzz.dir.join("artifacts").join(target);
    let grown = match luck {
        Luck::New => fuzz.target.join("corpus").join(target),
        Luck::Same => {
            let folder = fuzz.target.join("checked").join(target);
            if folder.exists() {
                std::fs::remove_dir_all(&folder)?;
            }
            folder
        }
    };
    for folder in [&artifacts, &grown] {
        std::fs::create_dir_all(folder)?;
    }
    let mut program = process::command(fuzz.program(workspace, target)?, &workspace.root);
    program
        .arg(format!("-max_total_time={}", time.as_secs()))
        .arg(format!("-rss_limit_mb={MEMORY}"))
        .arg(format!("-timeout={TOO_LONG}"))
        .arg(format!("-max_len={MAX_LEN}"))
        .arg("-print_final_stats=1")
        .args((luck == Luck::Same).then_some("-seed=1"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()));
    let words = fuzz.dir.join("dictionaries").join(format!("{target}.dict"));
    if words.is_file() {
        program.arg(format!("-dict={}", words.display()));
    }
    // What is found goes into the first; what is committed is only read.
    program.arg(grown).arg(fuzz.dir.join("corpus").join(target));
    let output = File::create(&log)?;
    let status = program
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .status()?;
    let text = String::from_utf8_lossy(&std::fs::read(&log)?).into_owned();
    let found = read(&text);
    let fault = (!status.success()).then(|| fault(&workspace.root, target, &found, &text));
    Ok(Ran {
        target: target.to_owned(),
        found,
        fault,
    })
}

/// Reads what libFuzzer printed.
fn read(log: &str) -> Found {
    let mut found = Found::default();
    for line in log.lines() {
        let number = |start: &str| line.strip_prefix(start)?.trim().parse::<u64>().ok();
        if let Some(tries) = number("stat::number_of_executed_units:") {
            found.tries = tries;
        }
        if let Some(rate) = number("stat::average_exec_per_sec:") {
            found.per_second = rate;
        }
        if let Some((_, rest)) = line.split_once(" cov: ")
            && let Some(edges) = rest.split(' ').next().and_then(|n| n.parse().ok())
        {
            found.edges = edges;
        }
        if let Some((_, path)) = line.split_once("Test unit written to ") {
            found.input = Some(PathBuf::from(path.trim()));
        }
    }
    found
}

/// Says what happened, with which input, and how to see it again.
fn fault(root: &Path, target: &str, found: &Found, log: &str) -> String {
    let telling = |line: &&str| {
        !line.starts_with('#') && !line.starts_with("stat::") && !line.contains("NEW_FUNC")
    };
    let lines: Vec<&str> = log.lines().filter(telling).collect();
    let from = lines
        .iter()
        .position(|line| line.contains("panicked at") || line.contains("ERROR: libFuzzer"))
        .unwrap_or(lines.len().saturating_sub(20));
    let mut text = String::new();
    for line in lines[from..].iter().take(40) {
        text.push_str(&format!("    {line}\n"));
    }
    match &found.input {
        Some(input) => {
            let input = input.strip_prefix(root).unwrap_or(input).display();
            text.push_str(&format!(
                "  input:  {input}\n  replay: cargo xtask fuzz {target} --replay {input}"
            ));
        }
        None => text.push_str("  it ended before it tried anything"),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
#2\tINITED cov: 212 ft: 213 corp: 1/1b exec/s: 0 rss: 44Mb
#8192\tpulse  cov: 390 ft: 820 corp: 61/900b lim: 80 exec/s: 4096 rss: 60Mb
thread '<unnamed>' panicked at fuzz_targets/vault.rs:9:5:
a file of somebody without the key opened
==7== ERROR: libFuzzer: deadly signal
artifact_prefix='/r/fuzz/artifacts/vault/'; Test unit written to /r/fuzz/artifacts/vault/crash-01
Base64: AAE=
stat::number_of_executed_units: 9001
stat::average_exec_per_sec:     4500
";

    #[test]
    fn the_last_words_of_libfuzzer_are_read() {
        let found = Found {
            tries: 9001,
            per_second: 4500,
            edges: 390,
            input: Some("/r/fuzz/artifacts/vault/crash-01".into()),
        };
        assert_eq!(read(LOG), found);
        assert_eq!(read("no word of it"), Found::default());
    }

    #[test]
    fn a_fault_tells_what_broke_with_which_input_and_how_to_see_it_again() {
        let text = fault(Path::new("/r"), "vault", &read(LOG), LOG);
        assert!(
            text.starts_with("    thread '<unnamed>' panicked at"),
            "{text}"
        );
        assert!(text.contains("somebody without the key") && text.contains("Base64: AAE="));
        assert!(!text.contains("pulse") && !text.contains("stat::"));
        assert!(
            text.ends_with("replay: cargo xtask fuzz vault --replay fuzz/artifacts/vault/crash-01")
        );
    }
}
