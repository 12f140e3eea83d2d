export { SyncProvider, useBalance, useStanding, useSync } from "./context";
export { FreshnessChip, StaleBanner } from "./freshness";
