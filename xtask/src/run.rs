//! `cargo xtask run`: the wallet's window, on a chain of its own.

mod children;
mod data_dir;
pub mod sandbox;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use self::children::Child;
use self::sandbox::Sandbox;
use crate::args::Args;
use crate::metadata::Metadata;
use crate::setup::{self, Consent, For};
use crate::{binaries, process};

/// What was asked for.
struct Wishes {
    home: Option<PathBuf>,
    backend: Option<String>,
    port: u16,
    release: bool,
}

pub fn command(mut args: Args) -> Result<ExitCode> {
    let wishes = Wishes {
        home: args.value("--home")?.map(std::path::absolute).transpose()?,
        backend: args.value("--backend")?,
        port: args.number("--port")?.unwrap_or(0),
        release: args.switch("--release"),
    };
    args.none_left()?;
    // Found out before minutes of building.
    check_display(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))?;

    let workspace = Metadata::read()?;
    setup::ready(&workspace, For::Running, Consent::Given)?;
    let built = match wishes.release {
        true => binaries::release(&workspace)?,
        false => binaries::debug(&workspace)?,
    };

    let sandbox = match wishes.backend {
        Some(_) => None,
        None => {
            let data = data_dir::of("satchel-sandbox")
                .context("there is no folder for the chain; set HOME, or name a --backend")?;
            let sandbox = Sandbox::start(&built.sandbox, &data, wishes.port)?;
            sandbox.tell(&data);
            Some((sandbox, data))
        }
    };
    let url = match (&sandbox, &wishes.backend) {
        (Some((sandbox, _)), _) => &sandbox.url,
        (None, Some(url)) => url,
        (None, None) => bail!("there is neither a sandbox nor a backend"),
    };

    let mut window = process::command(&built.wallet, &workspace.root);
    window.env("SATCHEL_SANDBOX_URL", url);
    if let Some((_, data)) = &sandbox {
        // What the node console is let in by.
        window.env("SATCHEL_SANDBOX_COOKIE", data.join(".cookie"));
    }
    if let Some(home) = wishes.home {
        window.arg("--home").arg(home);
    }
    println!("Opening the window. Closing it ends everything; so does Ctrl-C.");
    let status = Child::start(&mut window)?.wait()?;
    drop(sandbox);
    if !status.success() {
        bail!("the window ended with an error ({status})");
    }
    Ok(ExitCode::SUCCESS)
}

/// Checks that a window could be shown at all.
fn check_display(is_set: impl Fn(&str) -> bool) -> Result<()> {
    if !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") {
        return Ok(());
    }
    bail!(
        "there is no display to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set.\n\
         Start this in a desktop session. To try it without one (after `cargo xtask setup`):\n  \
         xvfb-run -a dbus-run-session -- cargo xtask run"
    )
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::check_display;

    #[test]
    fn a_missing_display_is_said_and_either_kind_will_do() {
        assert!(check_display(|name| name == "DISPLAY").is_ok());
        assert!(check_display(|name| name == "WAYLAND_DISPLAY").is_ok());
        let error = check_display(|_| false).expect_err("there is none");
        assert!(error.to_string().contains("no display"));
    }
}
