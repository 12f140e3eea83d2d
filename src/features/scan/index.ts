export { DensityChoice, FramesView, createFrames } from "./frames";
export { ScanButton, ScanSheet } from "./scan-sheet";
export type { ScanPlace } from "./model";
export { ShowAndScan } from "./show";
