export { RecoverProvider } from "./context";
export { Recover } from "./recover";
