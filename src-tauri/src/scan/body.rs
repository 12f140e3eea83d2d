//! Bytes that a page sends as they are: frames of the camera, pictures that were pasted or dropped.
//!
//! Where a page cannot send bytes (Android's web view hands no bodies on), they come as `{"bytes": "…"}`, in base64.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use specta::Types;
use specta::datatype::DataType;
use specta::function::FunctionArg;
use tauri::Runtime;
use tauri::ipc::{CommandArg, CommandItem, InvokeBody, InvokeError};

use satchel_wire::{Code, IpcError};

use super::MAX_FILE;

/// Pixels of a frame at most: a full picture of a good camera made smaller is enough.
const MAX_FRAME: usize = 1920 * 1920;

/// A frame of the camera: number of the scan (4 bytes, little endian), width and height (2 each), then brightness, a
/// byte a pixel.
pub struct Frame {
    /// The scan.
    pub scan: u32,
    /// Pixels a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Brightness.
    pub luma: Vec<u8>,
}

/// A picture or file: number of the scan (4 bytes, little endian), then its bytes.
pub struct Image {
    /// The scan.
    pub scan: u32,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Frame {
    fn read(body: &[u8]) -> Option<Self> {
        let (scan, rest) = body.split_first_chunk::<4>()?;
        let (width, rest) = rest.split_first_chunk::<2>()?;
        let (height, luma) = rest.split_first_chunk::<2>()?;
        let (width, height) = (u16::from_le_bytes(*width), u16::from_le_bytes(*height));
        let (width, height) = (usize::from(width), usize::from(height));
        let fits = luma.len() <= MAX_FRAME && width.checked_mul(height) == Some(luma.len());
        (fits && !luma.is_empty()).then(|| Self {
            scan: u32::from_le_bytes(*scan),
            width,
            height,
            luma: luma.to_vec(),
        })
    }
}

impl Image {
    fn read(body: &[u8]) -> Option<Self> {
        let (scan, bytes) = body.split_first_chunk::<4>()?;
        (bytes.len() <= MAX_FILE).then(|| Self {
            scan: u32::from_le_bytes(*scan),
            bytes: bytes.to_vec(),
        })
    }
}

/// Reads the body of a call, in whichever way it came.
fn body<T>(body: &InvokeBody, read: fn(&[u8]) -> Option<T>) -> Option<T> {
    match body {
        InvokeBody::Raw(bytes) => read(bytes),
        InvokeBody::Json(value) => {
            let text = value.get("bytes")?.as_str()?;
            // A third more than the bytes; what is longer is not decoded.
            if text.len() > MAX_FILE / 3 * 4 + 64 {
                return None;
            }
            read(&BASE64_STANDARD.decode(text).ok()?)
        }
    }
}

fn from_command<T, R: Runtime>(
    command: &CommandItem<'_, R>,
    read: fn(&[u8]) -> Option<T>,
) -> Result<T, InvokeError> {
    body(command.message.payload(), read).ok_or_else(|| {
        let error = IpcError::new(
            Code::BadInput,
            "The bytes of this call are not what it takes.",
        );
        InvokeError::from(serde_json::to_value(error).unwrap_or_default())
    })
}

impl<'de, R: Runtime> CommandArg<'de, R> for Frame {
    fn from_command(command: CommandItem<'de, R>) -> Result<Self, InvokeError> {
        from_command(&command, Self::read)
    }
}

impl<'de, R: Runtime> CommandArg<'de, R> for Image {
    fn from_command(command: CommandItem<'de, R>) -> Result<Self, InvokeError> {
        from_command(&command, Self::read)
    }
}

// Not an argument of the generated call: a body is sent by hand (`src/ipc/tauri.ts`).
impl FunctionArg for Frame {
    fn to_datatype(_: &mut Types) -> Option<DataType> {
        None
    }
}

impl FunctionArg for Image {
    fn to_datatype(_: &mut Types) -> Option<DataType> {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_frame_has_as_many_pixels_as_it_says() {
        let frame = [&[7, 0, 0, 0, 3, 0, 2, 0][..], &[9; 6]].concat();
        let read = Frame::read(&frame).expect("whole");
        assert_eq!(
            (read.scan, read.width, read.height, read.luma),
            (7, 3, 2, vec![9; 6])
        );
        for length in 0..frame.len() {
            assert!(Frame::read(&frame[..length]).is_none(), "{length}");
        }
        assert!(Frame::read(&[&frame[..], &[9]].concat()).is_none());
        assert!(
            Frame::read(&[7, 0, 0, 0, 0, 0, 2, 0]).is_none(),
            "no pixels"
        );
    }

    #[test]
    fn bytes_come_in_two_ways_and_no_third() {
        let sent = [1, 0, 0, 0, 5, 6];
        let raw = body(&InvokeBody::Raw(sent.to_vec()), Image::read).expect("raw");
        let text = BASE64_STANDARD.encode(sent);
        let json = InvokeBody::Json(json!({ "bytes": text }));
        let told = body(&json, Image::read).expect("in base64");
        assert_eq!((raw.scan, &raw.bytes), (told.scan, &told.bytes));
        for other in [
            json!({ "bytes": [1, 0, 0, 0, 5] }),
            json!([1, 0, 0, 0]),
            json!({}),
        ] {
            assert!(body(&InvokeBody::Json(other), Image::read).is_none());
        }
        assert!(body(&InvokeBody::Raw(vec![1, 0, 0]), Image::read).is_none());
    }
}
