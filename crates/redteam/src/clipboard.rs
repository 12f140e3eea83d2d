//! What lies in the display's clipboards.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt, CreateWindowAux, WindowClass};
use x11rb::rust_connection::RustConnection;

/// Longest wait for the owner of a clipboard.
const PATIENCE: Duration = Duration::from_secs(2);
const MOST: u32 = 1 << 20;

/// Returns what each clipboard gives in each form of text, by name.
///
/// # Errors
/// When there is no display.
pub fn read() -> Result<Vec<(String, Vec<u8>)>> {
    let (display, screen) = RustConnection::connect(None).context("there is no display")?;
    let root = &display.setup().roots[screen];
    let window = display.generate_id()?;
    let class = WindowClass::INPUT_OUTPUT;
    let plain = CreateWindowAux::new();
    display.create_window(0, window, root.root, 0, 0, 1, 1, 0, class, 0, &plain)?;
    let atom = |name: &str| -> Result<u32> {
        Ok(display.intern_atom(false, name.as_bytes())?.reply()?.atom)
    };
    let property = atom("SATCHEL_REDTEAM")?;
    let mut found = Vec::new();
    for selection in ["CLIPBOARD", "PRIMARY", "SECONDARY"] {
        for form in ["UTF8_STRING", "STRING", "text/plain", "text/html"] {
            let (from, to) = (atom(selection)?, atom(form)?);
            display.convert_selection(window, from, to, property, x11rb::CURRENT_TIME)?;
            display.flush()?;
            if answered(&display)? {
                let any = AtomEnum::ANY;
                let reply = display.get_property(true, window, property, any, 0, MOST)?;
                found.push((format!("{selection} as {form}"), reply.reply()?.value));
            }
        }
    }
    Ok(found)
}

/// Waits for the answer to a request. Returns whether there is something to read.
fn answered(display: &RustConnection) -> Result<bool> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        match display.poll_for_event()? {
            Some(Event::SelectionNotify(event)) => return Ok(event.property != x11rb::NONE),
            Some(_) => {}
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    }
    Ok(false)
}
