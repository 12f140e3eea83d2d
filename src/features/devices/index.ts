export { DevicesAttention } from "./attention";
export { MeetingProvider } from "./context";
export { AddDevice } from "./host";
export { JoinDevice } from "./join";
export { JoinProvider } from "./joining";
export { DevicesOverview } from "./overview";
export { TakeKeys } from "./take-keys";
export { PlaceForm } from "./place-form";
