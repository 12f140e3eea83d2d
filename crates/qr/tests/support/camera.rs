//! A screen that shows a QR code, and a camera in front of it.

use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};
use satchel_qr::Picture;

/// Modules of light around a code.
const QUIET: usize = 4;

/// Brightness, a byte a pixel.
#[derive(Clone)]
pub struct Shot {
    pub width: usize,
    pub height: usize,
    pub luma: Vec<u8>,
}

impl Shot {
    pub fn picture(&self) -> Picture {
        Picture::from_luma(self.width, self.height, self.luma.clone()).expect("its size is right")
    }

    /// Puts another beside it.
    pub fn beside(&self, other: &Self) -> Self {
        let height = self.height.max(other.height);
        let line = |shot: &Self, y: usize| {
            let start = y * shot.width;
            match shot.luma.get(start..start + shot.width) {
                Some(line) => line.to_vec(),
                None => vec![255; shot.width],
            }
        };
        let lines = (0..height).flat_map(|y| [line(self, y), line(other, y)]);
        Self {
            width: self.width + other.width,
            height,
            luma: lines.flatten().collect(),
        }
    }
}

fn code(text: &str, version: u8) -> QrCode {
    let segments = QrSegment::make_segments(text);
    let (least, most) = (Version::new(version), Version::new(version.max(27)));
    QrCode::encode_segments_advanced(&segments, QrCodeEcc::Low, least, most, None::<Mask>, false)
        .expect("it fits")
}

fn is_dark(code: &QrCode, x: i64, y: i64) -> bool {
    let quiet = i64::try_from(QUIET).expect("small");
    let module = |at: i64| i32::try_from(at - quiet).expect("small");
    code.get_module(module(x), module(y))
}

/// Draws a text as a code of at least a version, some pixels a module.
pub fn draw(text: &str, version: usize, pixels: usize) -> Shot {
    let code = code(text, u8::try_from(version).expect("at most 40"));
    let side = (usize::try_from(code.size()).expect("positive") + 2 * QUIET) * pixels;
    let module = |at: usize| i64::try_from(at / pixels).expect("small");
    let pixel = |at: usize| {
        let dark = is_dark(&code, module(at % side), module(at / side));
        if dark { 0 } else { 255 }
    };
    Shot {
        width: side,
        height: side,
        luma: (0..side * side).map(pixel).collect(),
    }
}

/// How a picture of a screen goes wrong.
#[derive(Clone, Copy, Debug)]
pub struct Camera {
    /// Turned by.
    pub degrees: f64,
    /// Standard deviation of the blur, in pixels.
    pub blur: f64,
    /// Brightness of dark modules.
    pub dark: u8,
    /// Brightness of light modules.
    pub light: u8,
    /// Each pixel is brighter or darker by up to this.
    pub noise: u8,
    /// How much of the light is missing at one side.
    pub shadow: f64,
    /// How much smaller the far side is.
    pub slant: f64,
    /// Pixels a module.
    pub pixels: f64,
}

impl Camera {
    pub const fn good() -> Self {
        Self {
            degrees: 0.0,
            blur: 0.0,
            dark: 0,
            light: 255,
            noise: 0,
            shadow: 0.0,
            slant: 0.0,
            pixels: 4.0,
        }
    }

    /// Takes a picture of a text's code.
    pub fn shoot(&self, text: &str) -> Shot {
        let code = code(text, 1);
        let modules = f64::from(code.size()) + 2.0 * QUIET as f64;
        // Room for it in every direction.
        let side = (modules * self.pixels * 1.45).ceil() as usize;
        let (sin, cos) = self.degrees.to_radians().sin_cos();
        let mut light: Vec<f64> = Vec::with_capacity(side * side);
        for y in 0..side {
            for x in 0..side {
                // Four looks at each pixel, as a sensor takes in all that falls on it.
                let looks = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
                let sum: f64 = looks
                    .into_iter()
                    .map(|(dx, dy)| {
                        let u = (x as f64 + dx - side as f64 / 2.0) / self.pixels;
                        let v = (y as f64 + dy - side as f64 / 2.0) / self.pixels;
                        let (u, v) = (u * cos + v * sin, v * cos - u * sin);
                        // Farther away at the bottom.
                        let depth = 1.0 + self.slant * v / modules * 2.0;
                        let at = |value: f64| (value * depth + modules / 2.0).floor() as i64;
                        f64::from(u8::from(!is_dark(&code, at(u), at(v))))
                    })
                    .sum();
                light.push(sum / 4.0);
            }
        }
        let light = blurred(&blurred(&light, side, self.blur, 1), side, self.blur, side);
        let mut dice = 99_u32;
        let luma = light.iter().enumerate().map(|(at, light)| {
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (f64::from(dice >> 8) / f64::from(1 << 23) - 1.0) * f64::from(self.noise);
            let (dark, full) = (f64::from(self.dark), f64::from(self.light));
            let seen = dark + light * (full - dark);
            let shadow = 1.0 - self.shadow * (at % side) as f64 / side as f64;
            // From 0 to 255, whatever it was.
            (seen * shadow + noise).round() as u8
        });
        Shot {
            width: side,
            height: side,
            luma: luma.collect(),
        }
    }
}

/// Blurs along one direction; the next pixel of that direction is `step` further on.
fn blurred(light: &[f64], side: usize, deviation: f64, step: usize) -> Vec<f64> {
    if deviation == 0.0 {
        return light.to_vec();
    }
    let reach = (deviation * 3.0).ceil() as i64;
    let weight = |n: i64| (n, (-(n as f64 / deviation).powi(2) / 2.0).exp());
    let weights: Vec<(i64, f64)> = (-reach..=reach).map(weight).collect();
    let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let (side, step) = (side as i64, step as i64);
    (0..light.len() as i64)
        .map(|at| {
            let along = if step == 1 { at % side } else { at / side };
            let sum: f64 = weights
                .iter()
                .map(|(n, weight)| {
                    let n = (*n).clamp(-along, side - 1 - along);
                    light[(at + n * step) as usize] * weight
                })
                .sum();
            sum / total
        })
        .collect()
}
