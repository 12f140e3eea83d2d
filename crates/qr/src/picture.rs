//! QR codes in pictures: frames of a camera, files, what somebody copied.
//!
//! Finding is ours, since what is found must not be able to end the program or keep it busy; reading the modules
//! that were found, with their correction, is `rqrr`'s.

mod bits;
mod file;
mod finders;
mod grid;
mod plane;
mod write;

use self::bits::Bits;
pub use self::write::png_of;

/// Pixels that a picture has at most: more than most cameras make.
pub const MAX_PIXELS: usize = 16 * 1024 * 1024;
/// Pixels that are searched; larger pictures are made smaller first.
const MAX_SEARCHED: usize = 4 * 1024 * 1024;
/// QR codes that are read from one picture at most.
const MAX_CODES: usize = 8;

/// Why a picture was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// It has more than [`MAX_PIXELS`].
    #[error("the picture is too large")]
    TooLarge,
    /// The bytes are fewer or more than width and height say, or there are none.
    #[error("the picture has not the size it says")]
    WrongSize,
    /// It is neither PNG nor JPEG.
    #[error("this kind of picture is not known here")]
    UnknownFormat,
    /// It begins like a PNG or JPEG and goes on like none, or takes more memory than it is worth.
    #[error("the picture is damaged")]
    Damaged,
}

/// A picture in shades of grey.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    /// Row by row, 0 is black.
    luma: Vec<u8>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} × {})", self.width, self.height)
    }
}

impl Picture {
    /// Takes brightness, a byte a pixel, row by row without gaps: what cameras call luma or Y.
    ///
    /// # Errors
    /// [`PictureError::TooLarge`], [`PictureError::WrongSize`].
    pub fn from_luma(width: usize, height: usize, luma: Vec<u8>) -> Result<Self, PictureError> {
        if pixels(width, height)? != luma.len() {
            return Err(PictureError::WrongSize);
        }
        Ok(Self {
            width,
            height,
            luma,
        })
    }

    /// Takes red, green, blue and opacity, a byte each, row by row without gaps, as clipboards and canvases give it.
    /// What is transparent shows white.
    ///
    /// # Errors
    /// [`PictureError::TooLarge`], [`PictureError::WrongSize`].
    pub fn from_rgba(width: usize, height: usize, rgba: &[u8]) -> Result<Self, PictureError> {
        let count = pixels(width, height)?;
        let (pixels, rest) = rgba.as_chunks::<4>();
        if !rest.is_empty() || count != pixels.len() {
            return Err(PictureError::WrongSize);
        }
        let luma = pixels
            .iter()
            .map(|[r, g, b, a]| over_white(luma(*r, *g, *b), *a));
        Self::from_luma(width, height, luma.collect())
    }

    /// Returns whether bytes begin like a file that [`Picture::from_file`] reads.
    #[must_use]
    pub fn is_picture(bytes: &[u8]) -> bool {
        bytes.starts_with(b"\x89PNG") || bytes.starts_with(b"\xff\xd8\xff")
    }

    /// Reads a PNG or JPEG file.
    ///
    /// # Errors
    /// Every [`PictureError`].
    pub fn from_file(bytes: &[u8]) -> Result<Self, PictureError> {
        file::read(bytes)
    }

    /// Returns what the QR codes in the picture say, each once. Which of several comes first is not told.
    #[must_use]
    pub fn read(&self) -> Vec<String> {
        let mut step = self.luma.len().div_ceil(MAX_SEARCHED).isqrt().max(1);
        while (self.width / step) * (self.height / step) > MAX_SEARCHED {
            step += 1;
        }
        let whole = self.shrunk(step);
        // Half the size takes away noise and the grid of a screen; the inverse is for dark pages.
        let half = whole.shrunk(2);
        let attempts: [&dyn Fn() -> Bits; 5] = [
            &|| Bits::by_extremes(&whole),
            &|| Bits::by_average(&half),
            &|| Bits::by_histogram(&whole),
            &|| Bits::by_extremes(&whole.inverse()),
            &|| Bits::by_extremes(&half),
        ];
        let found = attempts.iter().map(|bits| read_bits(&bits()));
        found
            .into_iter()
            .find(|texts| !texts.is_empty())
            .unwrap_or_default()
    }

    /// Makes one pixel of `step` by `step`.
    fn shrunk(&self, step: usize) -> Self {
        if step <= 1 {
            return self.clone();
        }
        let (width, height) = (self.width / step, self.height / step);
        let mut luma = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let rows = (0..step).map(|dy| (y * step + dy) * self.width + x * step);
                let sum: usize = rows
                    .flat_map(|start| &self.luma[start..start + step])
                    .map(|pixel| usize::from(*pixel))
                    .sum();
                luma.push(u8::try_from(sum / (step * step)).unwrap_or(u8::MAX));
            }
        }
        Self {
            width,
            height,
            luma,
        }
    }

    fn inverse(&self) -> Self {
        Self {
            luma: self.luma.iter().map(|pixel| !pixel).collect(),
            ..*self
        }
    }
}

/// Returns how many pixels there are.
fn pixels(width: usize, height: usize) -> Result<usize, PictureError> {
    let pixels = width.checked_mul(height).ok_or(PictureError::TooLarge)?;
    match pixels {
        0 => Err(PictureError::WrongSize),
        1..=MAX_PIXELS => Ok(pixels),
        _ => Err(PictureError::TooLarge),
    }
}

/// Brightness of a colour (ITU-R BT.601).
fn luma(r: u8, g: u8, b: u8) -> u8 {
    let sum = 77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b);
    u8::try_from(sum >> 8).unwrap_or(u8::MAX)
}

/// What is seen of a brightness on white, when it covers as much as `alpha` says.
fn over_white(luma: u8, alpha: u8) -> u8 {
    let alpha = u32::from(alpha);
    let sum = u32::from(luma) * alpha + 255 * (255 - alpha);
    u8::try_from(sum / 255).unwrap_or(u8::MAX)
}

fn read_bits(bits: &Bits) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let mut used = Vec::new();
    for corners in finders::corners(bits) {
        if texts.len() >= MAX_CODES || corners.iter().any(|corner| used.contains(corner)) {
            continue;
        }
        if let Some(text) = grid::read(bits, &corners) {
            used.extend(corners);
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    texts
}
