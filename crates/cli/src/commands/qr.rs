//! Codes that cameras read: what they say, and showing them.
//!
//! What is read comes from a stranger, and is recognised by the use case that the window's scan has.

use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bitcoin::consensus::encode::serialize;
use qrcodegen::{QrCode, QrCodeEcc};
use satchel_app::seen::{Seen, recognise};
use satchel_ports::WalletFiles;
use satchel_qr::{
    Code as FrameCode, Collect, Density, FrameError, Kind, Payload, Picture, PictureError, Show,
    Sight, Took,
};
use satchel_store::DiskFiles;
use satchel_wire::scan::Seen as SeenTwin;
use satchel_wire::{Code, IpcError, parse};
use serde::Serialize;

use super::pair::drawn;
use crate::args::{DensityArg, FormArg, QrCodeArg, QrCommand, ShowArgs};
use crate::compose::Session;
use crate::human::Human;
use crate::output::Output;

/// Most bytes of a file that is looked at.
const MAX_FILE: u64 = 32 * 1024 * 1024;
/// Files that one transfer may take.
const MAX_FILES: usize = 2_000;
/// Pixels of a module in a picture.
const MODULE: usize = 6;
/// How long a frame stays on a terminal.
const A_FRAME: Duration = Duration::from_millis(250);

/// Codes that were shown.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// How many the other side needs at best.
    needed: usize,
    /// Their texts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    frames: Vec<String>,
    /// The pictures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<String>,
}

impl Human for Shown {
    fn human(&self) -> String {
        let lines = self.frames.iter().chain(&self.files);
        lines.map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

pub async fn run(command: QrCommand, session: &Session, output: &Output) -> Result<(), IpcError> {
    match command {
        QrCommand::Read {
            files,
            image,
            look_up,
            out,
        } => {
            let bytes = gather(&files, image)?;
            read(&bytes, look_up, out.as_deref(), session, output).await
        }
        QrCommand::Show {
            file,
            draft,
            code,
            density,
            form,
            out,
        } => {
            let payload = payload(file.as_deref(), draft.as_deref(), session).await?;
            let how = ShowArgs { density, form, out };
            match shown(&payload, code, how, output).await? {
                Some(shown) => output.answer(&shown),
                None => Ok(()),
            }
        }
    }
}

/// Shows a payload; returns what is to be answered, unless it was drawn.
pub(super) async fn shown(
    payload: &Payload,
    code: Option<QrCodeArg>,
    how: ShowArgs,
    output: &Output,
) -> Result<Option<Shown>, IpcError> {
    let (needed, frames) = frames(payload, code, how.density)?;
    let none = Vec::new();
    let (frames, files) = match how.form {
        FormArg::Text => (frames, none),
        FormArg::Png => (none, pictures(&frames, &how.out.unwrap_or_default())?),
        FormArg::Terminal => {
            on_terminal(&frames, output).await?;
            return Ok(None);
        }
    };
    Ok(Some(Shown {
        needed,
        frames,
        files,
    }))
}

pub(super) fn bad(what: &str) -> IpcError {
    IpcError::new(Code::BadInput, what)
}

/// Recovery words and keys belong into no picture and on no command line.
fn guarded() -> IpcError {
    bad(
        "These are recovery words or a private key. Nothing of it is shown or kept: `satchel wallet restore` \
         takes words.",
    )
}

/// Reads a file or standard input up to a limit.
fn bytes_of(path: &Path) -> Result<Vec<u8>, IpcError> {
    let unreadable = |_| IpcError::new(Code::FileNotFound, "The file cannot be read.");
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        let input = std::io::stdin().lock();
        input.take(MAX_FILE + 1).read_to_end(&mut bytes)
    } else {
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(MAX_FILE + 1).read_to_end(&mut bytes)
    }
    .map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(bad("The file is too large to be looked at."));
    }
    Ok(bytes)
}

