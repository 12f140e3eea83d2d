export { AddressAlerts, HomeAlerts, PaymentAlerts, useAlerts } from "./alerts";
export { MaybeElsewhere } from "./elsewhere";
export { RivalList } from "./rivals";
