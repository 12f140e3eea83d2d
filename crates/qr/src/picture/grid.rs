//! The modules between three corners, and what they say.

use rqrr::{Grid, SimpleGrid};

use super::bits::Bits;
use super::finders::Finder;
use super::plane::{Point, View};

/// Sizes of codes, in modules.
const SMALLEST: usize = 21;
const LARGEST: usize = 177;
/// How much of the lines between corners is right in a code; chance is a half.
const LEAST_TIMING: f64 = 0.75;
/// How many of the 25 modules of a small square are right in one.
const LEAST_SQUARE: u32 = 20;
/// Sizes that are tried.
const MAX_SIZES: usize = 5;

/// Reads the code between three corners: top left, top right, bottom left.
pub fn read(bits: &Bits, corners: &[Finder; 3]) -> Option<String> {
    let estimate = estimate(bits, corners)?;
    let fourths = [aslant(bits, corners), straight(corners)];
    let mut sizes: Vec<usize> = (SMALLEST..=LARGEST).step_by(4).collect();
    let away = |size: &usize| (*size as f64 - estimate).abs();
    sizes.sort_by(|a, b| away(a).total_cmp(&away(b)));
    sizes.truncate(MAX_SIZES);
    sizes.into_iter().find_map(|size| {
        views(corners, size, &fourths).find_map(|view| {
            let view = aligned(bits, corners, size, &view).unwrap_or(view);
            // Most of what are no corners ends here.
            if timing(bits, &view, size) < LEAST_TIMING {
                return None;
            }
            let fitted = fitted(bits, corners, size, &view);
            let views = fitted.into_iter().chain([view]);
            views.into_iter().find_map(|view| sample(bits, &view, size))
        })
    })
}

/// Returns the views in which the fourth corner is where it may be.
fn views(corners: &[Finder; 3], size: usize, fourths: &[Point]) -> impl Iterator<Item = View> {
    let far = size as f64 - 3.5;
    fourths
        .iter()
        .filter_map(move |fourth| view(corners, size, (Point::new(far, far), *fourth)))
}

/// Returns where the fourth corner is if the code is seen straight from above.
fn straight(corners: &[Finder; 3]) -> Point {
    let [a, b, c] = corners.map(|corner| corner.middle);
    Point::new(b.x + c.x - a.x, b.y + c.y - a.y)
}

/// Returns where the fourth corner is, as the sizes of the others tell: what is farther away is smaller.
fn aslant(bits: &Bits, corners: &[Finder; 3]) -> Point {
    let [a, b, c] = corners.map(|corner| corner.middle);
    let shift = |from: Point, by: (Point, Point)| {
        Point::new(from.x + by.1.x - by.0.x, from.y + by.1.y - by.0.y)
    };
    // Widths along the top, at both ends of the left side; heights along the left, at both ends of the top.
    let wide = across(bits, &corners[0], b).zip(across(bits, &corners[2], shift(c, (a, b))));
    let tall = across(bits, &corners[0], c).zip(across(bits, &corners[1], shift(b, (a, c))));
    let depth =
        |sizes: Option<(f64, f64)>| sizes.map_or(1.0, |(near, far)| (near / far).clamp(0.6, 1.6));
    let (left, top) = (depth(wide), depth(tall));
    // Depth grows evenly over a plane.
    let fourth = (left + top - 1.0).max(0.3);
    let mix = |a: f64, b: f64, c: f64| (top * b + left * c - a) / fourth;
    Point::new(mix(a.x, b.x, c.x), mix(a.y, b.y, c.y))
}

/// Returns about how many modules there are along a side.
fn estimate(bits: &Bits, corners: &[Finder; 3]) -> Option<f64> {
    let [top_left, top_right, bottom_left] = corners;
    let side = |a: &Finder, b: &Finder| -> Option<f64> {
        let module = (across(bits, a, b.middle)? + across(bits, b, a.middle)?) / 14.0;
        Some(a.middle.distance(b.middle) / module + 7.0)
    };
    let (top, left) = (side(top_left, top_right), side(top_left, bottom_left));
    match (top, left) {
        (Some(top), Some(left)) => Some((top + left) / 2.0),
        (one, other) => one.or(other),
    }
}

