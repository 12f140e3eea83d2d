import { Route } from "@solidjs/router";
import { lazy } from "solid-js";

const Welcome = lazy(() => import("./routes/welcome"));
const Create = lazy(() => import("./routes/create"));
const Existing = lazy(() => import("./routes/existing"));
const Restore = lazy(() => import("./routes/restore"));
const Home = lazy(() => import("./routes/home"));
const Receive = lazy(() => import("./routes/receive"));
const SendWho = lazy(() => import("./routes/send/who"));
const SendAmount = lazy(() => import("./routes/send/amount"));
const SendReview = lazy(() => import("./routes/send/review"));
const SendDone = lazy(() => import("./routes/send/done"));
const Activity = lazy(() => import("./routes/activity"));
const Coins = lazy(() => import("./routes/coins"));
const Addresses = lazy(() => import("./routes/addresses"));
const Contacts = lazy(() => import("./routes/contacts"));
const More = lazy(() => import("./routes/more"));
const WalletsAdd = lazy(() => import("./routes/wallets-add"));
const Backup = lazy(() => import("./routes/backup"));
const BackupNew = lazy(() => import("./routes/backup-new"));
const Devices = lazy(() => import("./routes/devices"));
const DevicesAdd = lazy(() => import("./routes/devices-add"));
const DevicesKeys = lazy(() => import("./routes/devices-keys"));
const DevicesSweep = lazy(() => import("./routes/devices-sweep"));
const DevicesCodes = lazy(() => import("./routes/devices-codes"));
const DevicesPlace = lazy(() => import("./routes/devices-place"));
const Join = lazy(() => import("./routes/join"));
const Recover = lazy(() => import("./routes/recover"));
const NodeConsole = lazy(() => import("./routes/node"));
const Settings = lazy(() => import("./routes/settings"));

/** Every screen and where it is. */
export function Routes() {
  return (
    <>
      <Route path="/welcome" component={Welcome} />
      <Route path="/create" component={Create} />
      <Route path="/existing" component={Existing} />
      <Route path="/restore" component={Restore} />
      <Route path="/" component={Home} />
      <Route path="/receive" component={Receive} />
      <Route path="/send" component={SendWho} />
      <Route path="/send/amount" component={SendAmount} />
      <Route path="/send/review/:draft" component={SendReview} />
      <Route path="/send/done/:txid" component={SendDone} />
      <Route path="/activity/:txid?" component={Activity} />
      <Route path="/coins" component={Coins} />
      <Route path="/addresses" component={Addresses} />
      <Route path="/contacts" component={Contacts} />
      <Route path="/more" component={More} />
      <Route path="/wallets/add" component={WalletsAdd} />
      <Route path="/backup" component={Backup} />
      <Route path={["/backup/new", "/backup/words"]} component={BackupNew} />
      <Route path="/devices" component={Devices} />
      <Route path="/devices/add" component={DevicesAdd} />
      <Route path="/devices/keys" component={DevicesKeys} />
      <Route path="/devices/sweep/:wallet?" component={DevicesSweep} />
      <Route path="/devices/codes" component={DevicesCodes} />
      <Route path="/devices/place" component={DevicesPlace} />
      <Route path="/join" component={Join} />
      <Route path="/recover" component={Recover} />
      <Route path="/node" component={NodeConsole} />
      <Route path="/settings" component={Settings} />
      <Route path="*" component={Home} />
    </>
  );
}

/** Screens that need no open wallet. */
export const OUTSIDE: readonly string[] = ["/welcome", "/create", "/existing", "/restore", "/recover", "/join"];

/** Screens that need the vault to be open, and no wallet: a device that has joined others has none at first. */
export const WITHOUT_WALLET: readonly string[] = [...OUTSIDE, "/devices", "/devices/codes", "/devices/place"];