/// Returns what the files carry together.
pub(super) fn gather(files: &[PathBuf], image: bool) -> Result<Vec<u8>, IpcError> {
    if files.len() > MAX_FILES {
        return Err(bad("These are more files than one transfer has."));
    }
    let mut collect = Collect::new();
    let mut last = Sight::Nothing;
    for path in files {
        let bytes = bytes_of(path)?;
        if Picture::is_picture(&bytes) || image {
            let picture = Picture::from_file(&bytes).map_err(refused_picture)?;
            last = collect.take_picture(&picture.read());
        } else if let Some(lines) = frames_in(&bytes) {
            for line in lines {
                last = collect.take_picture(&[line.to_owned()]);
                if matches!(last, Sight::Whole(_)) {
                    break;
                }
            }
        } else if files.len() == 1 {
            return Ok(bytes);
        } else {
            return Err(bad(
                "Of several files each is a picture or has lines of frames.",
            ));
        }
        if let Sight::Whole(payloads) = last {
            return one(payloads);
        }
    }
    Err(match last {
        Sight::Gathering(far) => bad(&format!(
            "{} of at least {} codes are here: give the others as well.",
            far.have, far.need
        )),
        Sight::Refused(FrameError::NeedsNewer) => bad("A newer version wrote this code."),
        Sight::Refused(FrameError::TooBig | FrameError::TooLong) => {
            bad("What it carries is too large.")
        }
        Sight::Refused(_) => IpcError::new(Code::FileDamaged, "What the codes make is damaged."),
        Sight::Nothing | Sight::Whole(_) => bad("There is no code in it."),
    })
}

/// Returns the lines of a text that are frames of a transfer; `None`: it is none.
fn frames_in(bytes: &[u8]) -> Option<impl Iterator<Item = &str>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_frame = match Collect::new().take(lines().next()?) {
        Ok(Took::Done(payload)) => payload.kind != Kind::Text,
        Ok(Took::More | Took::Again) => true,
        // A plain text is longer than any frame, or is one that was misread.
        Err(error) => error == FrameError::NeedsNewer,
    };
    is_frame.then(lines)
}

/// What is not known hangs beside many a code; two that are known are somebody's choice, not ours.
fn one(payloads: Vec<Payload>) -> Result<Vec<u8>, IpcError> {
    let is_known = |payload: &Payload| !matches!(recognise(&payload.bytes, None), Seen::Unknown);
    let (mut known, mut others): (Vec<_>, Vec<_>) = payloads.into_iter().partition(is_known);
    match (known.pop(), known.len()) {
        (Some(payload), 0) => Ok(payload.bytes),
        (Some(_), _) => Err(bad("Several codes are in the picture; one is wanted.")),
        (None, _) => Ok(others
            .pop()
            .map(|payload| payload.bytes)
            .unwrap_or_default()),
    }
}

fn refused_picture(error: PictureError) -> IpcError {
    match error {
        PictureError::TooLarge => bad("The picture is too large."),
        PictureError::UnknownFormat => bad("It is neither a PNG nor a JPEG picture."),
        PictureError::WrongSize | PictureError::Damaged => {
            IpcError::new(Code::FileDamaged, "The picture is damaged.")
        }
    }
}

async fn read(
    bytes: &[u8],
    look_up: bool,
    out: Option<&Path>,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    // Before anybody is asked for a passphrase.
    if matches!(recognise(bytes, None), Seen::Guarded) {
        return Err(guarded());
    }
    let wallet = if look_up {
        session.unlock().await?;
        session.wallet()?
    } else {
        None
    };
    let (seen, dealings) = session.app.recognise(wallet, bytes)?;
    let draft = match &seen {
        Seen::Psbt(psbt) if look_up => session.app.draft_of(psbt)?,
        _ => None,
    };
    if let Some(path) = out {
        if matches!(seen, Seen::Guarded | Seen::Pairing(_) | Seen::Unknown) {
            return Err(bad("It is nothing that is written into a file."));
        }
        DiskFiles.write(path, bytes, false).map_err(|error| {
            super::files::no_folder(satchel_app::export::ExportError::from(error).into())
        })?;
    }
    output.answer(&SeenTwin::new(&seen, dealings, draft))
}

/// Returns what is to be shown.
async fn payload(
    file: Option<&Path>,
    draft: Option<&str>,
    session: &Session,
) -> Result<Payload, IpcError> {
    if let Some(id) = draft {
        let draft = session.unlock().await?.draft(parse::draft_id(id)?)?;
        return Ok(Payload {
            kind: Kind::Psbt,
            bytes: draft.psbt.serialize(),
        });
    }
    let bytes = bytes_of(file.unwrap_or(Path::new("-")))?;
    let (kind, bytes) = match recognise(&bytes, None) {
        Seen::Guarded => return Err(guarded()),
        Seen::Pairing(_) => return Err(bad("`satchel device add` shows a new code each time.")),
        Seen::Unknown => return Err(bad("It is nothing that another wallet or Satchel reads.")),
        Seen::Psbt(psbt) => (Kind::Psbt, bitcoin::Psbt::serialize(&psbt)),
        Seen::Transaction(tx) => (Kind::Transaction, serialize(&*tx)),
        Seen::WalletFile => (Kind::WalletFile, bytes),
        Seen::Objects => (Kind::Objects, bytes),
        Seen::Heads => (Kind::Heads, bytes),
        Seen::DescriptorBackup => (Kind::Bytes, bytes),
        Seen::Payment(..)
        | Seen::NotPayable(_)
        | Seen::Lightning(_)
        | Seen::Descriptor(_)
        | Seen::AccountKey(_)
        | Seen::Labels { .. }
        | Seen::Server(_) => (Kind::Text, bytes.trim_ascii().to_vec()),
    };
    Ok(Payload { kind, bytes })
}

