//! `cargo xtask bench`: the benchmarks that exist, and one table of what they found.

mod table;

use std::process::ExitCode;

use anyhow::{Result, bail};

use self::table::{Row, Table};
use crate::args::Args;
use crate::metadata::Metadata;
use crate::setup::{self, Consent, For};
use crate::{binaries, process};

/// The benchmark that starts what is shipped.
const WINDOW: &str = "window";

pub fn command(args: Args) -> Result<ExitCode> {
    let names = args.names()?;
    let workspace = Metadata::read()?;
    setup::ready(&workspace, For::Testing, Consent::Given)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut ran = 0;
    for package in &workspace.packages {
        for bench in &package.benches {
            if !names.is_empty() && !names.contains(bench) {
                continue;
            }
            ran += 1;
            println!("\n=== {} {bench}", package.name);
            let mut table = Table::default();
            let mut cargo = process::cargo(&workspace.root);
            cargo.args(["bench", "--package", &package.name, "--bench", bench]);
            if bench == WINDOW && cfg!(target_os = "linux") {
                cargo.env("SATCHEL_WALLET", binaries::release_wallet(&workspace)?);
                cargo.env("SATCHEL_BARE_WINDOW", binaries::bare_window(&workspace)?);
            }
            if !process::watch(&mut cargo, |line| table.see(line))? {
                bail!("the benchmark {bench} of {} failed", package.name);
            }
            rows.extend(table.rows);
        }
    }
    if ran == 0 {
        bail!("there is no benchmark of that name");
    }
    println!("\n{}", machine());
    print!("{}", table::markdown(&rows));
    Ok(ExitCode::SUCCESS)
}

/// Returns what the figures were taken on.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, name)| name);
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.trim().split_once(' '))
        .and_then(|(kib, _)| kib.parse::<u64>().ok())
        .map_or(String::new(), |kib| {
            format!(", {} GiB", kib.div_ceil(1024 * 1024))
        });
    format!("{cpu}, {cores} cores{memory}, {}", std::env::consts::OS)
}
