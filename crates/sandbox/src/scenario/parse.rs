//! Words into steps.

use std::str::{FromStr, SplitWhitespace};
use std::time::Duration;

use bitcoin::address::NetworkUnchecked;
use bitcoin::{Address, Amount, Denomination, Network};

use super::{
    Condition, Line, LineFault, MAIN, MAX_BYTES, MAX_LINE, MAX_LINES, Scenario, ScenarioError,
    Span, Step, TxIs, Who,
};
use crate::faults::{Fault, Route};
use crate::fees::parse_rate;
use crate::wallet::FAUCET;

/// Longest pause, wait or delay.
const LONGEST: Duration = Duration::from_secs(3_600);
/// How long is waited when nothing is said.
const PATIENCE: Duration = Duration::from_secs(30);
/// Most blocks of one step.
const MAX_BLOCKS: u32 = 10_000;
/// Longest name in bytes.
const MAX_NAME: usize = 64;

impl FromStr for Scenario {
    type Err = ScenarioError;

    fn from_str(text: &str) -> Result<Self, ScenarioError> {
        if text.len() > MAX_BYTES {
            return Err(ScenarioError::TooLarge);
        }
        let mut lines = Vec::new();
        for (place, text) in text.lines().enumerate() {
            let number = place + 1;
            if number > MAX_LINES {
                return Err(ScenarioError::TooLarge);
            }
            let read = line(text);
            match read {
                Ok(Some((node, step))) => lines.push(Line { number, node, step }),
                Ok(None) => {}
                Err(fault) => {
                    return Err(ScenarioError::Line {
                        line: number,
                        fault,
                    });
                }
            }
        }
        Ok(Self { lines })
    }
}

fn line(text: &str) -> Result<Option<(String, Step)>, LineFault> {
    if text.len() > MAX_LINE {
        return Err(LineFault::TooLong);
    }
    // A text to be printed may have a # in it.
    if let Some(said) = text.trim().strip_prefix("say ") {
        return Ok(Some((MAIN.to_owned(), Step::Say(said.trim().to_owned()))));
    }
    let text = text.split('#').next().unwrap_or_default();
    let mut words = Words(text.split_whitespace());
    let Some(mut first) = words.0.next() else {
        return Ok(None);
    };
    let mut node = MAIN.to_owned();
    if first == "on" {
        node = words.name("a node's name")?;
        first = words.next("a step")?;
    }
    let step = words.step(first)?;
    match words.0.next() {
        Some(word) => Err(LineFault::Extra(cut(word))),
        None => Ok(Some((node, step))),
    }
}

/// A word for an error, not too long.
fn cut(word: &str) -> String {
    word.chars().take(80).collect()
}

struct Words<'a>(SplitWhitespace<'a>);

