//! Codes drawn, photographed badly, and read.

mod support {
    pub mod camera;
}

use proptest::prelude::*;
use satchel_qr::{
    Code, Collect, Density, Kind, MAX_PIXELS, Payload, Picture, PictureError, Show, Took,
};
use support::camera::{Camera, Shot, draw};

fn payload(length: usize) -> Payload {
    let bytes = (0..length)
        .map(|at| (at * at * 31 + at * 7 + 11) as u8)
        .collect();
    Payload {
        kind: Kind::Psbt,
        bytes,
    }
}

fn frame(code: Code, density: Density) -> String {
    Show::new(&payload(20_000), code, density)
        .expect("it is small enough")
        .next_frame()
}

#[test]
fn what_is_drawn_is_read_at_every_size() {
    for version in [1, 2, 3, 6, 7, 10, 14, 20, 27, 33, 40] {
        let text = "A".repeat(if version < 2 {
            20
        } else {
            version * version * 2
        });
        for pixels in [2, 3, 5] {
            let picture = draw(&text, version, pixels).picture();
            assert_eq!(
                picture.read(),
                std::slice::from_ref(&text),
                "version {version}, {pixels} pixels"
            );
        }
    }
}

#[test]
fn frames_are_read_turned_by_any_angle() {
    for degrees in (0..360).step_by(15) {
        for density in [Density::Low, Density::Medium] {
            let text = frame(Code::Own, density);
            let shot = Camera {
                degrees: f64::from(degrees),
                ..Camera::good()
            }
            .shoot(&text);
            assert_eq!(shot.picture().read(), [text], "{density:?} by {degrees}°");
        }
    }
}

#[test]
fn frames_are_read_through_bad_cameras() {
    let good = Camera::good();
    let bad = [
        ("blurred", Camera { blur: 1.4, ..good }),
        (
            "dark",
            Camera {
                dark: 10,
                light: 45,
                ..good
            },
        ),
        (
            "of little contrast",
            Camera {
                dark: 120,
                light: 150,
                ..good
            },
        ),
        (
            "overexposed",
            Camera {
                dark: 190,
                light: 255,
                ..good
            },
        ),
        ("noisy", Camera { noise: 60, ..good }),
        (
            "in shadow",
            Camera {
                shadow: 0.6,
                ..good
            },
        ),
        (
            "aslant",
            Camera {
                slant: 0.12,
                ..good
            },
        ),
        (
            "inverse",
            Camera {
                dark: 240,
                light: 20,
                ..good
            },
        ),
        (
            "a little of all",
            Camera {
                degrees: 7.0,
                blur: 0.9,
                dark: 30,
                light: 150,
                noise: 20,
                shadow: 0.3,
                slant: 0.06,
                ..good
            },
        ),
    ];
    for (how, camera) in bad {
        for (code, density) in [
            (Code::Own, Density::Low),
            (Code::Ur, Density::Medium),
            (Code::Bbqr, Density::Medium),
            (Code::Own, Density::High),
        ] {
            let text = frame(code, density);
            let shot = camera.shoot(&text);
            assert_eq!(shot.picture().read(), [text], "{how}: {code:?} {density:?}");
        }
    }
}

#[test]
fn a_whole_transfer_arrives_by_camera_though_frames_are_lost() {
    let payload = payload(5_000);
    for percent in [5, 15, 30] {
        for code in [Code::Own, Code::Bbqr, Code::Ur] {
            let show = Show::new(&payload, code, Density::Medium).expect("it is small enough");
            let (mut collect, needed) = (Collect::new(), show.needed());
            let mut dice = 12_345_u32;
            let mut shown = 0;
            let arrived = show.take(needed * 8).find_map(|text| {
                shown += 1;
                dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if (dice >> 16) % 100 < percent {
                    return None;
                }
                let camera = Camera {
                    degrees: f64::from(shown % 9) - 4.0,
                    blur: 0.7,
                    noise: 20,
                    dark: 40,
                    light: 170,
                    ..Camera::good()
                };
                let read = camera.shoot(&text).picture().read();
                read.iter().find_map(|text| match collect.take(text) {
                    Ok(Took::Done(payload)) => Some(payload),
                    _ => None,
                })
            });
            assert_eq!(arrived.as_ref(), Some(&payload), "{code:?} at {percent} %");
        }
    }
}

#[test]
fn several_codes_in_one_picture_are_all_read() {
    let one = draw("one", 1, 4);
    let two = draw("the other one, which is longer than one", 4, 3);
    let mut read = one.beside(&two).picture().read();
    read.sort();
    assert_eq!(read, ["one", "the other one, which is longer than one"]);
}

#[test]
fn a_picture_without_a_code_says_nothing() {
    let sizes = [(1, 1), (1, 400), (400, 1), (7, 7), (300, 200)];
    for (width, height) in sizes {
        for pattern in [
            |_, _| 0,
            |_, _| 255,
            |x, y| (x * 37 + y * 91) % 256,
            |x, _| x % 2 * 255,
            |x, y| (x / 3 + y / 3) % 2 * 255,
        ] {
            let pattern: fn(usize, usize) -> usize = pattern;
            let luma = (0..height).flat_map(|y| (0..width).map(move |x| pattern(x, y) as u8));
            let picture =
                Picture::from_luma(width, height, luma.collect()).expect("its size is right");
            assert_eq!(picture.read(), Vec::<String>::new());
        }
    }
}

