/** Names that tests and the end-to-end run find things of the console by. */
export const CID = {
  app: "app", // data-line: unset, unknown, up, troubled, down
  band: "network-band",
  line: "console-line",
  problem: "console-problem", // data-kind
  old: "console-old", // the last good picture is shown
  failure: "console-failure", // data-code
  unset: "console-unset",
  search: "console-search",
  found: "console-not-found",
  live: "console-live",
  height: "console-height", // data-height
  sync: "console-sync",
  blockColumn: "console-block-column", // data-height
  histogram: "console-histogram",
  blockRow: "console-block-row", // data-height
  poolRow: "console-pool-row", // data-txid
  txRow: "console-tx-row", // data-txid
  block: "console-block", // data-hash
  tx: "console-tx", // data-txid
  address: "console-address",
  addressRow: "console-address-row",
  scan: "console-scan",
  more: "console-more",
  mineAddress: "mine-address",
  mineCount: "mine-count",
  mineSubmit: "mine-submit",
  mined: "mined",
  mineNot: "mine-not",
  faucetAddress: "faucet-address",
  faucetAmount: "faucet-amount",
  faucetSubmit: "faucet-submit",
  faucetPaid: "faucet-paid", // data-txid
  walletChoice: "node-wallet",
  walletCreate: "node-wallet-create",
  walletName: "node-wallet-name",
  walletCreateSubmit: "node-wallet-create-submit",
  walletFresh: "node-wallet-fresh",
  freshAddress: "node-wallet-fresh-address",
  sendTo: "node-send-to",
  sendAmount: "node-send-amount",
  sendRate: "node-send-rate",
  sendSubmit: "node-send-submit",
  sent: "node-sent",
  url: "node-url",
  esplora: "node-esplora",
  proxy: "node-proxy",
  urlSubmit: "node-url-submit",
  openWarning: "node-url-open",
  keyKind: "node-key-kind",
  keyUser: "node-key-user",
  keySubmit: "node-key-submit",
  keyState: "node-key-state", // data-set
  check: "node-check",
  checkLine: "node-check-line", // data-ok
  awaiting: "awaiting",
  close: "console-close",
} as const;
