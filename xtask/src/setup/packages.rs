//! Packages of the operating system.

use std::collections::HashSet;
use std::io::{BufRead, IsTerminal, Write};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use super::{Consent, For};
use crate::metadata::Metadata;
use crate::process;

/// What building needs on Debian and Ubuntu, and why.
const BUILDING: &[(&str, &str)] = &[
    (
        "build-essential",
        "C and C++ compilers for the curve, the database and the consensus engine",
    ),
    ("pkg-config", "finds the libraries below"),
    (
        "cmake",
        "builds Bitcoin Core's consensus engine for the sandbox",
    ),
    ("libboost-dev", "headers that engine is compiled with"),
    ("libssl-dev", "the cipher behind the encrypted database"),
    ("libgtk-3-dev", "the window"),
    ("libwebkit2gtk-4.1-dev", "the web view in it"),
    ("librsvg2-dev", "its icons"),
];

/// What testing needs besides.
const TESTING: &[(&str, &str)] = &[
    ("xvfb", "a display for tests of the window"),
    ("xauth", "guards that display"),
    ("webkit2gtk-driver", "drives the real web view"),
    ("dbus", "a session bus for those tests alone"),
    (
        "dbus-x11",
        "the same, for programs that look for it on the display",
    ),
    (
        "gnome-keyring",
        "a secret service, for tests of the keychain",
    ),
    ("libsecret-1-0", "speaks to it"),
    (
        "apache2-bin",
        "a WebDAV server, for tests of the road to one; no service is started",
    ),
    ("python3", "runs clients of others against the sandbox"),
    ("python3-pip", "fetches those clients"),
    ("imagemagick", "takes screenshots"),
    ("xdotool", "presses keys in the window"),
    ("fonts-dejavu-core", "letters to be seen in screenshots"),
];

/// Shows and measures every screen at a phone's size. Ubuntu has no such package, but mostly another of these.
const BROWSER: (&str, &str) = ("chromium", "shows every screen at a phone's size");
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// What checking the code for Windows needs besides (`check-targets`), and running some of it.
pub const OTHER_WINDOWS: &[(&str, &str)] = &[(
    "gcc-mingw-w64-x86-64-win32",
    "compiles what Tauri embeds into a program for Windows",
)];
pub const WINE: &[(&str, &str)] = &[
    ("wine64", "runs tests of the code for Windows"),
    ("wine", "starts it"),
    ("xvfb", "a display for it"),
    ("xauth", "guards that display"),
];
/// What making a release needs besides (`dist`).
pub const DIST: &[(&str, &str)] = &[
    ("zip", "packs the programs for Windows"),
    ("xz-utils", "packs those for Linux"),
];
/// What trying its package out needs: an empty Debian, and a screen to see it on.
pub const TRYING_OUT: &[(&str, &str)] = &[
    ("debootstrap", "makes a Debian that has nothing yet"),
    ("xvfb", "a display"),
    ("imagemagick", "takes a picture of it"),
];
/// What type-checking Kotlin needs (`check-kotlin`).
pub const KOTLIN: &[(&str, &str)] = &[
    (
        "default-jdk-headless",
        "runs Kotlin's compiler, and compiles for it",
    ),
    (
        "libjackson2-databind-java",
        "what Tauri's Kotlin reads JSON with",
    ),
    ("python3", "reads the signatures of Android's API"),
    ("python3-pip", "fetches them"),
];

const MACOS: &str = "\
macOS: the Xcode command line tools (`xcode-select --install`), and by Homebrew `cmake boost`.";

const WINDOWS: &str = "\
Windows: the Visual Studio Build Tools with C++ and CMake, the WebView2 runtime (part of Windows 11),
the Boost headers, and Perl, with which OpenSSL builds itself.";

/// Installs what is missing, or says what to install where that cannot be done.
pub fn install(workspace: &Metadata, purpose: For, consent: Consent) -> Result<()> {
    let mut wanted = BUILDING.to_vec();
    if purpose == For::Testing {
        wanted.extend(TESTING);
        if BROWSERS.iter().all(|name| process::find(name).is_none()) {
            wanted.push(BROWSER);
        }
    }
    install_all(workspace, &wanted, consent)
}

