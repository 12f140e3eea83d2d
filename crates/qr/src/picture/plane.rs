//! Points and how a square lies in a picture.

/// A point of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

impl Point {
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    pub fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// The point `times` of the way to another.
    pub fn towards(self, other: Self, times: f64) -> Self {
        Self::new(
            self.x + (other.x - self.x) * times,
            self.y + (other.y - self.y) * times,
        )
    }
}

/// A plane, seen from somewhere.
#[derive(Clone, Copy, Debug)]
pub struct View {
    factors: [f64; 8],
    from: Around,
    to: Around,
}

impl View {
    /// Returns the view in which each of four or more points is seen as near as can be to where it is said to be;
    /// nothing, if they are in a line.
    pub fn fitting(pairs: &[(Point, Point)]) -> Option<Self> {
        let from = Around::of(pairs.iter().map(|(from, _)| *from));
        let to = Around::of(pairs.iter().map(|(_, to)| *to));
        // x' = (a·x + b·y + c) / (g·x + h·y + 1), y' = (d·x + e·y + f) / (g·x + h·y + 1), and the least squares of
        // all these equations, multiplied out.
        let mut rows = [[0.0; 9]; 8];
        for (seen_from, seen_at) in pairs {
            let Point { x, y } = from.inside(*seen_from);
            let at = to.inside(*seen_at);
            for equation in [
                [x, y, 1.0, 0.0, 0.0, 0.0, -x * at.x, -y * at.x, at.x],
                [0.0, 0.0, 0.0, x, y, 1.0, -x * at.y, -y * at.y, at.y],
            ] {
                for (row, factor) in rows.iter_mut().zip(equation) {
                    row.iter_mut()
                        .zip(equation)
                        .for_each(|(sum, value)| *sum += factor * value);
                }
            }
        }
        let factors = solve(rows)?;
        Some(Self { factors, from, to })
    }

    /// Returns where a point is seen; far outside, if it is on the horizon.
    pub fn of(&self, x: f64, y: f64) -> Point {
        let [a, b, c, d, e, f, g, h] = self.factors;
        let Point { x, y } = self.from.inside(Point::new(x, y));
        let depth = g * x + h * y + 1.0;
        self.to.outside(Point::new(
            (a * x + b * y + c) / depth,
            (d * x + e * y + f) / depth,
        ))
    }
}

/// Where points are and how far they reach, so that equations have numbers near 1.
#[derive(Clone, Copy, Debug)]
struct Around {
    middle: Point,
    reach: f64,
}

impl Around {
    fn of(points: impl Iterator<Item = Point> + Clone) -> Self {
        let (sum, count) = points
            .clone()
            .fold((Point::new(0.0, 0.0), 0.0), |(sum, n), point| {
                (Point::new(sum.x + point.x, sum.y + point.y), n + 1.0)
            });
        let middle = Point::new(sum.x / count, sum.y / count);
        let reach = points
            .map(|point| point.distance(middle))
            .fold(1.0, f64::max);
        Self { middle, reach }
    }

    fn inside(&self, point: Point) -> Point {
        Point::new(
            (point.x - self.middle.x) / self.reach,
            (point.y - self.middle.y) / self.reach,
        )
    }

    fn outside(&self, point: Point) -> Point {
        Point::new(
            point.x * self.reach + self.middle.x,
            point.y * self.reach + self.middle.y,
        )
    }
}

/// Solves eight equations for eight unknowns.
fn solve(mut rows: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for at in 0..8 {
        let largest = (at..8).max_by(|a, b| rows[*a][at].abs().total_cmp(&rows[*b][at].abs()))?;
        rows.swap(at, largest);
        let pivot = rows[at];
        if pivot[at].abs() < 1e-9 {
            return None;
        }
        for (other, row) in rows.iter_mut().enumerate() {
            if other != at {
                let factor = row[at] / pivot[at];
                row.iter_mut()
                    .zip(pivot)
                    .for_each(|(value, p)| *value -= factor * p);
            }
        }
    }
    let mut solution = [0.0; 8];
    for (at, value) in solution.iter_mut().enumerate() {
        *value = rows[at][8] / rows[at][at];
    }
    solution
        .iter()
        .all(|value| value.is_finite())
        .then_some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_points_are_seen_where_they_are() {
        let from = [(0.0, 0.0), (10.0, 0.0), (0.0, 10.0), (10.0, 10.0)];
        let to = [(5.0, 7.0), (90.0, 12.0), (9.0, 80.0), (70.0, 99.0)];
        let point = |(x, y)| Point::new(x, y);
        let pairs = [0, 1, 2, 3].map(|n| (point(from[n]), point(to[n])));
        let view = View::fitting(&pairs).expect("no three are in a line");
        for (from, to) in pairs {
            assert!(view.of(from.x, from.y).distance(to) < 1e-6);
        }
        let flat = [0.0, 1.0, 2.0, 3.0].map(|n| (Point::new(n, n), Point::new(n, 0.0)));
        assert!(View::fitting(&flat).is_none());
    }
}
