//! A program with a window: started, watched, ended.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::display::Display;

/// `--accent` of `src/styles/tokens.css` in light, and the button of `e2e/bare`.
const ACCENT: u32 = 0x008a_4f0f;
/// Far beyond any start; a start that takes longer is a failure and not a figure.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(4);

/// What is to be started.
pub struct Program {
    pub name: &'static str,
    path: PathBuf,
    env: Vec<(&'static str, String)>,
}

impl Program {
    pub fn new(name: &'static str, path: &Path) -> Self {
        Self {
            name,
            path: path.to_owned(),
            env: Vec::new(),
        }
    }

    /// The wallet's folder, and the chain it asks.
    pub fn home(mut self, home: &Path, chain: &str) -> Self {
        self.env
            .push(("SATCHEL_HOME", home.to_string_lossy().into_owned()));
        self.env.push(("SATCHEL_SANDBOX_URL", chain.to_owned()));
        self
    }

    /// Starts it and waits until its button is painted.
    pub fn start(&self, display: &Display) -> Running {
        // The display clears what the last program left a moment after its end.
        while display.shows(ACCENT) {
            thread::sleep(LOOK_EVERY);
        }
        let begun = Instant::now();
        let mut child = Command::new(&self.path)
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program was just built");
        while !display.shows(ACCENT) {
            let ended = child.try_wait().expect("it is our child");
            assert!(ended.is_none(), "{} ended: {ended:?}", self.name);
            assert!(begun.elapsed() < PATIENCE, "{} paints nothing", self.name);
            thread::sleep(LOOK_EVERY);
        }
        Running {
            child,
            painted_after: begun.elapsed(),
        }
    }
}

/// A started program whose window is painted.
pub struct Running {
    child: Child,
    /// From start to button.
    pub painted_after: Duration,
}

impl Running {
    /// Waits until the program and its helpers rest, and returns their proportional set size: memory
    /// that several share is counted in parts.
    pub fn idle_mebibytes(&self) -> f64 {
        let begun = Instant::now();
        let mut before = self.ticks();
        let mut calm = 0;
        // At rest: three seconds of at most 2 % of one core each.
        while calm < 3 && begun.elapsed() < PATIENCE {
            thread::sleep(Duration::from_secs(1));
            let now = self.ticks();
            calm = if now.saturating_sub(before) <= 2 {
                calm + 1
            } else {
                0
            };
            before = now;
        }
        let kibibytes: u64 = self.tree().into_iter().filter_map(pss_kibibytes).sum();
        kibibytes as f64 / 1024.0
    }

    /// Ends it, and waits until its helpers are gone too.
    pub fn end(mut self) {
        let tree = self.tree();
        // It may have ended by itself; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let alive = |pid: &u32| Path::new(&format!("/proc/{pid}/exe")).exists();
        while tree.iter().any(alive) {
            thread::sleep(LOOK_EVERY);
        }
    }

    /// The process and all below it.
    fn tree(&self) -> Vec<u32> {
        let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
        for entry in fs::read_dir("/proc").expect("Linux has it").flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse().ok()) else {
                continue;
            };
            if let Some(parent) = stat(pid, 1) {
                children.entry(parent as u32).or_default().push(pid);
            }
        }
        let mut tree = vec![self.child.id()];
        let mut next = 0;
        while next < tree.len() {
            tree.extend(children.remove(&tree[next]).unwrap_or_default());
            next += 1;
        }
        tree
    }

    /// Processor time used by all of them, in clock ticks.
    fn ticks(&self) -> u64 {
        let used = |pid| Some(stat(pid, 11)? + stat(pid, 12)?);
        self.tree().into_iter().filter_map(used).sum()
    }
}

/// A number of `/proc/PID/stat`, counted from the field after the program's name.
fn stat(pid: u32, field: usize) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    rest.split_whitespace().nth(field)?.parse().ok()
}

fn pss_kibibytes(pid: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.split_whitespace().next()?.parse().ok()
}