/// Does the same with these alone.
pub fn install_all(workspace: &Metadata, wanted: &[(&str, &str)], consent: Consent) -> Result<()> {
    if process::find("dpkg-query").is_none() || process::find("apt-get").is_none() {
        tell(wanted);
        return Ok(());
    }
    let installed = installed(workspace, wanted)?;
    let missing: Vec<_> = wanted
        .iter()
        .filter(|(name, _)| !installed.contains(*name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("These system packages are missing and will be installed by apt:");
    for (name, why) in &missing {
        println!("  {name:<22} {why}");
    }
    let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
    let by_hand = format!(
        "apt-get install --no-install-recommends {}",
        names.join(" ")
    );
    let Some(prefix) = privilege(workspace) else {
        bail!("that needs root. Run this and try again:\n  sudo {by_hand}");
    };
    if consent == Consent::Ask && !agreed()? {
        bail!("nothing was installed. By hand it is:\n  {by_hand}");
    }
    renew(workspace, prefix);
    let install = ["install", "-q", "-y", "--no-install-recommends"];
    process::run(&mut apt(
        workspace,
        prefix,
        &[&install[..], &names[..]].concat(),
    ))
}

/// Renews what apt knows of packages, for who asks it by other ways than to install some.
pub fn update(workspace: &Metadata) {
    match privilege(workspace) {
        Some(prefix) => renew(workspace, prefix),
        None => println!("Only root can renew the package lists; trying with those at hand."),
    }
}

fn renew(workspace: &Metadata, prefix: &[&str]) {
    if let Err(error) = process::run(&mut apt(workspace, prefix, &["update", "-q"])) {
        println!("The package lists could not be renewed ({error}); trying with those at hand.");
    }
}

/// Makes a command of apt's, run as root.
fn apt(workspace: &Metadata, prefix: &[&str], words: &[&str]) -> Command {
    let line = [
        prefix,
        &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"],
        words,
    ]
    .concat();
    let mut command = process::command(line[0], &workspace.root);
    command
        .args(&line[1..])
        .args(["-o", "DPkg::Lock::Timeout=300"]);
    command
}

/// Returns which of the packages are installed.
fn installed(workspace: &Metadata, wanted: &[(&str, &str)]) -> Result<HashSet<String>> {
    // It fails as soon as one package is unknown, and tells of the others all the same.
    let output = process::command("dpkg-query", &workspace.root)
        .args(["-W", "-f", "${Package} ${db:Status-Status}\n"])
        .args(wanted.iter().map(|(name, _)| name))
        .stderr(Stdio::null())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    Ok(lines
        .filter(|(_, status)| *status == "installed")
        .map(|(name, _)| name.to_owned())
        .collect())
}

/// Returns what to put before a command so that it runs as root; `None` when it cannot.
fn privilege(workspace: &Metadata) -> Option<&'static [&'static str]> {
    let id = process::output(process::command("id", &workspace.root).arg("-u"));
    if id.is_ok_and(|id| id.trim() == "0") {
        return Some(&[]);
    }
    process::find("sudo")?;
    let silent = process::command("sudo", &workspace.root)
        .args(["-n", "true"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if silent {
        return Some(&["sudo", "-n"]);
    }
    // It asks for the password by itself, where there is somebody to ask.
    std::io::stdin().is_terminal().then_some(&["sudo"])
}

fn agreed() -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(true);
    }
    print!("Go on? [Y/n] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(
        answer.trim().to_lowercase().as_str(),
        "" | "y" | "yes"
    ))
}

/// Says what to install on a system this does not know how to install on.
fn tell(wanted: &[(&str, &str)]) {
    if cfg!(target_os = "macos") {
        println!("{MACOS}");
    } else if cfg!(windows) {
        println!("{WINDOWS}");
    } else {
        println!("This installs packages on Debian and Ubuntu only. What their names are there:");
        for (name, why) in wanted {
            println!("  {name:<22} {why}");
        }
    }
    println!("If the build below misses something, look here first.");
}
