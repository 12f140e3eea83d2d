export { BackendForm } from "./backend-form";
export { LimitSettings } from "./limits";
export { DisplaySettings } from "./display";
export { SecuritySettings } from "./security";
export { WalletInfoCard } from "./wallet-info";
