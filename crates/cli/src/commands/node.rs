//! Somebody's node: every question of the console, for scripts. No wallet of this home is opened.

use std::path::Path;

use bitcoin::{Amount, BlockHash};
use satchel_console::Console;
use satchel_console::block::BlockId;
use satchel_console::send::Payment;
use satchel_console::set_api_key::NewKey;
use satchel_console::transactions::TxFilter;
use satchel_node_api::AddressType;
use satchel_secrets::SecretText;
use satchel_wire::console::chain::{NodeBlock, NodeBlockPage, NodeChain, NodeLatestBlocks};
use satchel_wire::console::health::{NodeHealth, NodeLiveness, NodeReadiness};
use satchel_wire::console::mempool::{NodeMempool, NodeMempoolTransaction};
use satchel_wire::console::mining::{Generated, NodeMining};
use satchel_wire::console::settings::{NodeCheck, NodeConfig};
use satchel_wire::console::transaction::{NodeAddressPage, NodeTransactionPage};
use satchel_wire::console::wallets::{
    NodeAddresses, NodeBalance, NodeFaucetPaid, NodeSent, NodeWallets,
};
use satchel_wire::wallet::Network;
use satchel_wire::{Code, IpcError, parse};
use serde::Serialize;

use crate::args::{Global, NodeAddressArg, NodeArgs, NodeCommand, NodeKeyArg, NodeReach};
use crate::compose;
use crate::human::Told;
use crate::output::Output;
use crate::secret_input;

/// Runs one command.
pub async fn run(args: NodeArgs, global: &Global, output: &Output) -> Result<(), IpcError> {
    let console = compose::console(global, &args.reach);
    if matches!(
        args.command,
        NodeCommand::SetUrl { .. } | NodeCommand::SetKey { .. }
    ) {
        compose::make_home(global)?;
    }
    if let Some(key) = given_key(&args.reach)? {
        console.set_api_key(key).await?;
    }
    let asked = Asked {
        console: &console,
        output,
    };
    match args.command {
        NodeCommand::SetUrl { .. } | NodeCommand::SetKey { .. } if args.reach.url.is_some() => {
            Err(IpcError::new(
                Code::BadInput,
                "--url is for one command; what is kept is set without it.",
            ))
        }
        command => Box::pin(asked.run(command)).await,
    }
}

/// The key that the command line names, for this command alone.
fn given_key(reach: &NodeReach) -> Result<Option<NewKey>, IpcError> {
    let line = || {
        reach
            .key_file
            .as_deref()
            .map(secret_input::first_line)
            .transpose()
    };
    Ok(
        match (&reach.user, reach.authorization, reach.api_key, line()?) {
            _ if reach.url.is_none() => None,
            (Some(user), _, _, Some(password)) => Some(NewKey::Login {
                user: user.clone(),
                password,
            }),
            (None, true, _, Some(key)) => Some(NewKey::Authorization(key)),
            (None, _, true, Some(key)) => Some(NewKey::ApiKey(key)),
            _ => None,
        },
    )
}

struct Asked<'a> {
    console: &'a Console,
    output: &'a Output,
}