/// Returns how many frames are needed at best, and the texts of as many as are shown.
fn frames(
    payload: &Payload,
    code: Option<QrCodeArg>,
    density: DensityArg,
) -> Result<(usize, Vec<String>), IpcError> {
    let text = std::str::from_utf8(&payload.bytes)
        .ok()
        .filter(|text| payload.kind == Kind::Text && text.len() <= satchel_qr::MAX_PLAIN);
    let code = match (code, payload.kind) {
        (Some(code), _) => code,
        (None, Kind::Psbt | Kind::Transaction) => QrCodeArg::Bbqr,
        (None, _) if text.is_some() => QrCodeArg::Plain,
        (None, _) => QrCodeArg::Own,
    };
    let code = match code {
        QrCodeArg::Plain => {
            let text = text.ok_or_else(|| bad("Only a short text is shown plainly."))?;
            return Ok((1, vec![text.to_owned()]));
        }
        QrCodeArg::Own => FrameCode::Own,
        QrCodeArg::Bbqr => FrameCode::Bbqr,
        QrCodeArg::Ur => FrameCode::Ur,
    };
    let density = match density {
        DensityArg::Low => Density::Low,
        DensityArg::Medium => Density::Medium,
        DensityArg::High => Density::High,
    };
    let show = Show::new(payload, code, density).map_err(|error| bad(&error.to_string()))?;
    let (needed, round) = (show.needed(), show.round());
    Ok((needed, show.take(round).collect()))
}

/// Writes a picture of each frame into a folder; returns their paths.
fn pictures(frames: &[String], folder: &Path) -> Result<Vec<String>, IpcError> {
    let unwritten = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            IpcError::new(Code::FileExists, "A picture of that name is there already.")
        }
        _ => IpcError::new(Code::Io, "The pictures cannot be written."),
    };
    std::fs::create_dir_all(folder).map_err(unwritten)?;
    let mut files = Vec::with_capacity(frames.len());
    for (number, frame) in frames.iter().enumerate() {
        let code = QrCode::encode_text(frame, QrCodeEcc::Low)
            .map_err(|_| bad("A text does not fit into a code."))?;
        let size = usize::try_from(code.size()).unwrap_or_default();
        let at = |at: usize| i32::try_from(at).unwrap_or(i32::MAX);
        let file = satchel_qr::png_of(size, MODULE, |x, y| code.get_module(at(x), at(y)));
        let file = file.map_err(|error| bad(&error.to_string()))?;
        let path = folder.join(format!("frame-{:04}.png", number + 1));
        let mut new = std::fs::OpenOptions::new();
        let opened = new.write(true).create_new(true).open(&path);
        let written = opened.and_then(|mut handle| handle.write_all(&file));
        written.map_err(unwritten)?;
        files.push(path.display().to_string());
    }
    Ok(files)
}

/// Draws the frames one after the other: on a terminal in one place and over again until Ctrl-C, else once.
async fn on_terminal(frames: &[String], output: &Output) -> Result<(), IpcError> {
    let is_terminal = std::io::stdout().is_terminal();
    if frames.len() == 1 || !is_terminal || output.is_json() {
        for frame in frames {
            output.drawing(&drawn(frame))?;
        }
        return Ok(());
    }
    for (number, frame) in frames.iter().enumerate().cycle() {
        output.drawing(&format!(
            "\u{1b}[2J\u{1b}[H{}{}/{}  Ctrl-C ends it.",
            drawn(frame),
            number + 1,
            frames.len()
        ))?;
        tokio::select! {
            _ = tokio::signal::ctrl_c() => break,
            () = tokio::time::sleep(A_FRAME) => {}
        }
    }
    Ok(())
}
