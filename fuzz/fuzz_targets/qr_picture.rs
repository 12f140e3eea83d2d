//! Pictures: pixels, files, codes that somebody scribbled on.
#![no_main]

use arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use qrcodegen::{QrCode, QrCodeEcc};
use satchel_fuzz::seeds;
use satchel_qr::{MAX_PIXELS, Picture, PictureError};

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    match mode {
        0 => drop(pixels(data)),
        1 => file(data),
        2 => drop(scribbled(data)),
        _ => {}
    }
});

/// Any pixels say a few texts at most, each no longer than a QR code holds.
fn read(picture: &Picture) -> Vec<String> {
    let texts = picture.read();
    assert!(texts.len() <= 8);
    // Digits, of which most fit.
    assert!(texts.iter().all(|text| text.len() <= 7089));
    texts
}

fn pixels(data: &[u8]) -> Option<()> {
    let (width, data) = data.split_first()?;
    let width = usize::from(*width);
    let height = data.len().checked_div(width)?;
    let luma = data[..width * height].to_vec();
    match Picture::from_luma(width, height, luma) {
        Ok(picture) => drop(read(&picture)),
        Err(error) => assert_eq!((error, height), (PictureError::WrongSize, 0)),
    }
    let side = data.len() / 4;
    if let Ok(picture) = Picture::from_rgba(side, 1, &data[..side * 4]) {
        read(&picture);
    }
    assert_eq!(
        Picture::from_rgba(width, MAX_PIXELS + 1, data),
        Err(PictureError::TooLarge)
    );
    Some(())
}

fn file(data: &[u8]) {
    if let Ok(picture) = Picture::from_file(data) {
        read(&picture);
    }
}

/// A code, drawn, with pixels of another brightness. Without any, it is read.
fn scribbled(data: &[u8]) -> arbitrary::Result<()> {
    let mut u = Unstructured::new(data);
    let text: String = u.arbitrary::<&str>()?.chars().take(300).collect();
    let scale = u.int_in_range(1..=4_usize)?;
    let Ok(code) = QrCode::encode_text(&text, QrCodeEcc::Low) else {
        return Ok(());
    };
    let size = usize::try_from(code.size()).unwrap_or_default() + 8;
    let width = size * scale;
    let module = |at: usize| i32::try_from(at / scale).unwrap_or_default() - 4;
    let mut luma: Vec<u8> = (0..width * width)
        .map(|at| {
            if code.get_module(module(at % width), module(at / width)) {
                0
            } else {
                255
            }
        })
        .collect();
    let mut is_clean = true;
    while luma.len() > 1 && !u.is_empty() {
        let from = u.choose_index(luma.len())?;
        let step = u.int_in_range(1..=width)?;
        let count = u.int_in_range(0..=64_usize)?;
        let pixel = u.arbitrary()?;
        for at in (0..count)
            .map(|n| from + n * step)
            .take_while(|at| *at < width * width)
        {
            is_clean &= luma[at] == pixel;
            luma[at] = pixel;
        }
    }
    let picture = Picture::from_luma(width, width, luma).expect("its size is right");
    let texts = read(&picture);
    // A module needs more than a pixel; nothing at all is no text.
    if is_clean && scale > 1 && !text.is_empty() {
        assert_eq!(texts, [text]);
    }
    Ok(())
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let drawn = |text: &str| {
        let code = QrCode::encode_text(text, QrCodeEcc::Low).expect("it is short");
        let side = code.size() + 4;
        let pixel = |at: i32| {
            if code.get_module(at % side - 2, at / side - 2) {
                0
            } else {
                255
            }
        };
        let width = u8::try_from(side).expect("it is small");
        (width, (0..side * side).map(pixel).collect::<Vec<u8>>())
    };
    let (width, luma) = drawn("hello");
    let text = "bitcoin:BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4";
    let (wide, more) = drawn(text);
    let mut scribbled = text.as_bytes().to_vec();
    scribbled.extend([9, 1, 3, 20, 0, 255]);
    vec![
        ("pixels", [&[0, width], &luma[..]].concat()),
        ("pixels-more", [&[0, wide], &more[..]].concat()),
        ("even", [&[0, 30], &[128; 900][..]].concat()),
        ("png", [&[1_u8], png(width, &luma).as_slice()].concat()),
        (
            "jpeg",
            [
                &[1_u8],
                &include_bytes!("../../crates/qr/tests/vectors/frame.jpg")[..],
            ]
            .concat(),
        ),
        ("gif", [&[1_u8], &b"GIF89a"[..]].concat()),
        ("scribbled", [&[2_u8], &scribbled[..]].concat()),
    ]
}

/// A square picture in grey, not packed (PNG, W3C).
fn png(width: u8, luma: &[u8]) -> Vec<u8> {
    let crc = |bytes: &[u8]| {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 }
            })
        })
    };
    let chunk = |name: &[u8], body: &[u8]| {
        let length = u32::try_from(body.len()).expect("small").to_be_bytes();
        let named = [name, body].concat();
        [&length[..], &named, &crc(&named).to_be_bytes()].concat()
    };
    let lines: Vec<u8> = luma
        .chunks(usize::from(width))
        .flat_map(|line| [&[0], line].concat())
        .collect();
    let length = u16::try_from(lines.len()).expect("small");
    let (low, high) = lines.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    let packed = [
        &[0x78, 0x01, 0x01][..],
        &length.to_le_bytes(),
        &(!length).to_le_bytes(),
        &lines,
        &(high << 16 | low).to_be_bytes(),
    ]
    .concat();
    let head = [0, 0, 0, width, 0, 0, 0, width, 8, 0, 0, 0, 0];
    [
        &b"\x89PNG\r\n\x1a\n"[..],
        &chunk(b"IHDR", &head),
        &chunk(b"IDAT", &packed),
        &chunk(b"IEND", b""),
    ]
    .concat()
}
