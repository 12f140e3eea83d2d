//! What needs consent, and how it is asked for. The texts come from parsed values, never from a page's words.

use bitcoin::{Address, Amount, Network};
use satchel_node_api::{NodeAddress, NodeProxy, is_open_to_readers};
use satchel_ports::{Act, ConfirmLine, ConfirmText};
use satchel_types::{FeeRate, text};

fn line(label: &str, value: impl Into<String>) -> ConfirmLine {
    ConfirmLine {
        label: label.to_owned(),
        value: value.into(),
    }
}

/// Asking another node.
#[derive(Debug)]
pub(crate) struct SetNode {
    /// Which one; `None`: no more the one that was set.
    pub node: Option<NodeAddress>,
    /// The Esplora server beside it.
    pub esplora: Option<NodeAddress>,
    /// Through whom.
    pub proxy: Option<NodeProxy>,
    /// Whether the key that is set is forgotten with it.
    pub forgets_key: bool,
}

impl Act for SetNode {
    fn text(&self) -> ConfirmText {
        let mut lines = Vec::new();
        let mut warnings = Vec::new();
        match &self.node {
            Some(node) => lines.push(line("Node", node.as_str())),
            None => lines.push(line("Node", "none, or the one given at start")),
        }
        if let Some(esplora) = &self.esplora {
            lines.push(line("Esplora server", esplora.as_str()));
        }
        if let Some(proxy) = &self.proxy {
            lines.push(line("Through the proxy", proxy.as_str()));
        }
        let mut open: Vec<&NodeAddress> =
            [&self.node, &self.esplora].into_iter().flatten().collect();
        open.retain(|address| is_open_to_readers(address, self.proxy.as_ref()));
        if open.iter().any(|address| !address.is_onion()) {
            warnings.push(
                "The address is plain http: everybody on the way can read what is asked and the key to the node, and \
                 can change what is answered."
                    .to_owned(),
            );
        } else if !open.is_empty() {
            warnings.push(
                "The address is plain http, which Tor encrypts from the proxy on. The proxy is another machine: it, and \
                 everybody on the way to it, can read what is asked and the key to the node, and can change what is \
                 answered."
                    .to_owned(),
            );
        }
        if self.forgets_key {
            warnings.push("The key that is set is for another node and is forgotten.".to_owned());
        }
        ConfirmText {
            title: "Ask this node in the console?".to_owned(),
            lines,
            warnings,
            agree: "Use this node".to_owned(),
        }
    }
}

/// Paying out of a wallet of the node.
#[derive(Debug)]
pub(crate) struct SendFromNode {
    /// To whom.
    pub to: Address,
    /// How much.
    pub amount: Amount,
    /// The fee rate.
    pub fee_rate: Option<FeeRate>,
    /// Whether the fee comes out of the amount.
    pub subtract_fee: bool,
    /// Which wallet.
    pub wallet: String,
    /// Which node.
    pub node: String,
    /// On which network.
    pub network: Network,
}

impl Act for SendFromNode {
    fn text(&self) -> ConfirmText {
        let fee = match self.fee_rate {
            Some(rate) => format!("{rate} sat/vB"),
            None => "what the node estimates".to_owned(),
        };
        let fee = if self.subtract_fee {
            format!("{fee}, out of the amount")
        } else {
            fee
        };
        let wallet = if self.wallet.is_empty() {
            "the one without a name"
        } else {
            &self.wallet
        };
        ConfirmText {
            title: "Pay from the node's wallet?".to_owned(),
            lines: vec![
                line("To", text::address(&self.to.to_string())),
                line("Amount", text::amount(self.amount)),
                line("Fee rate", fee),
                line("From the node's wallet", wallet),
                line("Node", &*self.node),
                line("Network", text::network(self.network)),
            ],
            warnings: vec![
                "The node signs and sends this. It is no payment of a wallet of Satchel, and none of Satchel's limits \
                 hold for it."
                    .to_owned(),
            ],
            agree: "Pay".to_owned(),
        }
    }
}
