//! What keeps other programs of the same person out of this one, as far as the system lets a program
//! ask for it.

use std::panic::PanicHookInfo;

/// What the system granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hardening {
    /// No core dump is written when the program is killed by a fault. Inherited by child processes.
    pub no_core_dumps: bool,
    /// Other programs of the same person cannot attach a debugger or read this one's memory. Its
    /// administrator still can. Not inherited by child processes.
    pub no_debugger: bool,
}

/// Closes what can be closed, and makes panics quiet. To be called first in `main`.
///
/// - Linux and Android: `prctl(PR_SET_DUMPABLE, 0)` and a core size limit of 0.
/// - macOS and iOS: a core size limit of 0; debuggers are kept out by the hardened runtime that a
///   program is signed with.
/// - Windows: nothing can be asked for that a program of the same person could not undo.
pub fn harden() -> Hardening {
    std::panic::set_hook(Box::new(say_where));
    Hardening {
        no_core_dumps: no_core_dumps(),
        no_debugger: no_debugger(),
    }
}

#[cfg(unix)]
fn no_core_dumps() -> bool {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none).is_ok()
}

#[cfg(not(unix))]
fn no_core_dumps() -> bool {
    false
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn no_debugger() -> bool {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn no_debugger() -> bool {
    false
}

/// Says where the program stopped, and nothing of what it held: a panic's message may quote values.
#[allow(clippy::print_stderr)] // There may be no logger left to say it with.
fn say_where(fault: &PanicHookInfo<'_>) {
    eprintln!("{}", place(fault.location()));
}

fn place(location: Option<&std::panic::Location<'_>>) -> String {
    match location {
        Some(at) => format!(
            "satchel stopped at a fault of its own ({}:{})",
            at.file(),
            at.line()
        ),
        None => "satchel stopped at a fault of its own".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const CHILD: &str = "SATCHEL_TEST_HARDEN_CHILD";

    /// Runs a test of this file in a process of its own, since what it does cannot be undone.
    fn child(test: &str) -> std::process::Output {
        Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", test, "--nocapture", "--test-threads=1"])
            .env(CHILD, "1")
            .output()
            .expect("it starts")
    }

    fn is_child() -> bool {
        std::env::var_os(CHILD).is_some()
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn nobody_attaches_and_nothing_is_dumped() {
        if is_child() {
            let granted = harden();
            assert!(granted.no_core_dumps && granted.no_debugger);
            let limits = std::fs::read_to_string("/proc/self/limits").expect("Linux has it");
            let core = limits
                .lines()
                .find(|line| line.starts_with("Max core file size"))
                .expect("a limit");
            let numbers: Vec<&str> = core.split_whitespace().skip(4).take(2).collect();
            assert_eq!(numbers, ["0", "0"]);
            assert_eq!(
                rustix::process::dumpable_behavior().expect("it can be asked"),
                rustix::process::DumpableBehavior::NotDumpable
            );
            return;
        }
        let output = child("harden::tests::nobody_attaches_and_nothing_is_dumped");
        assert!(output.status.success(), "{output:?}");
    }

    #[test]
    fn a_panic_says_where_and_not_what() {
        if is_child() {
            harden();
            let secret = "legal winner thank year";
            panic!("the words are {secret}");
        }
        let output = child("harden::tests::a_panic_says_where_and_not_what");
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("harden.rs:"), "{said}");
        assert!(!said.contains("winner"), "{said}");
    }
}
