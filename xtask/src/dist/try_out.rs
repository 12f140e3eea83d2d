//! Tries the package out in a Debian that has nothing: it installs, starts and shows itself, takes a link in its second
//! start, and leaves nothing of its own when it is removed, but what belongs to its owner, which a later one finds again.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::{Dist, linux};
use crate::process;
use crate::setup::Consent;
use crate::setup::packages::{self, TRYING_OUT};

/// Longest that a program may take to show itself, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(120);

/// The display that the program is shown on. Programs find it by a name that holds in every root.
const DISPLAY: &str = ":87";

/// For a wallet that is worth nothing.
const PASSPHRASE: &str = "four random words here";

/// Where the wallet is found again.
const LISTED: &str = "Try";

pub fn in_a_clean_root(dist: &Dist) -> Result<()> {
    packages::install_all(&dist.workspace, TRYING_OUT, Consent::Given)?;
    let root = Root::make(&dist.build.join("root"))?;
    let deb = linux::deb(dist);
    std::fs::copy(&deb, root.dir.join("satchel.deb"))
        .with_context(|| format!("{} was not made", deb.display()))?;
    install(&root)?;
    let listed = root.output(&["dpkg", "-L", "satchel"])?;
    println!("\nThe package brings:\n{listed}");
    let own: Vec<&str> = listed.lines().filter(|path| path.len() > 1).collect();
    root.run(&["satchel", "--version"])?;
    root.run(&["useradd", "--create-home", "person"])?;
    let picture = dist.build.join("installed.png");
    root.shows_itself(&picture)?;
    println!("It shows itself: {}", picture.display());
    let made = ["wallet", "create", "--name", LISTED, "--network", "regtest"];
    root.satchel(&made)?;

    let data = root.data()?;
    ensure!(data.lines().count() > 1, "there is no wallet: {data}");
    for how in ["remove", "purge"] {
        root.run(&["apt-get", how, "-q", "-y", "satchel"])?;
        let left = left(&root, &own)?;
        ensure!(left.is_empty(), "after `apt-get {how}` there is {left:?}");
        ensure!(
            root.data()? == data,
            "`apt-get {how}` changed its owner's files"
        );
        println!("`apt-get {how}` leaves nothing of its own, and its owner's files as they were.");
        // Of a package without settings there is nothing to purge once it was removed.
        install(&root)?;
    }
    let wallets = root.satchel(&["wallet", "list"])?;
    ensure!(
        wallets.contains(LISTED),
        "the wallet is not found again: {wallets}"
    );
    println!("Installed again, it finds the wallet.");
    Ok(())
}

fn install(root: &Root) -> Result<()> {
    let install = ["apt-get", "install", "-q", "-y", "--no-install-recommends"];
    root.run(&[&install[..], &["/satchel.deb"]].concat())
}

/// Returns what is there of the package: files and folders that it brought, what is named after it anywhere, and that it
/// is still known to be installed.
fn left(root: &Root, own: &[&str]) -> Result<Vec<String>> {
    let mut left: Vec<String> = own
        .iter()
        // A folder that others have files in stays, as `/usr/bin` does.
        .filter(|path| {
            let here = root.dir.join(path.trim_start_matches('/'));
            here.is_file() || here.is_symlink()
        })
        .map(|path| (*path).to_owned())
        .collect();
    let named = root.output(&[
        "find",
        "/",
        "-xdev",
        "(",
        "-path",
        "/home",
        "-o",
        "-path",
        "/proc",
        ")",
        "-prune",
        "-o",
        "-iname",
        "*satchel*",
        "-print",
    ])?;
    left.extend(still_there(&named));
    let state = root.output(&["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n"])?;
    left.extend(
        state
            .lines()
            .filter(|line| *line == "satchel installed")
            .map(str::to_owned),
    );
    Ok(left)
}

/// Leaves out the file that was installed from. dpkg keeps nothing of a package that has no settings of the system.
fn still_there(named: &str) -> Vec<String> {
    let paths = named.lines().filter(|path| *path != "/satchel.deb");
    paths.map(str::to_owned).collect()
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

    /// Runs the command line as its owner does, and returns what it prints.
    fn satchel(&self, words: &[&str]) -> Result<String> {
        let passphrase = format!("SATCHEL_PASSPHRASE={PASSPHRASE}");
        let start = ["satchel", "--yes"];
        process::output(&mut self.person(&[&passphrase], &[&start[..], words].concat()))
    }

    /// Every file of the person's wallets, with its checksum.
    fn data(&self) -> Result<String> {
        self.output(&[
            "sh",
            "-c",
            "find /home/person/.local/share/satchel -type f -print0 | sort -z | xargs -0 sha256sum",
        ])
    }

    /// Makes a command that a person runs, with these variables and a home.
    fn person(&self, variables: &[&str], words: &[&str]) -> Command {
        let mut command = self.command(&[]);
        // What starts it is still to be found; what it starts gets an environment of its own.
        command
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        command
            .args(["setpriv", "--reuid=person", "--regid=person"])
            .args(["--clear-groups", "env", "-i"])
            .args(["HOME=/home/person", "PATH=/usr/bin:/bin"])
            .args(variables)
            .args(words);
        command
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
        let display = format!("DISPLAY={DISPLAY}");
        let person = |words: &[&str]| {
            let variables = [
                &display,
                "XDG_RUNTIME_DIR=/home/person/run",
                "LIBGL_ALWAYS_SOFTWARE=1",
            ];
            self.person(&variables, words)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_after_the_package_is_left_but_for_the_file_it_came_in() {
        let named = "/satchel.deb\n/usr/share/satchel\n/var/lib/dpkg/info/satchel.list\n";
        assert_eq!(
            still_there(named),
            ["/usr/share/satchel", "/var/lib/dpkg/info/satchel.list"]
        );
    }
}
