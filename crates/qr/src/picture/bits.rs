//! Dark and light.

use super::Picture;
use super::plane::Point;

/// How much brighter the light is than the dark, at least, where anything is to be seen.
const LEAST_CONTRAST: u64 = 16;
/// A picture of which each pixel is dark or light.
pub struct Bits {
    width: usize,
    height: usize,
    dark: Vec<bool>,
}

impl Bits {
    /// Calls dark what is nearer to the darkest than to the brightest of its surroundings, so that shadows and bad
    /// light do no harm.
    pub fn by_extremes(picture: &Picture) -> Self {
        let (width, height) = (picture.width, picture.height);
        let tile = (width.min(height) / 20).max(4);
        let (across, down) = (width.div_ceil(tile), height.div_ceil(tile));
        let sums = Sums::of(picture);
        // Of nine pixels each, so that noise does not reach farther than what is there.
        let smooth = areas(width, height, 1).map(|area| sums.over(&area) / area.pixels());
        let mut tiles = vec![(u64::MAX, u64::MIN); across * down];
        for (at, value) in smooth.enumerate() {
            let (darkest, brightest) = &mut tiles[at / width / tile * across + at % width / tile];
            *darkest = value.min(*darkest);
            *brightest = value.max(*brightest);
        }
        let thresholds: Vec<u64> = areas(across, down, 2)
            .map(|area| {
                let rows = (area.top..area.bottom).map(|y| y * across);
                let around = rows.flat_map(|row| &tiles[row + area.left..row + area.right]);
                let (darkest, brightest) = around.fold((u64::MAX, u64::MIN), |(d, b), tile| {
                    (d.min(tile.0), b.max(tile.1))
                });
                // Paper without anything on it has no dark.
                let is_clear = brightest > darkest + LEAST_CONTRAST;
                if is_clear {
                    (darkest + brightest).div_ceil(2)
                } else {
                    0
                }
            })
            .collect();
        let dark = picture.luma.iter().enumerate().map(|(at, pixel)| {
            u64::from(*pixel) < thresholds[at / width / tile * across + at % width / tile]
        });
        Self {
            width,
            height,
            dark: dark.collect(),
        }
    }

    /// Calls dark what is darker than its surroundings on average, which a single bright spot does not change much.
    pub fn by_average(picture: &Picture) -> Self {
        let (width, height) = (picture.width, picture.height);
        // Wider than the largest even patch, which is in the corners of a code.
        let reach = (width.min(height) / 10).max(4);
        let sums = Sums::of(picture);
        let dark = areas(width, height, reach)
            .zip(&picture.luma)
            // A little below the average, so that paper without anything on it is light.
            .map(|(area, pixel)| (u64::from(*pixel) + 2) * area.pixels() < sums.over(&area));
        Self {
            width,
            height,
            dark: dark.collect(),
        }
    }

    /// Calls dark what is below the one brightness that parts the picture best (Otsu, 1979).
    pub fn by_histogram(picture: &Picture) -> Self {
        let mut histogram = [0_u64; 256];
        for pixel in &picture.luma {
            histogram[usize::from(*pixel)] += 1;
        }
        let total: u64 = histogram.iter().sum();
        let sum: u64 = (0..)
            .zip(&histogram)
            .map(|(level, count): (u64, _)| level * count)
            .sum();
        let (mut best, mut threshold) = (0, 0);
        let (mut below, mut sum_below) = (0, 0);
        for (level, count) in (0_u64..).zip(&histogram) {
            below += count;
            sum_below += level * count;
            let above = total - below;
            if below == 0 || above == 0 {
                continue;
            }
            // The variance between both parts, but for a factor that is always the same.
            let apart = u128::from((sum_below * above).abs_diff((sum - sum_below) * below));
            let between = apart * apart / (u128::from(below) * u128::from(above));
            if between > best {
                (best, threshold) = (between, level);
            }
        }
        Self {
            width: picture.width,
            height: picture.height,
            dark: picture
                .luma
                .iter()
                .map(|pixel| u64::from(*pixel) <= threshold)
                .collect(),
        }
    }

    pub const fn height(&self) -> usize {
        self.height
    }

    pub fn row(&self, y: usize) -> &[bool] {
        let start = y * self.width;
        self.dark.get(start..start + self.width).unwrap_or(&[])
    }

    /// Whether a pixel is dark; what is outside is nothing.
    pub fn get(&self, x: i64, y: i64) -> Option<bool> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        if x >= self.width {
            return None;
        }
        self.dark.get(y * self.width + x).copied()
    }

    /// Whether it is dark at a point.
    pub fn at(&self, point: Point) -> Option<bool> {
        // Beyond all numbers is outside, too: the conversion ends at the largest.
        self.get(point.x.floor() as i64, point.y.floor() as i64)
    }
}

/// Part of a picture; the last column and row are outside.
struct Area {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

impl Area {
    fn pixels(&self) -> u64 {
        ((self.right - self.left) * (self.bottom - self.top)) as u64
    }
}

/// Returns what is around each pixel, row by row.
fn areas(width: usize, height: usize, reach: usize) -> impl Iterator<Item = Area> {
    (0..height).flat_map(move |y| {
        let (top, bottom) = (y.saturating_sub(reach), (y + reach + 1).min(height));
        (0..width).map(move |x| Area {
            left: x.saturating_sub(reach),
            top,
            right: (x + reach + 1).min(width),
            bottom,
        })
    })
}

/// Sums of all that is above and left of each pixel.
struct Sums {
    width: usize,
    sums: Vec<u32>,
}

impl Sums {
    /// At most 4 Mi pixels of at most 255, which is below 2³².
    fn of(picture: &Picture) -> Self {
        let (width, height) = (picture.width, picture.height);
        let line = width + 1;
        let mut sums = vec![0_u32; line * (height + 1)];
        for y in 0..height {
            let mut row = 0;
            for x in 0..width {
                row += u32::from(picture.luma[y * width + x]);
                sums[(y + 1) * line + x + 1] = sums[y * line + x + 1] + row;
            }
        }
        Self { width: line, sums }
    }

    fn over(&self, area: &Area) -> u64 {
        let at = |x: usize, y: usize| self.sums[y * self.width + x];
        let bottom = at(area.right, area.bottom) - at(area.left, area.bottom);
        let top = at(area.right, area.top) - at(area.left, area.top);
        u64::from(bottom - top)
    }
}
