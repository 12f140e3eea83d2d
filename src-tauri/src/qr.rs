//! Texts as QR codes (ISO/IEC 18004).

use std::fmt::Write;

use qrcodegen::{QrCode, QrCodeEcc};
use satchel_qr::{Code as FrameCode, Density, Payload, Show, ShowError};
use satchel_wire::payment::Qr;
use satchel_wire::scan::ShownFrames;
use satchel_wire::{Code, IpcError};

/// Draws a text.
///
/// # Errors
/// [`Code::BadInput`] when it is empty or does not fit.
pub fn draw(text: &str) -> Result<Qr, IpcError> {
    let refused = |why: &str| IpcError::new(Code::BadInput, why);
    if text.is_empty() {
        return Err(refused("text: there is nothing to draw"));
    }
    // Medium correction reads well from a screen; a text too long for it gets the least.
    let code = QrCode::encode_text(text, QrCodeEcc::Medium)
        .or_else(|_| QrCode::encode_text(text, QrCodeEcc::Low))
        .map_err(|_| refused("text: a QR code holds at most 2953 bytes"))?;
    let size = code.size();
    Ok(Qr {
        size: size.unsigned_abs(),
        path: path(size, |x, y| code.get_module(x, y)),
    })
}

/// Frames that are drawn in one answer.
const SOME: usize = 12;

/// Draws some frames of a payload, from the one of this number. After a round they begin again.
///
/// # Errors
/// [`Code::BadInput`] when it cannot be shown in this code.
pub fn frames(
    payload: &Payload,
    code: FrameCode,
    density: Density,
    from: u32,
) -> Result<ShownFrames, IpcError> {
    let refused = |error: ShowError| IpcError::new(Code::BadInput, error.to_string());
    let show = Show::new(payload, code, density).map_err(refused)?;
    let needed = show.needed();
    let count = show.round();
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let some = SOME.min(count.saturating_sub(from));
    let texts = show.skip(from.min(count)).take(some);
    let frames = texts
        .map(|text| draw_frame(&text))
        .collect::<Result<_, _>>()?;
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(ShownFrames {
        needed: number(needed),
        count: number(count),
        frames,
    })
}

/// Draws a frame, with the least correction: a screen has no stains.
fn draw_frame(text: &str) -> Result<Qr, IpcError> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low)
        .map_err(|_| IpcError::new(Code::Internal, "A frame does not fit into a code."))?;
    let size = code.size();
    Ok(Qr {
        size: size.unsigned_abs(),
        path: path(size, |x, y| code.get_module(x, y)),
    })
}

/// Writes the dark modules as rectangles one module high, one a run.
fn path(size: i32, dark: impl Fn(i32, i32) -> bool) -> String {
    let mut out = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let start = x;
            while x < size && dark(x, y) {
                x += 1;
            }
            let run = x - start;
            if run > 0 {
                write!(out, "M{start} {y}h{run}v1h-{run}z")
                    .expect("a string takes all that is written");
            }
            x += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_cover_exactly_the_dark_modules() {
        let rows = ["#.#", "###", "..#"];
        let dark = |x: i32, y: i32| {
            let row = rows[usize::try_from(y).expect("not negative")].as_bytes();
            row[usize::try_from(x).expect("not negative")] == b'#'
        };
        assert_eq!(
            path(3, dark),
            "M0 0h1v1h-1zM2 0h1v1h-1zM0 1h3v1h-3zM2 2h1v1h-1z"
        );
    }

    #[test]
    fn a_code_has_a_standard_size_and_its_corner_patterns() {
        let code = draw("bitcoin:bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080").expect("it fits");
        assert!((21..=177).contains(&code.size) && (code.size - 21).is_multiple_of(4));
        assert!(code.path.starts_with("M0 0h7v1h-7z"));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(draw(&"x".repeat(2953)).is_ok());
        assert_eq!(
            draw(&"x".repeat(2954)).map_err(|e| e.code),
            Err(Code::BadInput)
        );
        assert_eq!(draw("").map_err(|e| e.code), Err(Code::BadInput));
    }
}
