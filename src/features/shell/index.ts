export { useArrival } from "./arrival";
export { EventToasts } from "./event-toasts";
export { Outside } from "../../parts/outside";
export { Shell } from "./shell";
