//! Steps into deeds.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use bitcoin::{Amount, ScriptBuf, Txid};
use serde_json::{Value, json};
use thiserror::Error;

use super::{Condition, Line, MAIN, Scenario, Span, Step, TxIs, Who};
use crate::config::SandboxConfig;
use crate::fees::Estimates;
use crate::rpc;
use crate::sandbox::{Sandbox, StartError};
use crate::wallet::FAUCET;

/// Payments of a filled wallet in a block, and what each has.
const FILL_PER_BLOCK: usize = 1_000;
const FILL_AMOUNT: Amount = Amount::from_sat(10_000);

/// Why a scenario ended before its end.
#[derive(Debug, Error)]
pub enum RunError {
    /// The first node did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A step could not be done, or something was not as it must be.
    #[error("line {line}: {why}")]
    Step {
        /// The line.
        line: usize,
        /// What was wrong.
        why: String,
    },
    /// Nobody reads what is printed any more.
    #[error("cannot print: {0}")]
    Print(#[from] io::Error),
}

/// What a scenario left behind.
pub struct Ended {
    /// Its nodes, running.
    pub nodes: BTreeMap<String, Sandbox>,
    /// Whether they are to go on.
    pub serve: bool,
}

struct Stage<'a> {
    nodes: BTreeMap<String, Sandbox>,
    config: SandboxConfig,
    seed: u64,
    drawn: u64,
    /// Payments by name, and who made them.
    payments: BTreeMap<String, (Txid, String)>,
    out: &'a mut dyn Write,
}

impl Scenario {
    /// Does it on a node that `config` describes, and on others like it. What happens is printed line by line.
    /// Without a number in `config` one is drawn, and printed, so that the same can be done again.
    pub fn run(&self, mut config: SandboxConfig, out: &mut dyn Write) -> Result<Ended, RunError> {
        let seed = match config.seed {
            Some(seed) => seed,
            None => {
                let mut bytes = [0; 4];
                getrandom::fill(&mut bytes).map_err(StartError::from)?;
                u64::from(u32::from_le_bytes(bytes))
            }
        };
        config.seed = Some(seed);
        writeln!(out, "seed {seed}")?;
        let main = Sandbox::start(config.clone())?;
        writeln!(out, "main listens on {}", main.url())?;
        let mut stage = Stage {
            nodes: BTreeMap::from([(MAIN.to_owned(), main)]),
            config,
            seed,
            drawn: 0,
            payments: BTreeMap::new(),
            out,
        };
        let mut serve = false;
        for line in &self.lines {
            if line.step == Step::Serve {
                serve = true;
                break;
            }
            stage.one(line)?;
        }
        Ok(Ended {
            nodes: stage.nodes,
            serve,
        })
    }
}

