export { CoinsPanel } from "./coins-panel";
