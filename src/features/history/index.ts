export { BalanceChart } from "./balance-chart";
export { HistoryList } from "./history-list";
export { Recent } from "./recent";
export { TxDetail } from "./tx-detail";