/// Returns how wide a corner's square is, in the direction of a point.
fn across(bits: &Bits, corner: &Finder, to: Point) -> Option<f64> {
    let distance = corner.middle.distance(to);
    let reach = corner.module * 7.0;
    let edge = |sign: f64| -> Option<f64> {
        // Out of the dark middle, through the light ring, to the end of the dark one.
        let mut ends = 0;
        let mut was_dark = true;
        let mut gone = 0.0;
        while gone < reach {
            let is_dark = bits.at(corner.middle.towards(to, sign * gone / distance)) == Some(true);
            ends += u8::from(is_dark != was_dark);
            was_dark = is_dark;
            if ends == 3 {
                return Some(gone);
            }
            gone += 0.25;
        }
        None
    };
    Some(edge(1.0)? + edge(-1.0)?)
}

/// Returns the view through the three corners and one more point.
fn view(corners: &[Finder; 3], size: usize, fourth: (Point, Point)) -> Option<View> {
    let [a, b, c] = pairs(corners, size);
    View::fitting(&[a, b, c, fourth])
}

/// Returns where the three corners are in the code, and where they are seen.
fn pairs(corners: &[Finder; 3], size: usize) -> [(Point, Point); 3] {
    let [a, b, c] = corners.map(|corner| corner.middle);
    let (near, far) = (3.5, size as f64 - 3.5);
    [
        (Point::new(near, near), a),
        (Point::new(far, near), b),
        (Point::new(near, far), c),
    ]
}

/// Returns how much of the lines between the corners alternates as it should: 1 is all, 0.5 is chance.
fn timing(bits: &Bits, view: &View, size: usize) -> f64 {
    let mut right = 0;
    for n in 7..size - 7 {
        let along = n as f64 + 0.5;
        for point in [view.of(along, 6.5), view.of(6.5, along)] {
            right += u32::from(bits.at(point) == Some(n % 2 == 0));
        }
    }
    f64::from(right) / (2.0 * (size - 14) as f64)
}

/// Returns the view through the small square near the fourth corner, where it is found: it is what tells a
/// picture taken aslant.
fn aligned(bits: &Bits, corners: &[Finder; 3], size: usize, view: &View) -> Option<View> {
    if size == SMALLEST {
        return None;
    }
    let at = size as f64 - 6.5;
    // Not as far away as half the next such square.
    let reach = (size as f64 / 12.0).clamp(3.0, 8.0);
    let seen = small_square(bits, view, (at, at), reach)?;
    self::view(corners, size, (Point::new(at, at), seen))
}

/// Returns the view that fits all small squares that are found best.
fn fitted(bits: &Bits, corners: &[Finder; 3], size: usize, view: &View) -> Option<View> {
    let lines = small_squares(size);
    let last = lines.len().checked_sub(1)?;
    let mut pairs = pairs(corners, size).to_vec();
    for (row, y) in lines.iter().enumerate() {
        for (column, x) in lines.iter().enumerate() {
            // Where the corners are there are none.
            if [(0, 0), (0, last), (last, 0)].contains(&(row, column)) {
                continue;
            }
            let at = (*x as f64 + 0.5, *y as f64 + 0.5);
            if let Some(seen) = small_square(bits, view, at, 1.5) {
                pairs.push((Point::new(at.0, at.1), seen));
            }
        }
    }
    if pairs.len() < 4 {
        return None;
    }
    View::fitting(&pairs)
}

/// Returns the rows, which are also the columns, that small squares are in the middle of (ISO/IEC 18004, annex E).
fn small_squares(size: usize) -> Vec<usize> {
    let version = (size - 17) / 4;
    if version == 1 {
        return Vec::new();
    }
    // As few as are at most 28 apart; from the far side at even distances, and the rest at the near one.
    let gaps = version / 7 + 1;
    let length = size - 13;
    let distance = match version {
        // The one that the standard rounds up otherwise.
        32 => 26,
        _ => (length.div_ceil(gaps)).next_multiple_of(2),
    };
    let far = (0..gaps).rev().map(|n| size - 7 - n * distance);
    std::iter::once(6).chain(far).collect()
}