impl<'a> Words<'a> {
    fn next(&mut self, what: &'static str) -> Result<&'a str, LineFault> {
        self.0.next().ok_or(LineFault::Missing(what))
    }

    /// Takes the next word if it is this one.
    fn is_next(&mut self, word: &str) -> bool {
        let mut ahead = self.0.clone();
        let found = ahead.next() == Some(word);
        if found {
            self.0 = ahead;
        }
        found
    }

    fn read<T>(
        &mut self,
        what: &'static str,
        read: impl FnOnce(&'a str) -> Option<T>,
    ) -> Result<T, LineFault> {
        let word = self.next(what)?;
        read(word).ok_or_else(|| LineFault::Word {
            word: cut(word),
            expected: what,
        })
    }

    fn name(&mut self, what: &'static str) -> Result<String, LineFault> {
        self.read(what, name)
    }

    fn number<T: FromStr>(&mut self, what: &'static str) -> Result<T, LineFault> {
        self.read(what, |word| word.parse().ok())
    }

    fn blocks(&mut self) -> Result<u32, LineFault> {
        self.read("number of blocks (at most 10000)", |word| {
            word.parse().ok().filter(|count| *count <= MAX_BLOCKS)
        })
    }

    fn rate(&mut self) -> Result<u64, LineFault> {
        self.read("fee rate in sat/vB", |word| {
            parse_rate(word).filter(|rate| *rate <= 100_000_000)
        })
    }

    fn who(&mut self) -> Result<Who, LineFault> {
        self.read("receiver (faucet, @WALLET or a regtest address)", who)
    }

    fn route(&mut self) -> Result<Route, LineFault> {
        self.read("path (/api/... with at most one *, at its end)", Route::new)
    }

    fn time(&mut self) -> Result<Duration, LineFault> {
        self.read("time (such as 200ms, 5s or 2m; at most an hour)", duration)
    }

    fn step(&mut self, first: &str) -> Result<Step, LineFault> {
        Ok(match first {
            "mine" => Step::Mine {
                count: self.read(
                    "number of blocks (such as 3 or 1..6; at most 10000)",
                    |word| {
                        let read =
                            |word: &str| word.parse().ok().filter(|count| *count <= MAX_BLOCKS);
                        span(word, read)
                    },
                )?,
                to: match self.is_next("to") {
                    true => self.who()?,
                    false => Who::Faucet,
                },
            },
            "pay" => self.pay()?,
            "double-spend" => self.double_spend()?,
            "reorg" => Step::Reorg {
                depth: self.blocks()?,
                blocks: self.is_next("blocks").then(|| self.blocks()).transpose()?,
            },
            "fee-spike" => Step::Spike {
                rate: self.rate()?,
                blocks: match self.is_next("blocks") {
                    true => self.read("number of full blocks (1 to 50)", |word| {
                        word.parse().ok().filter(|count| (1..=50).contains(count))
                    })?,
                    false => 1,
                },
            },
            "fill" => Step::Fill {
                count: self.read("number of payments (1 to 1000000)", |word| {
                    let count = word.parse().ok();
                    count.filter(|count| (1..=1_000_000).contains(count))
                })?,
                wallet: self.read("wallet (@NAME)", |word| match who(word)? {
                    Who::Wallet(name) => Some(name),
                    _ => None,
                })?,
            },
            "stall" => Step::Fault(self.route()?, Fault::Stall),
            "slow" => Step::Fault(self.route()?, Fault::Slow(self.time()?)),
            "wrong" => Step::Fault(
                self.route()?,
                self.read(
                    "way to be wrong (garbage, truncated, empty or a status)",
                    wrong,
                )?,
            ),
            "heal" => Step::Heal(match self.is_next("all") {
                true => None,
                false => Some(self.route()?),
            }),
            "wait" => {
                let condition = self.condition()?;
                let within = match self.is_next("within") {
                    true => self.time()?,
                    false => PATIENCE,
                };
                Step::Wait(condition, within)
            }
            "expect" => Step::Expect(self.condition()?),
            "node" => Step::Node(self.name("node's name")?),
            "connect" => Step::Connect(self.name("node's name")?, self.name("node's name")?),
            "disconnect" => Step::Disconnect(self.name("node's name")?, self.name("node's name")?),
            "pause" => Step::Pause(self.time()?),
            "serve" => Step::Serve,
            other => return Err(LineFault::Step(cut(other))),
        })
    }

    fn pay(&mut self) -> Result<Step, LineFault> {
        let to = self.who()?;
        let amount = self.read(
            "amount (such as 0.5btc, 70000sat or 1000..5000sat)",
            amounts,
        )?;
        let (mut rate, mut from, mut name) = (None, None, None);
        // In any order, each once.
        loop {
            if rate.is_none() && self.is_next("rate") {
                rate = Some(self.rate()?);
            } else if from.is_none() && self.is_next("from") {
                from = Some(self.payer()?);
            } else if name.is_none() && self.is_next("as") {
                name = Some(self.name("payment's name")?);
            } else {
                break;
            }
        }
        Ok(Step::Pay {
            to,
            amount,
            rate,
            from: from.unwrap_or_else(|| FAUCET.to_owned()),
            name,
        })
    }

    fn double_spend(&mut self) -> Result<Step, LineFault> {
        let tx = self.name("payment's name")?;
        let (mut rate, mut mined, mut name) = (None, false, None);
        loop {
            if rate.is_none() && self.is_next("rate") {
                rate = Some(self.rate()?);
            } else if !mined && self.is_next("mined") {
                mined = true;
            } else if name.is_none() && self.is_next("as") {
                name = Some(self.name("payment's name")?);
            } else {
                break;
            }
        }
        Ok(Step::DoubleSpend {
            tx,
            rate,
            mined,
            name,
        })
    }

    fn payer(&mut self) -> Result<String, LineFault> {
        self.read("payer (faucet or @WALLET)", |word| match who(word)? {
            Who::Faucet => Some(FAUCET.to_owned()),
            Who::Wallet(name) => Some(name),
            Who::Script(_) => None,
        })
    }

    fn condition(&mut self) -> Result<Condition, LineFault> {
        Ok(match self.next("a condition")? {
            "height" => Condition::Height(self.number("height")?),
            "pool" => Condition::Pool(self.number("number of transactions")?),
            "fee" => Condition::Fee(self.rate()?),
            "same" => Condition::Same(self.name("node's name")?),
            "balance" => Condition::Balance(
                self.payer().map(|name| match name.as_str() {
                    FAUCET => Who::Faucet,
                    _ => Who::Wallet(name),
                })?,
                self.read("amount (such as 0.5btc or 70000sat)", amount)?,
            ),
            "tx" => {
                let name = self.name("payment's name")?;
                let is = match self.next("waiting, confirmed or gone")? {
                    "waiting" => TxIs::Waiting,
                    "gone" => TxIs::Gone,
                    "confirmed" => {
                        // A number may follow, or "within", or nothing.
                        let mut ahead = self.0.clone();
                        match ahead.next().and_then(|word| word.parse().ok()) {
                            Some(blocks) => {
                                self.0 = ahead;
                                TxIs::Confirmed(blocks)
                            }
                            None => TxIs::Confirmed(1),
                        }
                    }
                    word => {
                        return Err(LineFault::Word {
                            word: cut(word),
                            expected: "place of a transaction (waiting, confirmed or gone)",
                        });
                    }
                };
                Condition::Tx(name, is)
            }
            word => {
                return Err(LineFault::Word {
                    word: cut(word),
                    expected: "condition (height, tx, pool, balance, fee or same)",
                });
            }
        })
    }
}

fn name(word: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let good = !word.is_empty() && word.len() <= MAX_NAME && word.chars().all(plain);
    good.then(|| word.to_owned())
}

fn who(word: &str) -> Option<Who> {
    if word == FAUCET {
        return Some(Who::Faucet);
    }
    if let Some(wallet) = word.strip_prefix('@') {
        return name(wallet).filter(|name| name != FAUCET).map(Who::Wallet);
    }
    let address: Address<NetworkUnchecked> = word.parse().ok()?;
    let address = address.require_network(Network::Regtest).ok()?;
    Some(Who::Script(address.script_pubkey()))
}

fn amount(word: &str) -> Option<Amount> {
    let (digits, unit) = match word.strip_suffix("btc") {
        Some(digits) => (digits, Denomination::Bitcoin),
        None => (word.strip_suffix("sat")?, Denomination::Satoshi),
    };
    Amount::from_str_in(digits, unit)
        .ok()
        .filter(|amount| *amount <= Amount::MAX_MONEY)
}

/// One amount, or two with the unit behind the second.
fn amounts(word: &str) -> Option<Span<u64>> {
    let unit = if word.ends_with("btc") { "btc" } else { "sat" };
    let body = word.strip_suffix(unit)?;
    span(body, |digits| {
        amount(&format!("{digits}{unit}")).map(Amount::to_sat)
    })
}

fn span<T: PartialOrd + Copy>(word: &str, read: impl Fn(&str) -> Option<T>) -> Option<Span<T>> {
    let (least, most) = match word.split_once("..") {
        Some((least, most)) => (read(least)?, read(most)?),
        None => (read(word)?, read(word)?),
    };
    (least <= most).then_some(Span { least, most })
}

fn duration(word: &str) -> Option<Duration> {
    let number = |digits: &str| digits.parse::<u64>().ok();
    let time = if let Some(digits) = word.strip_suffix("ms") {
        Duration::from_millis(number(digits)?)
    } else if let Some(digits) = word.strip_suffix('s') {
        Duration::from_secs(number(digits)?)
    } else {
        Duration::from_secs(number(word.strip_suffix('m')?)?.checked_mul(60)?)
    };
    (time <= LONGEST).then_some(time)
}

fn wrong(word: &str) -> Option<Fault> {
    Some(match word {
        "garbage" => Fault::Garbage,
        "truncated" => Fault::Truncated,
        "empty" => Fault::Empty,
        status => Fault::Status(
            status
                .parse()
                .ok()
                .filter(|code| (400..600).contains(code))?,
        ),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn fault(text: &str) -> String {
        text.parse::<Scenario>().unwrap_err().to_string()
    }

    #[test]
    fn every_step_is_read() {
        let text = "\
            # a comment\n\n\
            mine 3\n\
            mine 1..4 to @ada # for ada\n\
            pay @ada 0.5btc rate 1.5 as rent\n\
            on b pay faucet 1000..2000sat from @ada\n\
            double-spend rent rate 20 mined as theft\n\
            reorg 2 blocks 5\n\
            fee-spike 80 blocks 2\n\
            fill 100 @ada\n\
            stall /api/tx/*\n\
            slow /api/blocks/tip/height 200ms\n\
            wrong / 503\n\
            wrong /api/* garbage\n\
            heal /api/*\n\
            heal all\n\
            wait height 120 within 2m\n\
            wait tx rent confirmed within 1s\n\
            expect tx rent confirmed 3\n\
            expect balance @ada 70000sat\n\
            expect fee 80\n\
            node b\n\
            connect main b\n\
            disconnect main b\n\
            on b expect same main\n\
            say # is said\n\
            pause 1s\n\
            serve\n";
        let scenario: Scenario = text.parse().unwrap();
        assert_eq!(scenario.lines().len(), 26);
        assert_eq!(scenario.lines()[0].number, 3);
        let lines = scenario.lines();
        assert_eq!(lines[3].node, "b");
        assert_eq!(
            lines[1].step,
            Step::Mine {
                count: Span { least: 1, most: 4 },
                to: Who::Wallet("ada".to_owned()),
            }
        );
        assert_eq!(lines[23].step, Step::Say("# is said".to_owned()));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, told) in [
            ("mine 1\nmien 2", "line 2: there is no step \"mien\""),
            (
                "mine",
                "line 1: number of blocks (such as 3 or 1..6; at most 10000) is missing",
            ),
            ("mine 10001", "line 1: \"10001\" is no number of blocks"),
            ("mine 5..4", "line 1: \"5..4\" is no number of blocks"),
            ("mine 1 2", "line 1: \"2\" is one word too many"),
            ("pay @ada 5", "line 1: \"5\" is no amount"),
            (
                "pay @ada 0.000000001btc",
                "line 1: \"0.000000001btc\" is no amount",
            ),
            (
                "pay bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq 5sat",
                "line 1: \"bc1q",
            ),
            ("pay @faucet 5sat", "line 1: \"@faucet\" is no receiver"),
            ("slow /api 2h", "line 1: \"2h\" is no time"),
            ("fill 0 @ada", "line 1: \"0\" is no number of payments"),
            ("fill 5 faucet", "line 1: \"faucet\" is no wallet"),
            ("stall api", "line 1: \"api\" is no path"),
            ("stall /a*b", "line 1: \"/a*b\" is no path"),
            ("wrong /api 200", "line 1: \"200\" is no way to be wrong"),
            ("expect tx a lost", "line 1: \"lost\" is no place"),
            ("expect luck", "line 1: \"luck\" is no condition"),
            ("on", "line 1: a node's name is missing"),
            ("on b", "line 1: a step is missing"),
            ("node ../b", "line 1: \"../b\" is no node's name"),
            ("pause 3601s", "line 1: \"3601s\" is no time"),
        ] {
            let found = fault(text);
            assert!(found.starts_with(told), "{text}: {found}");
        }
        assert!(fault(&format!("say {}", "x".repeat(MAX_LINE))).contains("at most 1000 bytes"));
        assert!(fault(&"\n".repeat(MAX_LINES + 1)).contains("at most"));
    }
}
