//! Words for somebody's node.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use satchel_types::FeeRate;

use super::NetworkArg;

/// A node, and what is asked of it.
#[derive(Debug, clap::Args)]
pub struct NodeArgs {
    #[command(flatten)]
    pub reach: NodeReach,
    #[command(subcommand)]
    pub command: NodeCommand,
}

/// How a node is reached. Without --url it is the one that the console of this home asks.
#[derive(Debug, clap::Args)]
pub struct NodeReach {
    /// Address of the node's JSON-RPC, such as http://127.0.0.1:8332.
    #[arg(long, value_name = "URL", env = "SATCHEL_NODE_URL")]
    pub url: Option<String>,
    /// Address of an Esplora server beside it, which knows the transactions of every address.
    #[arg(long, value_name = "URL", requires = "url")]
    pub esplora: Option<String>,
    /// Ask everything but this machine through this proxy, such as Tor's socks5h://127.0.0.1:9050.
    #[arg(long, value_name = "URL", requires = "url")]
    pub proxy: Option<String>,
    /// Let requests and keys cross a network in plain http, where everybody on the way reads them.
    #[arg(long, requires = "url")]
    pub plain_http: bool,
    /// Be let in by this cookie file.
    #[arg(long, value_name = "FILE", env = "SATCHEL_NODE_COOKIE", group = "key")]
    pub cookie: Option<PathBuf>,
    /// Be let in by this user name, with the password in --key-file.
    #[arg(long, value_name = "NAME", requires = "key_file", group = "key")]
    pub user: Option<String>,
    /// Send the line in --key-file as the Authorization header.
    #[arg(long, requires = "key_file", group = "key")]
    pub authorization: bool,
    /// Send the line in --key-file as the X-API-Key header.
    #[arg(long, requires = "key_file", group = "key")]
    pub api_key: bool,
    /// The first line of this file is the password or the header.
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

/// What is asked of a node.
#[derive(Debug, Subcommand)]
pub enum NodeCommand {
    /// The state of its chain and network.
    Info,
    /// Its newest blocks.
    Latest {
        /// How many, 1 to 50.
        #[arg(long, default_value_t = 10)]
        limit: u32,
    },
    /// A page of blocks, newest first.
    Blocks {
        #[command(flatten)]
        page: NodePage,
        /// Begin at this height.
        #[arg(long)]
        from: Option<u32>,
    },
    /// A block with a page of its transactions.
    Block {
        /// Its hash or its height.
        block: String,
        #[command(flatten)]
        page: NodePage,
    },
    /// Figures about mining.
    Mining,
    /// Mine blocks to an address, on regtest and on a signet whose key the node has.
    Generate {
        /// Who gets what is mined.
        address: String,
        /// How many, 1 to 1,000.
        #[arg(long, default_value_t = 1)]
        blocks: u32,
    },
    /// What is known of it, and what is wrong.
    Health,
    /// Whether it answers right now.
    Alive,
    /// Whether it can be relied upon right now.
    Ready,
    /// What waits for a block.
    Mempool {
        #[command(flatten)]
        page: NodePage,
    },
    /// A waiting transaction.
    Waiting {
        /// Its id.
        txid: String,
    },
    /// The newest transactions of blocks, those of one block, or one by its id.
    Txs {
        /// Only this one.
        #[arg(long)]
        txid: Option<String>,
        /// Only those of this block.
        #[arg(long, value_name = "HASH")]
        block: Option<String>,
        #[command(flatten)]
        page: NodePage,
    },
    /// The transactions of an address.
    Address {
        /// The address.
        address: String,
        /// `next` of the page before.
        #[arg(long)]
        after: Option<String>,
        /// Without an index, look through all unspent outputs. That takes minutes on the main chain.
        #[arg(long)]
        scan: bool,
    },
    /// Its own wallets, and the one that --node-wallet names.
    Wallets(NodeWalletArg),
    /// Make a wallet in it, or load one that is there.
    CreateWallet {
        /// Its name.
        name: String,
        /// Make it without keys.
        #[arg(long)]
        watch_only: bool,
        /// Load the one of this name.
        #[arg(long, conflicts_with = "watch_only")]
        existing: bool,
    },
    /// Addresses of one of its wallets.
    Addresses {
        #[command(flatten)]
        wallet: NodeWalletArg,
        #[command(flatten)]
        page: NodePage,
        /// Hand out a new one first.
        #[arg(long, value_enum)]
        new: Option<NodeAddressArg>,
        /// A label for the new one.
        #[arg(long, requires = "new")]
        label: Option<String>,
    },
    /// What one of its wallets has.
    Balance(NodeWalletArg),
    /// Pay out of one of its wallets.
    Send {
        #[command(flatten)]
        wallet: NodeWalletArg,
        /// To whom.
        address: String,
        /// How much, in satoshis.
        sats: u64,
        /// The fee rate in sat/vB; without it the node's estimate is taken.
        #[arg(long)]
        fee_rate: Option<FeeRate>,
        /// Take the fee out of the amount.
        #[arg(long)]
        subtract_fee: bool,
    },
    /// Pay coins to practise with, on regtest: out of the node's wallet "faucet", which is made and mined to when that
    /// is needed. A block is mined after it.
    Faucet {
        /// To whom.
        address: String,
        /// How much, in satoshis.
        sats: u64,
    },
    /// Set the node that the console of this home asks.
    SetUrl {
        /// Its address; none: the one given at start, or no node.
        url: Option<String>,
        /// Address of an Esplora server beside it.
        #[arg(long, value_name = "URL")]
        esplora: Option<String>,
        /// Through which proxy, such as Tor's socks5h://127.0.0.1:9050.
        #[arg(long, value_name = "URL")]
        proxy: Option<String>,
    },
    /// Set how the console of this home is let in. What is secret is read from --key-file, or the terminal asks.
    SetKey {
        /// The way.
        #[arg(value_enum)]
        way: NodeKeyArg,
        /// The user name of a login.
        #[arg(long, required_if_eq("way", "login"))]
        user: Option<String>,
        /// The network whose usual cookie is meant.
        #[arg(long, value_enum, required_if_eq("way", "cookie"))]
        network: Option<NetworkArg>,
        /// The cookie file.
        #[arg(long, value_name = "FILE", required_if_eq("way", "cookie-file"))]
        file: Option<PathBuf>,
        /// The first line of this file is the password or the header.
        #[arg(long, value_name = "FILE")]
        key_file: Option<PathBuf>,
    },
    /// Which node is asked, and how this program is let in; never the key.
    Config,
    /// Ask the node, its wallets and the server beside it right now.
    Check,
}

/// Names a wallet of the node.
#[derive(Debug, clap::Args)]
pub struct NodeWalletArg {
    /// The node's wallet; without it the only one that is loaded.
    #[arg(long, value_name = "NAME")]
    pub node_wallet: Option<String>,
}

/// A page of a list.
#[derive(Debug, clap::Args)]
pub struct NodePage {
    /// Rows wanted.
    #[arg(long)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    #[arg(long)]
    pub after: Option<String>,
}

/// What kind of address.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum NodeAddressArg {
    /// BIP-0084
    Segwit,
    /// BIP-0086
    Taproot,
    /// BIP-0049
    NestedSegwit,
    /// BIP-0044
    Legacy,
}

/// A way of being let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NodeKeyArg {
    /// Without anything
    None,
    /// By the cookie in Bitcoin Core's usual folder
    Cookie,
    /// By a cookie file
    CookieFile,
    /// By user name and password
    Login,
    /// By an Authorization header
    Authorization,
    /// By an X-API-Key header
    ApiKey,
}
