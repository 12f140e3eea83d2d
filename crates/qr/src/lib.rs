//! Payloads as one or many QR codes, and back.
//!
//! [`Show`] makes the texts of QR codes that are shown one after the other, without an end; [`Collect`]
//! takes texts in any order, repeated, with gaps, and gives the payload. Three codes are spoken:
//! between Satchels our own, of which any frames will do as long as they are enough
//! (`docs/formats/qr-frames-v1.md`); BBQr and Uniform Resources with other wallets (ADR 0012).
//!
//! Pure: no camera, no screen, no clock. Whatever comes in is from a stranger.

mod base45;
mod codes;
mod collect;
mod field;
#[cfg(fuzzing)]
pub mod fuzzing;
mod payload;
mod picture;
mod show;
mod solve;

pub use collect::{Collect, FrameError, Progress, Sight, Took};
pub use payload::{Kind, Payload};
pub use picture::{MAX_PIXELS, Picture, PictureError, png_of};
pub use show::{Code, Density, Show, ShowError};

/// Bytes that a payload has at most, whatever the code.
pub const MAX_PAYLOAD: usize = 4 * 1024 * 1024;

/// Characters that a frame has at most: what the largest QR code holds in alphanumeric mode.
pub const MAX_FRAME: usize = 4296;

/// Bytes of a text that a single code says plainly at most: what the largest QR code holds of any text.
pub const MAX_PLAIN: usize = 2953;