/// Looks for a small square about a place of the code. Returns where it is seen.
fn small_square(bits: &Bits, view: &View, at: (f64, f64), reach: f64) -> Option<Point> {
    // First in steps of half a module, then in finer ones about the best.
    let rough = best_about(bits, view, at, (reach * 2.0).floor() as i32, 0.5)?;
    let (x, y) = best_about(bits, view, rough, 4, 0.25)?;
    Some(view.of(x, y))
}

/// Returns where most is as in a small square, of all places so many steps around.
fn best_about(
    bits: &Bits,
    view: &View,
    at: (f64, f64),
    steps: i32,
    step: f64,
) -> Option<(f64, f64)> {
    let mut best: Vec<(f64, f64)> = Vec::new();
    let mut most = LEAST_SQUARE;
    for dy in -steps..=steps {
        for dx in -steps..=steps {
            let (x, y) = (at.0 + f64::from(dx) * step, at.1 + f64::from(dy) * step);
            let right = square(bits, view, x, y, most);
            if right > most {
                best.clear();
                most = right;
            }
            if right == most {
                best.push((x, y));
            }
        }
    }
    // The one nearest to where it should be, and those about it.
    let away = |(x, y): &(f64, f64)| (x - at.0).hypot(y - at.1);
    let nearest = best
        .iter()
        .copied()
        .min_by(|a, b| away(a).total_cmp(&away(b)))?;
    let about = best
        .iter()
        .filter(|(x, y)| (x - nearest.0).hypot(y - nearest.1) < 1.5);
    let (count, sum) = about.fold((0.0, (0.0, 0.0)), |(count, sum), (x, y)| {
        (count + 1.0, (sum.0 + x, sum.1 + y))
    });
    Some((sum.0 / count, sum.1 / count))
}

/// Returns how many of 25 modules are as in the small square: dark, a light ring in it, a dark middle. Gives up below `least`.
fn square(bits: &Bits, view: &View, x: f64, y: f64, least: u32) -> u32 {
    let mut wrong = 0;
    for dy in -2..=2_i32 {
        for dx in -2..=2_i32 {
            let is_ring = dx.abs().max(dy.abs()) == 1;
            let point = view.of(x + f64::from(dx), y + f64::from(dy));
            wrong += u32::from(bits.at(point) != Some(!is_ring));
            if wrong + least > 25 {
                return 0;
            }
        }
    }
    25 - wrong
}

/// Reads all modules.
fn sample(bits: &Bits, view: &View, size: usize) -> Option<String> {
    let grid = SimpleGrid::from_func(size, |x, y| {
        bits.at(view.of(x as f64 + 0.5, y as f64 + 0.5)) == Some(true)
    });
    let (_, text) = Grid::new(grid).decode().ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use qrcodegen::{Mask, QrCode, QrCodeEcc, Version};

    use super::*;

    #[test]
    fn small_squares_are_where_codes_have_them() {
        for version in 1..=40 {
            let only = Version::new(version);
            let code = QrCode::encode_segments_advanced(
                &[],
                QrCodeEcc::Low,
                only,
                only,
                Some(Mask::new(0)),
                false,
            )
            .expect("nothing fits everywhere");
            let size = usize::try_from(code.size()).expect("positive");
            let lines = small_squares(size);
            let all = lines
                .iter()
                .flat_map(|y| lines.iter().map(move |x| (*x, *y)));
            // Nothing but such squares is in their rows beside the corners.
            for (x, y) in all.filter(|(x, y)| x.min(y) > &6) {
                for (dx, dy) in (0..25).map(|n| (n % 5 - 2, n / 5 - 2)) {
                    let is_ring = i32::abs(dx).max(i32::abs(dy)) == 1;
                    let module = |at: usize, by: i32| i32::try_from(at).expect("small") + by;
                    let dark = code.get_module(module(x, dx), module(y, dy));
                    assert_eq!(dark, !is_ring, "version {version} at {x}, {y}");
                }
            }
            assert_eq!(
                lines.len(),
                if version == 1 {
                    0
                } else {
                    usize::from(version / 7 + 2)
                }
            );
        }
    }
}
