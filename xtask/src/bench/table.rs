//! Reads the tree that divan prints.

use std::fmt::Write;

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its path in the tree, such as `pages / history / 10000`.
    pub name: String,
    pub fastest: String,
    pub median: String,
}

/// Collects figures line by line.
#[derive(Debug, Default)]
pub struct Table {
    path: Vec<String>,
    pub rows: Vec<Row>,
}

/// The signs of which the tree is drawn.
const DRAWN: [char; 5] = ['├', '╰', '─', '│', ' '];
/// Columns that each level is moved to the right by.
const STEP: usize = 3;

impl Table {
    /// Looks at a line of output.
    pub fn see(&mut self, line: &str) {
        let line = line.trim_end();
        if line.is_empty() {
            return;
        }
        let name_at = line.chars().take_while(|c| DRAWN.contains(c)).count();
        if name_at == 0 {
            // The head of a tree names its columns; all else at the margin is no figure.
            self.path.clear();
            if line.contains("fastest") && line.contains("median") {
                self.path
                    .extend(line.split_whitespace().next().map(str::to_owned));
            }
            return;
        }
        let body: String = line.chars().skip(name_at).collect();
        if self.path.is_empty() {
            return;
        }
        let depth = name_at / STEP;
        let mut cells = body.split('│').map(str::trim);
        let first = cells.next().unwrap_or_default();
        let (name, fastest) = first.split_once("  ").unwrap_or((first, ""));
        // Lines of allocations and throughput have values and no name.
        if name.is_empty() || !line.contains('─') {
            return;
        }
        self.path.truncate(depth.max(1));
        self.path.push(name.to_owned());
        if let Some(median) = cells.nth(1).filter(|_| !fastest.trim().is_empty()) {
            self.rows.push(Row {
                name: self.path.join(" / "),
                fastest: fastest.trim().to_owned(),
                median: median.to_owned(),
            });
        }
    }
}

/// Writes the figures as a table for the README.
pub fn markdown(rows: &[Row]) -> String {
    let width = |of: fn(&Row) -> &str, head: &str| {
        rows.iter()
            .map(|row| of(row).chars().count())
            .chain([head.len()])
            .max()
            .unwrap_or_default()
    };
    let (name, fastest, median) = (
        width(|r| &r.name, "what"),
        width(|r| &r.fastest, "fastest"),
        width(|r| &r.median, "median"),
    );
    let mut out = String::new();
    let mut line = |a: &str, b: &str, c: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "| {a:<name$} | {b:>fastest$} | {c:>median$} |");
    };
    line("what", "fastest", "median");
    line(
        &"-".repeat(name),
        &format!("{}:", "-".repeat(fastest - 1)),
        &format!("{}:", "-".repeat(median - 1)),
    );
    for row in rows {
        line(&row.name, &row.fastest, &row.median);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
     Running benches/pages.rs (target/release/deps/pages-1)
Timer precision: 20 ns
pages              fastest       │ slowest       │ median        │ mean          │ samples │ iters
├─ balance         12.11 µs      │ 40.2 µs       │ 12.51 µs      │ 13.1 µs       │ 100     │ 100
├─ history                       │               │               │               │         │
│  ├─ 1000         101.2 µs      │ 200.1 µs      │ 104.9 µs      │ 108 µs        │ 100     │ 100
│  ╰─ 10000        1.1 ms        │ 2 ms          │ 1.2 ms        │ 1.3 ms        │ 100     │ 100
│                  9.1 Kitem/s   │ 5 Kitem/s     │ 8.3 Kitem/s   │ 7.7 Kitem/s   │         │
╰─ coins           3 ms          │ 4 ms          │ 3.5 ms        │ 3.6 ms        │ 100     │ 100

test result: nothing
";

    #[test]
    fn figures_are_read_with_their_place_in_the_tree() {
        let mut table = Table::default();
        OUTPUT.lines().for_each(|line| table.see(line));
        let row = |name: &str, fastest: &str, median: &str| Row {
            name: name.to_owned(),
            fastest: fastest.to_owned(),
            median: median.to_owned(),
        };
        let expected = [
            row("pages / balance", "12.11 µs", "12.51 µs"),
            row("pages / history / 1000", "101.2 µs", "104.9 µs"),
            row("pages / history / 10000", "1.1 ms", "1.2 ms"),
            row("pages / coins", "3 ms", "3.5 ms"),
        ];
        assert_eq!(table.rows, expected);
        let text = markdown(&table.rows);
        assert_eq!(text.lines().count(), 6);
        let width = |line: &str| line.chars().count();
        assert!(
            text.lines()
                .all(|line| width(line) == width(text.lines().next().unwrap_or("")))
        );
    }
}
