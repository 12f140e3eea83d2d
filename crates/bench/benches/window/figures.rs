//! Figures by name, printed as divan prints its own.

/// What a figure is measured in.
#[derive(Debug, Clone, Copy)]
pub enum Unit {
    Milliseconds,
    Mebibytes,
    Megabytes,
}

impl Unit {
    fn say(self, value: f64) -> String {
        match self {
            Self::Milliseconds => format!("{value:.0} ms"),
            Self::Mebibytes => format!("{value:.0} MiB"),
            Self::Megabytes => format!("{value:.2} MB"),
        }
    }
}

/// Samples by name, in the order in which the names came.
#[derive(Debug, Default)]
pub struct Figures {
    named: Vec<(&'static str, Vec<f64>)>,
}

impl Figures {
    pub fn add(&mut self, name: &'static str, value: f64) {
        match self.named.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => self.named.push((name, vec![value])),
        }
    }
}

/// Prints groups of figures as a tree.
pub fn print(name: &str, groups: &[(&str, Unit, &Figures)]) {
    println!("{name}  fastest  │ slowest  │ median  │ mean  │ samples │ iters");
    for (group, unit, figures) in groups {
        println!("├─ {group}  │  │  │  │  │");
        for (name, samples) in &figures.named {
            let mut sorted = samples.clone();
            sorted.sort_by(f64::total_cmp);
            let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else {
                continue;
            };
            let [first, last, median, mean] = [
                *first,
                *last,
                sorted[sorted.len() / 2],
                sorted.iter().sum::<f64>() / sorted.len() as f64,
            ]
            .map(|value| unit.say(value));
            let count = sorted.len();
            println!("│  ├─ {name}  {first} │ {last} │ {median} │ {mean} │ {count} │ {count}");
        }
    }
}
