export { EarlierAddresses } from "./earlier";
export { ReceivePanel } from "./receive-panel";
