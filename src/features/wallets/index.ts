export { useNetwork, useWalletId, useWallets, WalletsProvider } from "./context";
export { bandOf, freshName, LONGEST_NAME, NETWORKS, SCRIPT_TYPES } from "./model";
export { WalletSwitcher } from "./switcher";
export { WalletForm, type WalletFormValue } from "./wallet-form";
