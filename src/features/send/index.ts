export { Done } from "./done";
export { UnfinishedPayments } from "./drafts";
export { SendProvider, useSendFlow } from "./flow";
export { HowMuch } from "./how-much";
export { Review } from "./review";
export { Steps } from "./steps";
export { Who } from "./who";
