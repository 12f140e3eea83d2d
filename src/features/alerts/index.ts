export { AddressAlerts, HomeAlerts, PaymentAlerts } from "./alerts";
export { MaybeElsewhere } from "./elsewhere";
export { RivalList } from "./rivals";
