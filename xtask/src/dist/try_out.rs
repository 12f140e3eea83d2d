//! Tries the package out in a Debian that has nothing: it installs, starts and shows itself, takes a link in its second
//! start, and leaves nothing of its own when it is removed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::{Dist, linux};
use crate::process;
use crate::setup::Consent;
use crate::setup::packages::{self, TRYING_OUT};

/// Longest that a program may take to show itself, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(120);

/// The display that the program is shown on. Programs find it by a name that holds in every root.
const DISPLAY: &str = ":87";

pub fn in_a_clean_root(dist: &Dist) -> Result<()> {
    packages::install_all(&dist.workspace, TRYING_OUT, Consent::Given)?;
    let root = Root::make(&dist.build.join("root"))?;
    let before = root.files()?;
    let deb = linux::deb(dist);
    std::fs::copy(&deb, root.dir.join("satchel.deb"))?;
    root.run(&[
        "apt-get",
        "install",
        "-q",
        "-y",
        "--no-install-recommends",
        "/satchel.deb",
    ])?;
    let own = root.output(&["dpkg", "-L", "satchel"])?;
    println!("\nThe package brings:\n{own}");
    root.run(&["satchel", "--version"])?;
    root.run(&["useradd", "--create-home", "person"])?;
    let picture = dist.build.join("installed.png");
    root.shows_itself(&picture)?;
    println!("It shows itself: {}", picture.display());
    root.run(&["apt-get", "purge", "-q", "-y", "satchel"])?;
    let after = root.files()?;
    let own: BTreeSet<_> = own.lines().collect();
    let left: Vec<_> = after
        .difference(&before)
        .filter(|path| own.contains(path.as_str()) && root.dir.join(&path[1..]).is_file())
        .collect();
    if !left.is_empty() {
        bail!("it left {left:?}");
    }
    println!("Removed, it leaves nothing of its own.");
    Ok(())
}

/// A Debian in a folder.
struct Root {
    dir: PathBuf,
    mounted: Vec<PathBuf>,
}

impl Root {
    fn make(dir: &Path) -> Result<Self> {
        if dir.exists() {
            std::fs::remove_dir_all(dir).context("the root of the last time cannot be removed")?;
        }
        let here = Path::new("/");
        let suite = process::output(
            process::command("sh", here)
                .args(["-c", ". /etc/os-release && echo \"$VERSION_CODENAME\""]),
        )?;
        // Where this machine has its packages from is where they are to be had.
        let mirror = process::output(process::command("apt-get", here).args([
            "indextargets",
            "--format",
            "$(REPO_URI)",
            "Created-By: Packages",
            "Component: main",
        ]))?;
        let mirror = mirror
            .lines()
            .find(|uri| uri.contains("/debian") && !uri.contains("security"))
            .context("apt names no mirror of Debian")?;
        let mut debootstrap = process::command("debootstrap", here);
        debootstrap
            .args(["--variant=minbase", suite.trim()])
            .arg(dir)
            .arg(mirror);
        process::run(&mut debootstrap)?;
        let mut root = Self {
            dir: dir.to_owned(),
            mounted: Vec::new(),
        };
        for (kind, what, place) in [("proc", "proc", "proc"), ("tmpfs", "shm", "dev/shm")] {
            let place = root.dir.join(place);
            std::fs::create_dir_all(&place)?;
            let mut mount = process::command("mount", here);
            process::run(mount.args(["-t", kind, what]).arg(&place))?;
            root.mounted.push(place);
        }
        // How packages are reached is this machine's matter, proxies and certificates too.
        let mut copy = process::command("sh", here);
        copy.arg("-c").arg(
            "cp -a /etc/apt/apt.conf.d/. \"$0/etc/apt/apt.conf.d/\"; cp -L /etc/resolv.conf \"$0/etc/\"; \
             mkdir -p \"$0/etc/ssl\" && cp -aL /etc/ssl/certs \"$0/etc/ssl/\"; true",
        );
        process::run(copy.arg(dir))?;
        root.run(&["apt-get", "update", "-q"])?;
        Ok(root)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut chroot = process::command("chroot", Path::new("/"));
        chroot
            .arg(&self.dir)
            .args(words)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        chroot
    }

    fn run(&self, words: &[&str]) -> Result<()> {
        process::run(&mut self.command(words))
    }

    fn output(&self, words: &[&str]) -> Result<String> {
        process::output(&mut self.command(words))
    }

    /// Every file, as its path in this root.
    fn files(&self) -> Result<BTreeSet<String>> {
        let text = self.output(&["find", "/usr", "/etc", "/opt", "/var/lib", "-xdev"])?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// Starts the wallet as a person does, and waits for its first screen; then starts it once more with a link, which has
    /// to end by itself because the first takes it.
    fn shows_itself(&self, picture: &Path) -> Result<()> {
        let screen = Running::start(process::command("Xvfb", Path::new("/")).args([
            DISPLAY,
            "-screen",
            "0",
            "1280x900x24",
            "-nolisten",
            "tcp",
            "-ac",
        ]))?;
        let person = |words: &[&str]| {
            let mut command = self.command(&[]);
            // What starts it is still to be found; what it starts gets an environment of its own.
            command
                .env_clear()
                .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
            command
                .args([
                    "setpriv",
                    "--reuid=person",
                    "--regid=person",
                    "--clear-groups",
                    "env",
                    "-i",
                ])
                .args([
                    &format!("DISPLAY={DISPLAY}"),
                    "HOME=/home/person",
                    "XDG_RUNTIME_DIR=/home/person/run",
                ])
                .args(["PATH=/usr/bin:/bin", "LIBGL_ALWAYS_SOFTWARE=1"])
                .args(words);
            command
        };
        process::run(&mut person(&[
            "mkdir",
            "-p",
            "-m",
            "700",
            "/home/person/run",
        ]))?;
        let wallet = Running::start(&mut person(&["satchel-wallet"]))?;
        let began = Instant::now();
        while !is_drawn(picture)? {
            if began.elapsed() > PATIENCE {
                bail!(
                    "it showed nothing within {} s: {}",
                    PATIENCE.as_secs(),
                    picture.display()
                );
            }
            std::thread::yield_now();
        }
        let link = "bitcoin:bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
        process::run(&mut person(&["satchel-wallet", link]))
            .context("a second start does not hand its link over")?;
        drop((wallet, screen));
        Ok(())
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        for place in self.mounted.iter().rev() {
            let mut umount = process::command("umount", Path::new("/"));
            if let Err(error) = process::run(umount.arg("--lazy").arg(place)) {
                eprintln!("{} stays mounted: {error}", place.display());
            }
        }
    }
}

/// Takes a picture of the screen; says whether more than one window's empty ground is on it.
fn is_drawn(picture: &Path) -> Result<bool> {
    let mut import = process::command("import", Path::new("/"));
    import
        .args(["-display", DISPLAY, "-window", "root"])
        .arg(picture)
        .stderr(Stdio::null());
    if !import.status()?.success() {
        return Ok(false);
    }
    let mut identify = process::command("identify", Path::new("/"));
    let colours = process::output(identify.args(["-format", "%k"]).arg(picture))?;
    // Letters have soft edges: a page with text on it has many colours, an empty one has two.
    Ok(colours
        .trim()
        .parse::<u32>()
        .is_ok_and(|colours| colours > 60))
}

/// A program that ends when this is dropped.
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> Result<Self> {
        Ok(Self(command.stdin(Stdio::null()).spawn()?))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
