//! The three corners of a code: squares in squares that every line through the middle cuts 1 : 1 : 3 : 1 : 1.

use super::bits::Bits;
use super::plane::Point;

/// Squares that are looked at; a picture full of them is no QR code.
const MAX_FINDERS: usize = 24;
/// Squares that are kept until it is known which are cut by most lines.
const MAX_KEPT: usize = 1_000;
/// Threes of squares that are tried.
const MAX_TRIED: usize = 24;

/// The middle of such a square, and the width of a module there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finder {
    pub middle: Point,
    pub module: f64,
    /// How many lines cut it.
    lines: u32,
}

/// Returns what may be the corners of codes, the likeliest first: each top left, top right, bottom left.
pub fn corners(bits: &Bits) -> Vec<[Finder; 3]> {
    let mut finders = finders(bits);
    finders.sort_by_key(|finder| std::cmp::Reverse(finder.lines));
    finders.truncate(MAX_FINDERS);
    let mut threes = Vec::new();
    for (i, a) in finders.iter().enumerate() {
        for (j, b) in finders.iter().enumerate().skip(i + 1) {
            for c in &finders[j + 1..] {
                threes.extend(three(*a, *b, *c));
            }
        }
    }
    threes.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    threes.truncate(MAX_TRIED);
    threes.into_iter().map(|(_, corners)| corners).collect()
}

/// Puts three squares in order if they may belong together; the number says how much they are unlike the corners of a square.
fn three(a: Finder, b: Finder, c: Finder) -> Option<(f64, [Finder; 3])> {
    let apart = |p: Finder, q: Finder| p.middle.distance(q.middle);
    // The longest side is opposite of the top left corner.
    let (corner, p, q) = {
        let (ab, bc, ca) = (apart(a, b), apart(b, c), apart(c, a));
        if bc >= ab && bc >= ca {
            (a, b, c)
        } else if ca >= ab && ca >= bc {
            (b, c, a)
        } else {
            (c, a, b)
        }
    };
    let (first, second, across) = (apart(corner, p), apart(corner, q), apart(p, q));
    let unlike = |x: f64, y: f64| (x / y).max(y / x) - 1.0;
    let sides = unlike(first, second);
    let diagonal = unlike(across, first.hypot(second));
    let modules = [a.module, b.module, c.module];
    let smallest = modules.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = modules.iter().copied().fold(0.0, f64::max);
    let sizes = unlike(largest, smallest);
    // 14 modules in the smallest code, 170 in the largest; a picture taken aslant makes them fewer.
    let length = (first + second) / (smallest + largest);
    let may_be = sides < 0.6 && diagonal < 0.3 && sizes < 0.6 && (8.0..220.0).contains(&length);
    if !may_be {
        return None;
    }
    // Clockwise in a picture, whose y grows downwards: from the top right, over the top left, to the bottom left.
    let turn = (p.middle.x - corner.middle.x) * (q.middle.y - corner.middle.y)
        - (p.middle.y - corner.middle.y) * (q.middle.x - corner.middle.x);
    let corners = if turn > 0.0 {
        [corner, p, q]
    } else {
        [corner, q, p]
    };
    // Every line through the middle cuts a corner so; what looks like one within the code is cut by few.
    let chance = |finder: Finder| 1.0 - (f64::from(finder.lines) / (3.0 * finder.module)).min(1.0);
    let chances = chance(a) + chance(b) + chance(c);
    Some((sides + diagonal + sizes + chances, corners))
}

/// Finds the squares.
fn finders(bits: &Bits) -> Vec<Finder> {
    let mut found: Vec<Finder> = Vec::new();
    for y in 0..bits.height() {
        let row = bits.row(y);
        let mut runs = [0_usize; 5];
        let mut start = 0;
        for x in 1..=row.len() {
            if row.get(x) == row.get(start) {
                continue;
            }
            runs.rotate_left(1);
            runs[4] = x - start;
            let ends_dark = row.get(start) == Some(&true);
            start = x;
            if ends_dark && let Some(module) = is_cut(runs) {
                let middle = x as f64 - (runs[4] + runs[3]) as f64 - runs[2] as f64 / 2.0;
                if let Some(finder) = checked(bits, middle, y, module) {
                    add(&mut found, finder);
                }
            }
        }
    }
    found
}

/// Returns the width of a module if five runs are as a square's.
fn is_cut(runs: [usize; 5]) -> Option<f64> {
    let total: usize = runs.iter().sum();
    if total < 7 || runs.contains(&0) {
        return None;
    }
    let module = total as f64 / 7.0;
    let near = |run: usize, modules: f64| {
        (run as f64 - modules * module).abs() < 0.65 * module * modules.sqrt()
    };
    let [a, b, c, d, e] = runs;
    let is_cut = near(a, 1.0) && near(b, 1.0) && near(c, 3.0) && near(d, 1.0) && near(e, 1.0);
    is_cut.then_some(module)
}

/// Looks at a square downwards, and then across again.
fn checked(bits: &Bits, x: f64, y: usize, module: f64) -> Option<Finder> {
    let (x, y) = (x.floor() as i64, i64::try_from(y).ok()?);
    // So that a picture made of long lines is not followed to its end at each of them.
    let reach = (module * 8.0).ceil() as i64;
    let (middle_y, tall) = cut_through(reach, |step| bits.get(x, y + step))?;
    let y = y as f64 + middle_y;
    let row = y.floor() as i64;
    let (middle_x, wide) = cut_through(reach, |step| bits.get(x + step, row))?;
    let x = x as f64 + middle_x;
    if tall / wide > 1.7 || wide / tall > 1.7 {
        return None;
    }
    Some(Finder {
        middle: Point::new(x, y),
        module: (tall + wide) / 2.0,
        lines: 1,
    })
}

/// Follows a line to both sides, up to `reach` pixels. Returns where the middle is, and the width of a module.
fn cut_through(reach: i64, at: impl Fn(i64) -> Option<bool>) -> Option<(f64, f64)> {
    // Dark, light, dark, to one side; the first run is half the middle.
    let side = |sign: i64| -> Option<[usize; 3]> {
        let mut runs = [0; 3];
        let mut step = if sign > 0 { 0 } else { 1 };
        for (run, is_dark) in runs.iter_mut().zip([true, false, true]) {
            while step <= reach && at(sign * step) == Some(is_dark) {
                *run += 1;
                step += 1;
            }
            if *run == 0 {
                return None;
            }
        }
        Some(runs)
    };
    let (after, before) = (side(1)?, side(-1)?);
    let runs = [
        before[2],
        before[1],
        before[0] + after[0],
        after[1],
        after[2],
    ];
    let module = is_cut(runs)?;
    // The middle run begins `before[0]` pixels before 0 and ends `after[0]` after it.
    let middle = (after[0] as f64 - before[0] as f64) / 2.0;
    Some((middle, module))
}

/// Adds a square, or one more line through one that is known.
fn add(found: &mut Vec<Finder>, finder: Finder) {
    let is_full = found.len() >= MAX_KEPT;
    let same = found.iter_mut().find(|known| {
        known.middle.distance(finder.middle) < known.module * 1.5
            && (known.module / finder.module).max(finder.module / known.module) < 1.6
    });
    match same {
        Some(known) => {
            let share = 1.0 / f64::from(known.lines + 1);
            known.middle = known.middle.towards(finder.middle, share);
            known.module += (finder.module - known.module) * share;
            known.lines += 1;
        }
        None if !is_full => found.push(finder),
        None => {}
    }
}
