export { Done } from "./done";
export { UnfinishedPayments } from "./drafts";
export { FeePicker } from "./fee-picker";
export { SendProvider, useSendFlow } from "./flow";
export { HowMuch } from "./how-much";
export { rateOf, type FeeChoice } from "./model";
export { Review } from "./review";
export { Steps } from "./steps";
export { Who } from "./who";