#[test]
fn a_picture_has_the_size_it_says_and_is_not_too_large() {
    let of = |width, height, bytes| Picture::from_luma(width, height, vec![0; bytes]).err();
    assert_eq!(of(2, 3, 6), None);
    assert_eq!(of(2, 3, 5), Some(PictureError::WrongSize));
    assert_eq!(of(0, 3, 0), Some(PictureError::WrongSize));
    assert_eq!(of(usize::MAX, 2, 0), Some(PictureError::TooLarge));
    assert_eq!(of(MAX_PIXELS + 1, 1, 0), Some(PictureError::TooLarge));
    let rgba = |bytes| Picture::from_rgba(1, 2, &vec![0; bytes]).err();
    assert_eq!(
        (rgba(8), rgba(7), rgba(4)),
        (
            None,
            Some(PictureError::WrongSize),
            Some(PictureError::WrongSize)
        )
    );
}

#[test]
fn colours_and_transparent_pixels_are_seen_as_on_white() {
    let text = "bitcoin:BCRT1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KYGT080";
    let shot = draw(text, 5, 4);
    // Dark blue on nothing at all.
    let rgba: Vec<u8> = shot
        .luma
        .iter()
        .flat_map(|luma| {
            if *luma < 128 {
                [20, 20, 140, 255]
            } else {
                [0, 0, 0, 0]
            }
        })
        .collect();
    let picture = Picture::from_rgba(shot.width, shot.height, &rgba).expect("its size is right");
    assert_eq!(picture.read(), [text]);
}

#[test]
fn large_pictures_are_made_smaller_and_read() {
    let text = frame(Code::Own, Density::Medium);
    let shot = draw(&text, 20, 38);
    assert!(shot.luma.len() > 12_000_000);
    assert_eq!(shot.picture().read(), [text]);
}

#[test]
fn png_files_of_every_colour_are_read() {
    let text = frame(Code::Ur, Density::Low);
    let shot = draw(&text, 10, 3);
    for (color, samples) in [
        (png::ColorType::Grayscale, 1),
        (png::ColorType::GrayscaleAlpha, 2),
        (png::ColorType::Rgb, 3),
        (png::ColorType::Rgba, 4),
    ] {
        let is_opaque = |at: usize| samples % 2 == 0 && at + 1 == samples;
        let data: Vec<u8> = shot
            .luma
            .iter()
            .flat_map(|luma| (0..samples).map(move |at| if is_opaque(at) { 255 } else { *luma }))
            .collect();
        let file = write_png(&shot, color, &data);
        let picture = Picture::from_file(&file).expect("it is a picture");
        assert_eq!(picture.read(), std::slice::from_ref(&text), "{color:?}");
        for length in [8, 20, 60, file.len() / 2] {
            assert_eq!(
                Picture::from_file(&file[..length]).err(),
                Some(PictureError::Damaged)
            );
        }
    }
}

fn write_png(shot: &Shot, color: png::ColorType, data: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let side = |side: usize| u32::try_from(side).expect("small");
    let mut encoder = png::Encoder::new(&mut file, side(shot.width), side(shot.height));
    encoder.set_color(color);
    let mut writer = encoder.write_header().expect("memory has room");
    writer.write_image_data(data).expect("the size is right");
    writer.finish().expect("memory has room");
    file
}

/// A frame as a camera's JPEG: a little turned, aslant, blurred.
#[test]
fn jpeg_files_are_read() {
    let file = include_bytes!("vectors/frame.jpg");
    let picture = Picture::from_file(file).expect("it is a picture");
    assert_eq!(picture.read(), [frame(Code::Own, Density::Low)]);
    for length in [3, 20, 200] {
        let cut = Picture::from_file(&file[..length]);
        assert_eq!(cut.err(), Some(PictureError::Damaged));
    }
}

#[test]
fn a_png_that_says_it_is_huge_is_refused_before_anything_is_read() {
    let mut file = Vec::new();
    png::Encoder::new(&mut file, 100_000, 100_000)
        .write_header()
        .expect("memory has room");
    assert_eq!(
        Picture::from_file(&file).err(),
        Some(PictureError::TooLarge)
    );
}

#[test]
fn other_files_are_not_pictures() {
    for file in [&b""[..], b"GIF89a", b"\xff\xd8", b"RIFF", &[0; 100]] {
        assert_eq!(
            Picture::from_file(file).err(),
            Some(PictureError::UnknownFormat)
        );
    }
    assert_eq!(
        Picture::from_file(b"\xff\xd8\xff\xe0\0\x10JFIF").err(),
        Some(PictureError::Damaged)
    );
}

#[test]
fn nearly_every_camera_within_reason_reads() {
    let text = frame(Code::Own, Density::Medium);
    let mut dice = 4_711_u32;
    let mut between = |least: f64, most: f64| {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        least + (most - least) * f64::from(dice >> 8) / f64::from(1 << 24)
    };
    let cameras: Vec<Camera> = (0..60)
        .map(|_| {
            let dark = between(0.0, 80.0);
            Camera {
                degrees: between(-20.0, 20.0),
                blur: between(0.0, 1.0),
                dark: dark as u8,
                light: (dark + between(50.0, 120.0)) as u8,
                noise: between(0.0, 20.0) as u8,
                shadow: between(0.0, 0.4),
                slant: between(0.0, 0.08),
                pixels: between(3.0, 6.0),
            }
        })
        .collect();
    let is_read = |camera: &&Camera| camera.shoot(&text).picture().read() == [text.as_str()];
    let read = cameras.iter().filter(is_read).count();
    assert!(read >= 57, "{read} of 60");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_pixels_are_looked_at(width in 1..60_usize, luma in prop::collection::vec(any::<u8>(), 60..3600)) {
        let height = luma.len() / width;
        let picture = Picture::from_luma(width, height, luma[..width * height].to_vec()).expect("its size is right");
        let _ = picture.read();
    }
}
