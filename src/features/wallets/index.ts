export { useNetwork, useWalletId, useWallets, WalletsProvider } from "./context";
export { bandOf, freshName, LONGEST_NAME, NETWORKS, restoredText, SCRIPT_TYPES } from "./model";
export { WalletSwitcher } from "./switcher";
export { type KindChoice, WalletForm, type WalletFormValue } from "./wallet-form";
