export { OtherWallets } from "./other-wallets";
