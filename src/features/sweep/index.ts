export { SweepBanner } from "./banner";
export { SweepGuide } from "./guide";
