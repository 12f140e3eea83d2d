export { BalanceChart } from "./balance-chart";
export { HistoryList } from "./history-list";
export { Recent } from "./recent";
export { Timeline } from "./timeline";
export { TxDetail } from "./tx-detail";
