//! Adding a device that is here, and becoming one that is added: two programs, two terminals.

use std::io::BufRead;
use std::net::SocketAddr;
use std::path::Path;

use qrcodegen::{QrCode, QrCodeEcc};
use satchel_app::App;
use satchel_app::found_circle::DeviceName;
use satchel_app::join_pairing::{JoiningGuest, PairingCode};
use satchel_pairing::Digits;
use satchel_secrets::SecretText;
use satchel_wire::circle::Circle;
use satchel_wire::{Code, IpcError};
use tokio_util::sync::CancellationToken;

use crate::compose::Session;
use crate::output::Output;
use crate::secret_input;

/// Shows a code, waits for the device that reads it, takes the digits that it shows, and adds it. The code
/// is written to standard error, where notes for people go, or into a file.
pub async fn add(
    code_to: Option<&Path>,
    give_keys: bool,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    let cancel = until_interrupted();
    let mut pairing = app.host_pairing().await?;
    match code_to {
        Some(path) => write_code(path, pairing.text())?,
        None => {
            let text = pairing.text().expose();
            output.aside(&drawn(text));
            output.aside(&format!("Code: {text}"));
            output.aside(&format!("Or the words: {}", pairing.words().expose()));
            let at: Vec<_> = pairing
                .addresses()
                .iter()
                .map(SocketAddr::to_string)
                .collect();
            output.aside(&format!("At: {}", at.join(" ")));
            output.aside("It is good for two minutes. Show it to nobody but your own device.");
        }
    }
    let guest = app.await_guest(&mut pairing, &cancel).await?;
    output.aside(&format!(
        "{} has come. Type the digits that it shows:",
        guest.name().name
    ));
    let Some(digits) = digits().await? else {
        guest.send_away().await;
        return Err(IpcError::new(
            Code::BadInput,
            "These are not six digits. Nothing was added.",
        ));
    };
    let added = Box::pin(app.admit_guest(guest, &digits, &cancel)).await?;
    if give_keys {
        Box::pin(app.give_keys(added, &cancel)).await?;
    } else {
        added.watches().await;
    }
    output.answer(&Circle::from(app.circle()?))
}

/// Reads the code that another device shows, shows digits, and joins when they were typed there.
pub async fn join(
    name: DeviceName,
    code_file: Option<&Path>,
    at: &[SocketAddr],
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let (app, _): (&App, _) = session.unlock_or_create().await?;
    let cancel = until_interrupted();
    let code = read_code(code_file, at)?;
    let guest = app.join_pairing(&code, name, &cancel).await?;
    finish(app, guest, &cancel, output).await
}

/// Reads the code that a device of the same circle shows, shows digits, and holds the keys that it gives.
pub async fn take_keys(
    code_file: Option<&Path>,
    at: &[SocketAddr],
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    let cancel = until_interrupted();
    let code = read_code(code_file, at)?;
    let guest = app.ask_for_keys(&code, &cancel).await?;
    finish(app, guest, &cancel, output).await
}

fn read_code(code_file: Option<&Path>, at: &[SocketAddr]) -> Result<PairingCode, IpcError> {
    let text = match code_file {
        Some(path) => secret_input::first_line(path)?,
        None => secret_input::ask("Code or words that the other device shows: ")?,
    };
    Ok(PairingCode::read(&text, at)?)
}

async fn finish(
    app: &App,
    guest: JoiningGuest,
    cancel: &CancellationToken,
    output: &Output,
) -> Result<(), IpcError> {
    output.aside(&format!(
        "Type these digits on the other device: {}",
        guest.digits().expose()
    ));
    let joined = Box::pin(app.finish_joining(guest, cancel)).await?;
    match joined.keys {
        None => output.note("This device watches; it was given no keys."),
        Some(Ok(_)) => output.note("This device holds keys now."),
        // It belongs all the same; what went wrong is the answer.
        Some(Err(error)) => return Err(error.into()),
    }
    output.answer(&Circle::from(app.circle()?))
}

/// Cancelled by Ctrl-C.
fn until_interrupted() -> CancellationToken {
    let cancel = CancellationToken::new();
    let cancelled = cancel.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            cancelled.cancel();
        }
    });
    cancel
}

/// Takes a line of standard input, where a script may write it too. They prove the other device, and are worth
/// nothing to anybody once they were typed.
async fn digits() -> Result<Option<Digits>, IpcError> {
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        read.map(|_| SecretText::new(line))
    });
    match read.await {
        Ok(Ok(line)) => Ok(Digits::read(&line)),
        _ => Err(IpcError::new(
            Code::NoConfirm,
            "There is nobody to type the digits.",
        )),
    }
}

/// Writes the code where its owner alone reads it.
fn write_code(path: &Path, text: &SecretText) -> Result<(), IpcError> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(format!("{}\n", text.expose()).as_bytes()));
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            IpcError::new(Code::FileExists, "A file of that name is there already.")
        }
        _ => IpcError::new(Code::Io, "The code could not be written."),
    })
}

/// Draws a text as a QR code (ISO/IEC 18004) of half blocks, two rows a line, dark on light whatever the
/// terminal's colours are.
pub(super) fn drawn(text: &str) -> String {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Low) else {
        return String::new();
    };
    /// Light modules around a code, without which it is not found.
    const QUIET: i32 = 2;
    let size = code.size();
    let mut out = String::new();
    for y in (-QUIET..size + QUIET).step_by(2) {
        out.push_str("\u{1b}[30;47m");
        for x in -QUIET..size + QUIET {
            // Outside of a code every module is light.
            out.push(match (code.get_module(x, y), code.get_module(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        out.push_str("\u{1b}[0m\n");
    }
    out
}