impl Stage<'_> {
    fn one(&mut self, line: &Line) -> Result<(), RunError> {
        let told = self.deed(&line.node, &line.step);
        let told = told.map_err(|why| RunError::Step {
            line: line.number,
            why,
        })?;
        if !told.is_empty() {
            writeln!(self.out, "{}: {told}", line.number)?;
        }
        Ok(())
    }

    fn node(&self, name: &str) -> Result<&Sandbox, String> {
        self.nodes
            .get(name)
            .ok_or_else(|| format!("there is no node {name:?}"))
    }

    /// The next number of the run's chance.
    fn draw<T: Into<u64> + Copy>(&mut self, span: Span<T>) -> u64 {
        let (least, most) = (span.least.into(), span.most.into());
        if least == most {
            return least;
        }
        self.drawn += 1;
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"satchel-sandbox scenario");
        hasher.update(&self.seed.to_le_bytes());
        hasher.update(&self.drawn.to_le_bytes());
        let mut bytes = [0; 8];
        hasher.finalize_xof().fill(&mut bytes);
        // Spans are short beside 2^64: the rest is as good as even.
        least + u64::from_le_bytes(bytes) % (most - least + 1)
    }

    /// A call of the JSON-RPC.
    fn call(
        &self,
        node: &str,
        wallet: Option<&str>,
        method: &str,
        params: Value,
    ) -> Result<Value, String> {
        rpc::call(self.node(node)?.app(), wallet, method, &params).map_err(|error| error.message)
    }

    fn ensure_wallet(&self, node: &str, name: &str) -> Result<(), String> {
        let known = self.call(node, None, "listwallets", json!([]))?;
        if known
            .as_array()
            .is_some_and(|list| list.contains(&json!(name)))
        {
            return Ok(());
        }
        self.call(node, None, "createwallet", json!([name]))
            .map(|_| ())
    }

    fn script(&self, node: &str, who: &Who) -> Result<ScriptBuf, String> {
        match who {
            Who::Faucet => Ok(self.node(node)?.app().faucet.script().clone()),
            Who::Script(script) => Ok(script.clone()),
            Who::Wallet(name) => {
                self.ensure_wallet(node, name)?;
                let address = self.call(node, Some(name), "getnewaddress", json!(["scenario"]))?;
                rpc::script_of(address.as_str().unwrap_or_default()).map_err(|error| error.message)
            }
        }
    }

    fn remember(&mut self, name: Option<&String>, txid: Txid, payer: &str) {
        if let Some(name) = name {
            self.payments.insert(name.clone(), (txid, payer.to_owned()));
        }
    }

    fn payment(&self, name: &str) -> Result<&(Txid, String), String> {
        self.payments
            .get(name)
            .ok_or_else(|| format!("no payment is called {name:?}"))
    }

    fn deed(&mut self, node: &str, step: &Step) -> Result<String, String> {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        match step {
            Step::Mine { count, to } => {
                let count = u32::try_from(self.draw(*count)).unwrap_or(u32::MAX);
                let script = self.script(node, to)?;
                let sandbox = self.node(node)?;
                sandbox
                    .mine_to(script, count)
                    .map_err(|error| text(&error))?;
                let tip = sandbox.tip();
                Ok(format!("mined {count}, height {} {}", tip.height, tip.hash))
            }
            Step::Pay {
                to,
                amount,
                rate,
                from,
                name,
            } => {
                let amount = Amount::from_sat(self.draw(*amount));
                let script = self.script(node, to)?;
                let address = rpc::address_of(&script).ok_or("the receiver has no address")?;
                if from != FAUCET {
                    self.ensure_wallet(node, from)?;
                }
                let amount = amount.to_string_in(bitcoin::Denomination::Bitcoin);
                let mut params = json!({ "address": address, "amount": amount });
                if let Some(rate) = rate {
                    params["fee_rate"] = json!(format!("{}.{:03}", rate / 1_000, rate % 1_000));
                }
                let txid = self.call(node, Some(from), "sendtoaddress", params)?;
                let txid: Txid = serde_json::from_value(txid).map_err(|error| text(&error))?;
                self.remember(name.as_ref(), txid, from);
                Ok(format!("paid {amount} BTC in {txid}"))
            }
            Step::DoubleSpend {
                tx,
                rate,
                mined,
                name,
            } => {
                let (txid, payer) = self.payment(tx)?.clone();
                let app = self.node(node)?.app();
                let rival = rpc::double_spend(app, &payer, &txid, rate.unwrap_or(0), *mined)
                    .map_err(|error| error.message)?;
                self.remember(name.as_ref(), rival, &payer);
                Ok(format!("{txid} is spent again by {rival}"))
            }
            Step::Reorg { depth, blocks } => {
                let sandbox = self.node(node)?;
                let blocks = blocks.unwrap_or(depth + 1);
                sandbox
                    .reorg(*depth, blocks)
                    .map_err(|error| text(&error))?;
                let tip = sandbox.tip();
                Ok(format!(
                    "{depth} blocks replaced, height {} {}",
                    tip.height, tip.hash
                ))
            }
            Step::Spike { rate, blocks } => {
                let app = self.node(node)?.app();
                let made = app
                    .faucet
                    .spike(&app.node, *rate, *blocks)
                    .map_err(|error| text(&error))?;
                Ok(format!("{} transactions fill the pool", made.len()))
            }
            Step::Fill { count, wallet } => {
                let sandbox = self.node(node)?;
                sandbox
                    .fill_wallet(wallet, *count, FILL_PER_BLOCK, FILL_AMOUNT)
                    .map_err(|error| text(&error))?;
                let tip = sandbox.tip();
                Ok(format!(
                    "{count} payments, height {} {}",
                    tip.height, tip.hash
                ))
            }
            Step::Fault(route, fault) => {
                if !self.node(node)?.app().faults.set(route.clone(), *fault) {
                    return Err("there are too many faults".to_owned());
                }
                Ok(String::new())
            }
            Step::Heal(route) => {
                self.node(node)?.app().faults.heal(route.as_ref());
                Ok(String::new())
            }
            Step::Wait(condition, within) => self.wait(node, condition, *within),
            Step::Expect(condition) => self.is_so(node, condition)?.map(|()| String::new()),
            Step::Node(name) => self.start(name),
            Step::Connect(a, b) => {
                let url = self.node(b)?.url();
                self.node(a)?.connect(&url).map_err(|error| text(&error))?;
                Ok(format!("{a} and {b} are linked"))
            }
            Step::Disconnect(a, b) => {
                let (a_node, b_node) = (self.node(a)?, self.node(b)?);
                // Whichever side made the link.
                let cut = [
                    a_node.disconnect(&b_node.url()),
                    b_node.disconnect(&a_node.url()),
                ];
                if !cut.contains(&Ok(true)) {
                    return Err(format!("{a} and {b} are not linked"));
                }
                Ok(format!("{a} and {b} are apart"))
            }
            Step::Say(said) => Ok(said.clone()),
            Step::Pause(time) => {
                std::thread::sleep(*time);
                Ok(String::new())
            }
            Step::Serve => Ok(String::new()),
        }
    }

    fn start(&mut self, name: &str) -> Result<String, String> {
        if self.nodes.contains_key(name) {
            return Err(format!("there is a node {name:?} already"));
        }
        let mut bytes = [0; 8];
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.seed.to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.finalize_xof().fill(&mut bytes);
        let config = SandboxConfig {
            port: 0,
            data_dir: None,
            // It gets its blocks from others, or mines its own.
            premine: 0,
            faucet: false,
            seed: Some(u64::from_le_bytes(bytes)),
            ..self.config.clone()
        };
        let sandbox = Sandbox::start(config).map_err(|error| error.to_string())?;
        let told = format!("{name} listens on {}", sandbox.url());
        self.nodes.insert(name.to_owned(), sandbox);
        Ok(told)
    }

    fn wait(&self, node: &str, condition: &Condition, within: Duration) -> Result<String, String> {
        let sandbox = self.node(node)?;
        let runtime = sandbox.app().runtime.get().ok_or("the node has stopped")?;
        let mut changes = sandbox.app().node.changes();
        let start = Instant::now();
        loop {
            changes.mark_unchanged();
            let not = match self.is_so(node, condition)? {
                Ok(()) => return Ok(String::new()),
                Err(not) => not,
            };
            let left = within.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(format!("{not} after {} ms", within.as_millis()));
            }
            // Another node may be what is waited for: it is looked at now and then.
            let pause = left.min(Duration::from_millis(50));
            runtime.block_on(async {
                // Either way it is looked at again.
                let _ = tokio::time::timeout(pause, changes.changed()).await;
            });
        }
    }

    /// Whether something is so; if not, what is instead. The outer error is for what has no answer.
    fn is_so(&self, node: &str, condition: &Condition) -> Result<Result<(), String>, String> {
        let sandbox = self.node(node)?;
        let app = sandbox.app();
        let told = |so: bool, instead: String| if so { Ok(()) } else { Err(instead) };
        Ok(match condition {
            Condition::Height(height) => {
                let is = sandbox.tip().height;
                told(is == *height, format!("the height is {is}, not {height}"))
            }
            Condition::Pool(count) => {
                let is = app.node.read().pool.count();
                told(is == *count, format!("{is} transactions wait, not {count}"))
            }
            Condition::Fee(rate) => {
                let is = Estimates::of(&app.node.read().pool).rate(1);
                told(
                    is >= *rate,
                    format!("the next block costs {is} sat/kvB, not {rate}"),
                )
            }
            Condition::Same(other) => {
                let (is, there) = (sandbox.tip(), self.node(other)?.tip());
                told(
                    is == there,
                    format!("the tip is {}, on {other} {}", is.hash, there.hash),
                )
            }
            Condition::Balance(who, amount) => {
                let name = match who {
                    Who::Wallet(name) => name.as_str(),
                    _ => FAUCET,
                };
                if name != FAUCET {
                    self.ensure_wallet(node, name)?;
                }
                let shelf = app.wallets.lock();
                let wallet = shelf
                    .select(Some(name))
                    .map_err(|error| error.to_string())?;
                let is = Amount::from_sat(wallet.balances(&app.node.read(), 0).trusted);
                told(is == *amount, format!("{name} has {is}, not {amount}"))
            }
            Condition::Tx(name, wanted) => {
                let (txid, _) = self.payment(name)?;
                let state = app.node.read();
                let depth = state
                    .index
                    .position(txid)
                    .map(|position| state.index.height() - position.height + 1);
                let waits = state.pool.get(txid).is_some();
                let so = match wanted {
                    TxIs::Waiting => waits,
                    TxIs::Confirmed(least) => depth.is_some_and(|depth| depth >= *least),
                    TxIs::Gone => !waits && depth.is_none(),
                };
                let is = match depth {
                    Some(depth) => format!("confirmed {depth}"),
                    None if waits => "waiting".to_owned(),
                    None => "gone".to_owned(),
                };
                told(so, format!("{name} ({txid}) is {is}"))
            }
        })
    }
}
