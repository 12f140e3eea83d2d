//! A QR code as a picture file.

use png::{BitDepth, ColorType, Encoder};

use super::{PictureError, pixels};

/// Light modules around a code (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;

/// Draws a code of `size` modules a side as a PNG file, each module so many pixels wide.
///
/// # Errors
/// [`PictureError::WrongSize`] where there is nothing to draw, [`PictureError::TooLarge`].
pub fn png_of(
    size: usize,
    module: usize,
    dark: impl Fn(usize, usize) -> bool,
) -> Result<Vec<u8>, PictureError> {
    let modules = size.checked_add(2 * QUIET).ok_or(PictureError::TooLarge)?;
    let side = modules.checked_mul(module).ok_or(PictureError::TooLarge)?;
    if size == 0 {
        return Err(PictureError::WrongSize);
    }
    let mut luma = Vec::with_capacity(pixels(side, side)?);
    for y in 0..side {
        for x in 0..side {
            let inside = |at: usize| (at / module).checked_sub(QUIET).filter(|at| *at < size);
            let is_dark = matches!((inside(x), inside(y)), (Some(x), Some(y)) if dark(x, y));
            luma.push(if is_dark { 0 } else { u8::MAX });
        }
    }
    let side = u32::try_from(side).map_err(|_| PictureError::TooLarge)?;
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, side, side);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    // Memory takes all that is written.
    let mut writer = encoder.write_header().map_err(|_| PictureError::TooLarge)?;
    writer
        .write_image_data(&luma)
        .map_err(|_| PictureError::TooLarge)?;
    drop(writer);
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Picture;

    #[test]
    fn a_code_that_is_drawn_is_read_back() {
        let code =
            qrcodegen::QrCode::encode_text("a line", qrcodegen::QrCodeEcc::Low).expect("it fits");
        let size = usize::try_from(code.size()).expect("not negative");
        let at = |at: usize| i32::try_from(at).expect("small");
        let file = png_of(size, 4, |x, y| code.get_module(at(x), at(y))).expect("small");
        assert_eq!(
            Picture::from_file(&file).expect("a picture").read(),
            ["a line"]
        );
        assert_eq!(png_of(0, 4, |_, _| true), Err(PictureError::WrongSize));
        assert_eq!(png_of(9, 0, |_, _| true), Err(PictureError::WrongSize));
        assert_eq!(
            png_of(usize::MAX, 4, |_, _| true),
            Err(PictureError::TooLarge)
        );
        assert_eq!(png_of(9_000, 4, |_, _| true), Err(PictureError::TooLarge));
    }
}
