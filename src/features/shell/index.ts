export { useArrival } from "./arrival";
export { EventToasts } from "./event-toasts";
export { Outside } from "./outside";
export { Shell } from "./shell";
