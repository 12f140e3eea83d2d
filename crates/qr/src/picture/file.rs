//! PNG and JPEG files, up to a size.

use std::io::Cursor;

use png::{BitDepth, ColorType, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::{MAX_PIXELS, Picture, PictureError, luma, over_white, pixels};

/// Bytes that a PNG's decoder takes beside the picture.
const PNG_MEMORY: usize = 16 * 1024 * 1024;
/// Scans of a progressive JPEG; each costs as much as the whole picture.
const JPEG_SCANS: usize = 64;

pub fn read(bytes: &[u8]) -> Result<Picture, PictureError> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        read_png(bytes)
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        read_jpeg(bytes)
    } else {
        Err(PictureError::UnknownFormat)
    }
}

fn read_png(bytes: &[u8]) -> Result<Picture, PictureError> {
    let limits = png::Limits { bytes: PNG_MEMORY };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder
        .read_header_info()
        .map_err(|_| PictureError::Damaged)?;
    let size = |side: u32| usize::try_from(side).map_err(|_| PictureError::TooLarge);
    let (width, height) = (size(header.width)?, size(header.height)?);
    let count = pixels(width, height)?;
    let mut reader = decoder.read_info().map_err(|_| PictureError::Damaged)?;
    let (color, depth) = reader.output_color_type();
    let samples = color.samples();
    let length = reader.output_buffer_size().ok_or(PictureError::TooLarge)?;
    if depth != BitDepth::Eight || count.checked_mul(samples) != Some(length) {
        return Err(PictureError::Damaged);
    }
    let mut data = vec![0; length];
    reader
        .next_frame(&mut data)
        .map_err(|_| PictureError::Damaged)?;
    let luma = data
        .chunks_exact(samples)
        .map(|pixel| match (color, pixel) {
            (ColorType::GrayscaleAlpha, [grey, alpha]) => over_white(*grey, *alpha),
            (_, [r, g, b]) => luma(*r, *g, *b),
            (_, [r, g, b, alpha]) => over_white(luma(*r, *g, *b), *alpha),
            _ => pixel.first().copied().unwrap_or_default(),
        });
    Picture::from_luma(width, height, luma.collect())
}

fn read_jpeg(bytes: &[u8]) -> Result<Picture, PictureError> {
    let options = DecoderOptions::new_safe()
        .set_max_width(MAX_PIXELS)
        .set_max_height(MAX_PIXELS)
        .set_strict_mode(false)
        .jpeg_set_max_scans(JPEG_SCANS)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder
        .decode_headers()
        .map_err(|_| PictureError::Damaged)?;
    let info = decoder.info().ok_or(PictureError::Damaged)?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    pixels(width, height)?;
    let luma = decoder.decode().map_err(|_| PictureError::Damaged)?;
    Picture::from_luma(width, height, luma)
}