impl Asked<'_> {
    fn tell<T: Serialize>(&self, answer: T) -> Result<(), IpcError> {
        self.output.answer(&Told(answer))
    }

    async fn run(&self, command: NodeCommand) -> Result<(), IpcError> {
        let console = self.console;
        match command {
            NodeCommand::Info => self.tell(NodeChain::from(console.blockchain_info().await?)),
            NodeCommand::Latest { limit } => self.tell(NodeLatestBlocks::from(
                console.latest_blocks(Some(limit)).await?,
            )),
            NodeCommand::Blocks { page, from } => {
                let blocks = console
                    .blocks(page.after.as_deref(), from, page.limit)
                    .await?;
                self.tell(NodeBlockPage::from(blocks))
            }
            NodeCommand::Block { block, page } => {
                let id = block_id(&block)?;
                self.tell(NodeBlock::from(
                    console.block(id, page.after.as_deref(), page.limit).await?,
                ))
            }
            NodeCommand::Mining => self.tell(NodeMining::from(console.mining_info().await?)),
            NodeCommand::Generate { address, blocks } => {
                let hashes = console.generate(&address, blocks).await?;
                self.tell(Generated {
                    hashes: hashes.iter().map(BlockHash::to_string).collect(),
                })
            }
            NodeCommand::Health => {
                // One look, since nobody watches: what comes of it is in the answer.
                let _ = console.look().await;
                self.tell(NodeHealth::from(console.health()?))
            }
            NodeCommand::Alive => self.tell(NodeLiveness::from(console.liveness().await)),
            NodeCommand::Ready => self.tell(NodeReadiness::from(console.readiness().await?)),
            NodeCommand::Mempool { page } => self.tell(NodeMempool::from(
                console.mempool(page.after.as_deref(), page.limit).await?,
            )),
            NodeCommand::Waiting { txid } => {
                let both = console.mempool_transaction(parse::txid(&txid)?).await?;
                self.tell(NodeMempoolTransaction::from(both))
            }
            NodeCommand::Txs { txid, block, page } => {
                let filter = TxFilter {
                    txid: txid.as_deref().map(parse::txid).transpose()?,
                    block: block.as_deref().map(parse::block_hash).transpose()?,
                };
                let txs = console
                    .transactions(filter, page.after.as_deref(), page.limit)
                    .await?;
                self.tell(NodeTransactionPage::new(txs, filter.txid.is_some()))
            }
            NodeCommand::Address {
                address,
                after,
                scan,
            } => {
                let page = console
                    .address_transactions(&address, after.as_deref(), scan)
                    .await?;
                self.tell(NodeAddressPage::from(page))
            }
            NodeCommand::SetUrl {
                url,
                esplora,
                proxy,
            } => {
                console
                    .set_base_url(url.as_deref(), esplora.as_deref(), proxy.as_deref())
                    .await?;
                self.tell(NodeConfig::from(console.node_config()?))
            }
            NodeCommand::SetKey {
                way,
                user,
                network,
                file,
                key_file,
            } => {
                let typed = || typed(key_file.as_deref());
                let missing = || IpcError::new(Code::BadInput, "Something is missing; see --help.");
                console
                    .set_api_key(match way {
                        NodeKeyArg::None => NewKey::None,
                        NodeKeyArg::Cookie => {
                            NewKey::Cookie(Network::from(network.ok_or_else(missing)?).into())
                        }
                        NodeKeyArg::CookieFile => NewKey::CookieFile(file.ok_or_else(missing)?),
                        NodeKeyArg::Login => NewKey::Login {
                            user: user.ok_or_else(missing)?,
                            password: typed()?,
                        },
                        NodeKeyArg::Authorization => NewKey::Authorization(typed()?),
                        NodeKeyArg::ApiKey => NewKey::ApiKey(typed()?),
                    })
                    .await?;
                self.tell(NodeConfig::from(console.node_config()?))
            }
            NodeCommand::Config => self.tell(NodeConfig::from(console.node_config()?)),
            NodeCommand::Check => self.tell(NodeCheck::from(console.check_connection().await)),
            wallets => self.wallets(wallets).await,
        }
    }

    /// What is asked of the node's own wallets.
    async fn wallets(&self, command: NodeCommand) -> Result<(), IpcError> {
        let console = self.console;
        match command {
            NodeCommand::CreateWallet {
                name,
                watch_only,
                existing,
            } => {
                let name = console.create_wallet(&name, watch_only, existing).await?;
                self.tell(NodeWallets::from(console.wallet_info(Some(&name)).await?))
            }
            NodeCommand::Addresses {
                wallet,
                page,
                new,
                label,
            } => {
                let wallet = wallet.node_wallet.as_deref();
                let label = label.as_deref().unwrap_or_default();
                let fresh = match new {
                    Some(kind) => Some(console.fresh_address(wallet, label, kind.into()).await?),
                    None => None,
                };
                let list = console
                    .addresses(wallet, page.after.as_deref(), page.limit)
                    .await?;
                self.tell(NodeAddresses::new(list, fresh))
            }
            NodeCommand::Balance(wallet) => self.tell(NodeBalance::from(
                console.balance(wallet.node_wallet.as_deref()).await?,
            )),
            NodeCommand::Send {
                wallet,
                address,
                sats,
                fee_rate,
                subtract_fee,
            } => {
                let amount = amount(sats)?;
                let wallet = wallet.node_wallet;
                let payment = Payment {
                    wallet,
                    address,
                    amount,
                    fee_rate,
                    subtract_fee,
                };
                let txid = console.send(&payment).await?.to_string();
                self.tell(NodeSent { txid })
            }
            NodeCommand::Faucet { address, sats } => {
                let paid = console.faucet(&address, amount(sats)?).await?;
                self.tell(NodeFaucetPaid::from(paid))
            }
            NodeCommand::Wallets(wallet) => self.tell(NodeWallets::from(
                console.wallet_info(wallet.node_wallet.as_deref()).await?,
            )),
            _ => Err(IpcError::new(Code::Internal, "no such question")),
        }
    }
}

fn amount(sats: u64) -> Result<Amount, IpcError> {
    let amount = Amount::from_sat(sats);
    if amount > Amount::MAX_MONEY {
        return Err(IpcError::new(
            Code::BadInput,
            "That is more than 21 million BTC.",
        ));
    }
    Ok(amount)
}

fn block_id(text: &str) -> Result<BlockId, IpcError> {
    match text.parse::<u32>() {
        Ok(height) => Ok(BlockId::Height(height)),
        Err(_) => Ok(BlockId::Hash(parse::block_hash(text)?)),
    }
}

fn typed(file: Option<&Path>) -> Result<SecretText, IpcError> {
    match file {
        Some(file) => secret_input::first_line(file),
        None => secret_input::ask("Key to the node: "),
    }
}

impl From<NodeAddressArg> for AddressType {
    fn from(kind: NodeAddressArg) -> Self {
        match kind {
            NodeAddressArg::Segwit => Self::Segwit,
            NodeAddressArg::Taproot => Self::Taproot,
            NodeAddressArg::NestedSegwit => Self::NestedSegwit,
            NodeAddressArg::Legacy => Self::Legacy,
        }
    }
}
