//! Programs that end when this one does.

use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How long a program may take to end by itself.
const GRACE: Duration = Duration::from_secs(10);

/// A program that runs beside this one.
///
/// It is ended when this value goes. Ctrl-C reaches it without help, since a terminal tells every
/// program in it; if this program is killed, the guard sees its own input close and ends it.
#[derive(Debug)]
pub struct Child {
    child: std::process::Child,
    guard: Option<std::process::Child>,
}

impl Child {
    pub fn start(command: &mut Command) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command
            .spawn()
            .with_context(|| format!("{program} cannot be started"))?;
        let guard = if cfg!(unix) {
            Some(guard(child.id())?)
        } else {
            None
        };
        Ok(Self { child, guard })
    }

    /// Returns the program's own handle.
    pub fn get(&mut self) -> &mut std::process::Child {
        &mut self.child
    }

    /// Waits until it ends by itself.
    pub fn wait(mut self) -> Result<ExitStatus> {
        Ok(self.child.wait()?)
    }

    /// Asks it to end, then ends it.
    fn end(&mut self) -> std::io::Result<()> {
        if let Some(mut guard) = self.guard.take() {
            // Before the number it watches can mean another program.
            guard.kill()?;
            guard.wait()?;
        }
        if self.child.try_wait()?.is_some() {
            return Ok(());
        }
        if cfg!(unix) {
            Command::new("kill")
                .arg(self.child.id().to_string())
                .status()?;
            let asked = Instant::now();
            while asked.elapsed() < GRACE {
                if self.child.try_wait()?.is_some() {
                    return Ok(());
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            eprintln!(
                "xtask: process {} could not be ended: {error}",
                self.child.id()
            );
        }
    }
}

/// Starts the guard of a process: it reads until this program's end of the pipe is gone.
fn guard(process: u32) -> Result<std::process::Child> {
    Command::new("sh")
        .args([
            "-c",
            "read -r _; kill \"$0\" 2>/dev/null",
            &process.to_string(),
        ])
        .stdin(Stdio::piped())
        .spawn()
        .context("`sh` cannot be started")
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::{BufRead, BufReader, Read};

    use super::*;

    /// A program that says it is there and then waits for ever.
    fn waiting() -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", "echo up; exec sleep 1000"])
            .stdout(Stdio::piped());
        command
    }

    fn output(child: &mut Child) -> BufReader<std::process::ChildStdout> {
        let mut out = BufReader::new(child.get().stdout.take().expect("it is piped"));
        let mut line = String::new();
        out.read_line(&mut line).expect("it can be read");
        assert_eq!(line, "up\n");
        out
    }

    #[test]
    fn a_child_ends_with_its_handle() {
        let mut child = Child::start(&mut waiting()).expect("it starts");
        let mut out = output(&mut child);
        drop(child);
        // The pipe ends only when the program does.
        assert_eq!(out.read_to_end(&mut Vec::new()).expect("it can be read"), 0);
    }

    #[test]
    fn a_child_ends_when_its_parent_is_gone() {
        let mut child = Child::start(&mut waiting()).expect("it starts");
        let mut out = output(&mut child);
        // What the system does to this program's pipes when it is killed.
        let mut guard = child.guard.take().expect("there is one");
        drop(guard.stdin.take());
        assert_eq!(out.read_to_end(&mut Vec::new()).expect("it can be read"), 0);
        guard.wait().expect("it ended");
    }
}
