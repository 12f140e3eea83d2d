//! The shipped program beside a bare Tauri window: size, cold start, idle memory.
//!
//! A start is timed from the outside, until the accent colour of a button is on the screen, so both
//! are held to the same thing: something a person can press. Not a divan benchmark, since each
//! sample is a whole process; it prints the same tree, so that the table takes it.
#![allow(missing_docs)]
#![allow(clippy::print_stdout)] // What it prints is the table.

#[cfg(target_os = "linux")]
mod display;
#[cfg(target_os = "linux")]
mod figures;
#[cfg(target_os = "linux")]
mod program;

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("windows are measured on Linux only");
}

#[cfg(target_os = "linux")]
fn main() {
    use satchel_bench::{Bench, chain};

    use crate::display::Display;
    use crate::figures::{Figures, Unit};
    use crate::program::Program;

    // `cargo test --benches` only asks whether it builds and starts.
    let timed = std::env::args().any(|word| word == "--bench");
    let built = |name| std::env::var_os(name).map(std::path::PathBuf::from);
    let (Some(wallet), Some(bare), true) =
        (built("SATCHEL_WALLET"), built("SATCHEL_BARE_WINDOW"), timed)
    else {
        println!("run this by `cargo xtask bench window`, which builds what it compares");
        return;
    };
    let rounds = 7;

    let chain = chain(1_000);
    let locked = Bench::synced(&chain).into_home();
    let display = Display::open();
    let (mut starts, mut memory) = (Figures::default(), Figures::default());
    for round in 0..rounds {
        let empty = tempfile::tempdir().expect("a scratch folder");
        let programs = [
            Program::new("bare", &bare),
            Program::new("satchel_new", &wallet).home(empty.path(), &chain.url()),
            Program::new("satchel_locked", &wallet).home(locked.path(), &chain.url()),
        ];
        for program in programs {
            let running = program.start(&display);
            starts.add(program.name, running.painted_after.as_secs_f64() * 1e3);
            // Memory settles at the same place every time; three looks are enough.
            if round < 3 {
                memory.add(program.name, running.idle_mebibytes());
            }
            running.end();
        }
    }
    let mut sizes = Figures::default();
    for (name, path) in [("bare", &bare), ("satchel", &wallet)] {
        let bytes = std::fs::metadata(path).expect("it was just run").len();
        sizes.add(name, bytes as f64 / 1e6);
    }
    figures::print(
        "window",
        &[
            ("cold_start", Unit::Milliseconds, &starts),
            ("idle_memory_pss", Unit::Mebibytes, &memory),
            ("binary_size", Unit::Megabytes, &sizes),
        ],
    );
}
