import type { Answer, Command, Followed, FollowedAnswer, Request, Steps } from "../backend";
import { IpcError } from "../error";
import type { AppEvent, Circle, Conflict, Device, Offered, PlaceState, WalletSummary } from "../types";
import { fakeAddress, fakeQr } from "./chance";
import type { Scenario } from "./scenario";
import type { World } from "./world";

type CircleCommand = Extract<
  Command,
  | "cmd_get_circle"
  | "cmd_found_circle"
  | "cmd_type_pairing_digits"
  | "cmd_cancel_pairing"
  | "cmd_remove_device"
  | "cmd_take_wallet"
  | "cmd_dismiss_circle_notice"
  | "cmd_list_conflicts"
  | "cmd_settle_conflict"
  | "cmd_list_places"
  | "cmd_add_place"
  | "cmd_remove_place"
  | "cmd_set_place_password"
  | "cmd_make_recovery_words"
  | "cmd_sync_places"
  | "cmd_cancel_sync_places"
>;
type Handlers = { [C in CircleCommand]: (...request: Request<C>) => Answer<C> | Promise<Answer<C>> };

const DAY = 86_400;
/** The device that was added a short while ago. */
export const ADDED = "ad".repeat(16);
const NO_CIRCLE: Circle = { id: null, owner: false, devices: [], offered: [], shared: [], conflicts: 0 };

function devicesOf(scenario: Scenario, world: World): Device[] {
  if (scenario.circle === "none") return [];
  const now = world.now();
  const device = (name: string, system: string, more: Partial<Device>): Device => ({
    id: world.chance.hex(32), name, system, this: false, seeds: false, holds: [], added_at: now - 40 * DAY, last_seen: now - 600, removed_at: null, unready: false, as_two: false, heard: null, ...more,
  });
  const guest = scenario.circle === "guest";
  const held = world.wallets.filter((wallet) => wallet.has_seed || guest).map((wallet) => wallet.name);
  const here = device(guest ? "Phone" : "Kitchen laptop", guest ? "Android" : "Linux", { this: true, seeds: !guest, holds: guest ? [] : held, last_seen: now });
  if (scenario.circle === "alone") return [here];
  return [
    here,
    device(guest ? "Kitchen laptop" : "Phone", guest ? "Linux" : "Android", { as_two: scenario.copied, heard: true, seeds: guest || scenario.circle === "keys", holds: guest || scenario.circle === "keys" ? held : [], last_seen: now - 12 * 60 }),
    device("Desktop at the office with a long name", "Windows", { heard: false, last_seen: scenario.back ? now + 3 * 3_600 : now - 23 * DAY }),
    ...(scenario.pairing === "unready" ? [device("Phone of Ada", "Android", { last_seen: null, added_at: now - 100, unready: true })] : []),
    device("Tablet", "iOS", { last_seen: null, added_at: now - 300, ...(scenario.added ? { id: ADDED } : {}) }),
    device("Old phone", "Android", { last_seen: now - 90 * DAY, removed_at: now - 60 * DAY, ...(scenario.sweep === "none" ? {} : { seeds: true, holds: held }) }),
  ];
}

function placeOf(scenario: Scenario, world: World, more: Partial<PlaceState> & { address?: string } = {}): PlaceState {
  const { address = "/home/ada/Syncthing/satchel", ...rest } = more;
  return {
    place: { id: world.chance.hex(32), kind: "folder", address, user: null, last_round_at: world.now() - 240 },
    standing: "in_step", going: false, confirmed: 214, pending: 0, passed_over: 0, lost: 0, missing: 0, less_than: null, error: null,
    waits_for_owner: false, next_at: world.now() + 660, ...rest,
  };
}

function placesOf(scenario: Scenario, world: World): PlaceState[] {
  const place = (more: Parameters<typeof placeOf>[2] = {}) => placeOf(scenario, world, more);
  const last = (state: PlaceState, at: number | null): PlaceState => ({ ...state, place: { ...state.place, last_round_at: at } });
  const unknown = { standing: "unknown", pending: 3 } as const;
  const away = { code: "place_unreachable", message: "/home/ada/Syncthing/satchel is not there", retry: true } as const;
  const denied = { code: "place_denied", message: "https://cloud.example.org refuses access", retry: false } as const;
  const server = { address: "https://cloud.example.org/remote.php/dav/files/ada/wallets" };
  switch (scenario.meeting) {
    case "none":
      return [];
    case "in_step":
      return [place(scenario.back ? { lost: 7 } : {})];
    case "pending":
      return [place({ standing: "pending", pending: 3, missing: 1 })];
    case "going":
      return [place({ standing: "pending", pending: 40, going: true })];
    case "never":
      return [last(place({ standing: "never", confirmed: 0, pending: 214 }), null)];
    case "old":
      return [last(place(), world.now() - 3 * DAY)];
    case "away":
      return [last(place({ ...unknown, error: away }), world.now() - 5 * 3_600)];
    case "refused": {
      const refused = place({ ...unknown, ...server, error: denied, waits_for_owner: true, next_at: null });
      return [{ ...refused, place: { ...refused.place, kind: "webdav", user: "ada" } }];
    }
    case "many": {
      const cloud = place({ ...server, standing: "pending", pending: 1, passed_over: 2, lost: 4, less_than: "Desk" });
      const bucket = place({ address: "https://s3.example.org/a-bucket-with-a-long-name", ...unknown, error: away });
      return [place(), { ...cloud, place: { ...cloud.place, kind: "webdav", user: "ada" } }, { ...bucket, place: { ...bucket.place, kind: "s3", user: "GK31c2f218a2e44f485b94239e" } }];
    }
  }
}

function conflictsOf(scenario: Scenario, world: World): Conflict[] {
  const tx = world.transactions[0];
  const wallet = world.wallets.find((each) => each.selected);
  if (!scenario.conflict || !tx || !wallet) return [];
  const at = world.now() - 7_000;
  return [
    {
      on: { kind: "label", wallet_id: wallet.id, on: "tx", target: tx.txid },
      shown: { text: tx.label ?? "Rent, November", device: "Kitchen laptop", at },
      because: "later",
      beside: [{ text: "Rent for the flat by the lake", device: "Phone", at: at - 900 }],
    },
    {
      on: { kind: "wallet_name", wallet_id: wallet.id },
      shown: { text: wallet.name, device: "Phone", at },
      because: "same_second",
      beside: [{ text: null, device: null, at }],
    },
    {
      on: { kind: "device_name", device_id: ADDED },
      shown: { text: "Tablet", device: "Kitchen laptop", at: at - 900 },
      because: "more_changes",
      beside: [{ text: "Tablet by the bed", device: "Phone", at }],
    },
  ];
}

/** Devices and places of the fake. */
export function makeFakeCircle(scenario: Scenario, world: World, hands: { emit: (event: AppEvent) => void; wait: (ms: number) => Promise<void>; openBare: () => void }) {
  const offered = (name: string): Offered => ({
    id: world.chance.hex(32), name, network: scenario.network, script_type: "taproot", first_address: fakeAddress(world.chance, scenario.network),
  });
  let circle: Circle =
    scenario.circle === "none"
      ? NO_CIRCLE
      : {
          id: world.chance.hex(32),
          owner: scenario.circle !== "guest",
          devices: devicesOf(scenario, world),
          offered: scenario.offered ? [offered("Savings of the whole family")] : [],
          shared: world.wallets.map((wallet) => ({ ...offered(wallet.name), id: wallet.id })),
          conflicts: scenario.conflict ? 3 : 0,
        };
  let recoverySince: number | null = scenario.circle === "keys" ? world.now() - 20 * DAY : null;
  let copiedAt = scenario.copied ? world.now() - 3_600 : null;
  let places = placesOf(scenario, world);
  let conflicts = conflictsOf(scenario, world);
  let stopped: (() => void) | undefined;
  let typed: (() => void) | undefined;
  const found = (name: string, owner: boolean): void => {
    const device: Device = { id: world.chance.hex(32), name, system: "Linux", this: true, seeds: owner, holds: [], added_at: world.now(), last_seen: world.now(), removed_at: null, unready: false, as_two: false, heard: null };
    circle = { ...NO_CIRCLE, id: world.chance.hex(32), owner, devices: [device], shared: world.wallets.map((wallet) => ({ ...offered(wallet.name), id: wallet.id })) };
  };
  /** Rejects when the pairing is stopped. */
  const until = (what: Promise<void>): Promise<void> =>
    Promise.race([what, new Promise<void>((_, reject) => (stopped = () => reject(new IpcError("cancelled", "Cancelled.", true))))]);

  const handlers: Handlers = {
    cmd_get_circle: () => ({ circle, copied_at: copiedAt, keys_due: scenario.copied, recovery_since: recoverySince }),
    cmd_found_circle: (req) => {
      found(req.name, true);
      return null;
    },
    cmd_type_pairing_digits: () => {
      if (!typed) throw new IpcError("pairing_over", "No device waits for digits.");
      typed();
      return null;
    },
    cmd_cancel_pairing: () => {
      stopped?.();
      return null;
    },
    cmd_remove_device: (req) => {
      const gone = circle.devices.find((device) => device.id === req.device_id);
      if (!gone) throw new IpcError("unknown_device", "no such device belongs");
      circle = { ...circle, devices: circle.devices.map((device) => (device === gone ? { ...device, removed_at: world.now() } : device)) };
      return { move_coins: gone.seeds };
    },
    cmd_take_wallet: (req) => {
      const wallet = circle.offered.find((each) => each.id === req.wallet_id);
      if (!wallet) throw new IpcError("unknown_wallet", "no device shares this wallet");
      circle = { ...circle, offered: circle.offered.filter((each) => each !== wallet), shared: [...circle.shared, wallet] };
      const summary: WalletSummary = {
        id: wallet.id, name: wallet.name ?? "Taproot", network: wallet.network, script_type: wallet.script_type,
        watch_only: true, has_seed: false, selected: world.wallets.length === 0, away: false, created_at: world.now(),
      };
      world.wallets = [...world.wallets, summary];
      hands.emit({ type: "stale", tags: ["session", "wallets", "circle"] });
      return summary;
    },
    cmd_dismiss_circle_notice: ({ place_id }) => {
      if (place_id !== null) {
        places = places.map((each) => (each.place.id === place_id ? { ...each, lost: 0 } : each));
        return null;
      }
      copiedAt = null;
      return null;
    },
    cmd_list_conflicts: () => conflicts,
    cmd_settle_conflict: (req) => {
      conflicts = conflicts.filter((conflict) => JSON.stringify(conflict.on) !== JSON.stringify(req.on));
      if (req.on.kind === "label") {
        const { target } = req.on;
        world.transactions = world.transactions.map((tx) => (tx.txid === target ? { ...tx, label: req.text } : tx));
      }
      return null;
    },
    cmd_list_places: () => places,
    cmd_add_place: ({ place }) => {
      const address = place.kind === "folder" ? "/home/ada/Syncthing/satchel" : place.kind === "webdav" ? place.url : `${place.endpoint}/${place.bucket}`;
      if (!scenario.online && place.kind !== "folder") throw new IpcError("place_unreachable", `${address} does not answer`, true);
      const added = placeOf(scenario, world, { address, standing: "never", confirmed: 0, pending: 12 });
      const user = place.kind === "folder" ? null : place.user;
      const state: PlaceState = { ...added, place: { ...added.place, kind: place.kind, user, last_round_at: null } };
      places = [...places, state];
      return state.place;
    },
    cmd_set_place_password: (req) => {
      places = places.map((place) => (place.place.id === req.place_id ? { ...place, error: null, waits_for_owner: false } : place));
      const changed = places.find((place) => place.place.id === req.place_id);
      if (!changed) throw new IpcError("unknown_place", "this device goes to no such place");
      return changed.place;
    },
    cmd_make_recovery_words: () => {
      recoverySince = world.now();
      return null;
    },
    cmd_remove_place: (req) => {
      places = places.filter((place) => place.place.id !== req.place_id);
      return null;
    },
    cmd_sync_places: async (req) => {
      const rounds = [];
      for (const { place } of places.filter((each) => req.place_id === null || each.place.id === req.place_id)) {
        hands.emit({ type: "place_round", place_id: place.id, step: "bringing", done: 3, of: 12 });
        await hands.wait(scenario.latency);
        places = places.map((each) =>
          each.place.id === place.id && scenario.online
            ? { ...each, standing: "in_step", going: false, confirmed: each.confirmed + each.pending, pending: 0, error: null, place: { ...each.place, last_round_at: world.now() } }
            : each,
        );
        const state = places.find((each) => each.place.id === place.id);
        if (state) hands.emit({ type: "place_met", place: structuredClone(state) });
        rounds.push({
          place: place.id, address: place.address, in_step: true, taken: 0, confirmed: 12, pending: 0, unknown: 0, passed_over: 0, lost: 0,
          missing: 0, less_than: null, copied: false, keys_due: false, stopped: null,
        });
      }
      return { rounds };
    },
    cmd_cancel_sync_places: () => {
      places = places.map((place) => ({ ...place, going: false }));
      return null;
    },
  };

  const host = async (giveKeys: boolean, onStep: (step: Steps["cmd_host_pairing"]) => void): Promise<FollowedAnswer<"cmd_host_pairing">> => {
    const code = `SAT1${world.chance.hex(180).toUpperCase()}`;
    const now = world.now();
    onStep({
      step: "shown", code, qr: fakeQr(code), pairing_words: "legal winner thank year wave sausage worth useful",
      at: ["192.168.1.23:40717", "[fd00::1c2d:3e4f]:40717"], expires: scenario.pairing === "late" ? now - 1 : now + 117,
    });
    if (scenario.pairing === "shown" || scenario.pairing === "late") await until(new Promise(() => undefined));
    await until(hands.wait(scenario.latency));
    const digits = new Promise<void>((resolve) => (typed = resolve));
    onStep({ step: "arrived", name: "Phone of Ada", system: "Android", until: now + 104 });
    await until(scenario.pairing === "arrived" ? new Promise(() => undefined) : digits);
    typed = undefined;
    if (scenario.pairing === "failed") throw new IpcError("pairing_failed", "the digits are not the same");
    onStep({ step: "adding" });
    if (scenario.pairing === "adding") await until(new Promise(() => undefined));
    await until(hands.wait(scenario.latency));
    const id = world.chance.hex(32);
    // It is in the list of this scenario from the beginning.
    if (scenario.pairing === "unready") throw new IpcError("device_unready", "Phone of Ada was added, but it did not say that it is ready");
    const add = (holds: string[]): void => {
      const device: Device = { id, name: "Phone of Ada", system: "Android", this: false, seeds: holds.length > 0, holds, added_at: now, last_seen: null, removed_at: null, unready: false, as_two: false, heard: null };
      circle = { ...circle, devices: [...circle.devices.filter((each) => each.id !== id), device] };
    };
    add([]);
    if (!giveKeys) return { device_id: id, keys: { outcome: "watches" } };
    onStep({ step: "giving_keys" });
    if (scenario.pairing === "keys") await until(new Promise(() => undefined));
    await until(hands.wait(scenario.latency));
    if (scenario.pairing === "refused_keys") return { device_id: id, keys: { outcome: "not_given", error: { code: "declined", message: "the owner said no", retry: false } } };
    add(world.wallets.filter((wallet) => wallet.has_seed).map((wallet) => wallet.name));
    return { device_id: id, keys: { outcome: "given" } };
  };
  const join = async (name: string | undefined, onStep: (step: Steps["cmd_join_pairing"]) => void): Promise<FollowedAnswer<"cmd_join_pairing">> => {
    if (name !== undefined) hands.openBare();
    onStep({ step: "reaching" });
    if (scenario.pairing === "shown") await until(new Promise(() => undefined));
    await until(hands.wait(scenario.latency));
    if (!scenario.online) throw new IpcError("pairing_unreachable", "no device answers to this code", true);
    onStep({ step: "digits", digits: "481 207" });
    if (scenario.pairing === "arrived") await until(new Promise(() => undefined));
    await until(hands.wait(scenario.latency));
    if (scenario.pairing === "failed") throw new IpcError("pairing_failed", "the digits are not the same");
    if (name === undefined) return { outcome: scenario.pairing === "refused_keys" ? "watches" : "given" };
    found(name, false);
    return { outcome: "watches" };
  };
  const follow = async <C extends Followed>(command: C, request: unknown, onStep: (step: Steps[C]) => void): Promise<FollowedAnswer<C>> => {
    if (command === "cmd_host_pairing") return (await host((request as { give_keys: boolean }).give_keys, onStep as (step: Steps["cmd_host_pairing"]) => void)) as FollowedAnswer<C>;
    return (await join((request as { name?: string }).name, onStep as (step: Steps["cmd_join_pairing"]) => void)) as FollowedAnswer<C>;
  };
  return { handlers, follow };
}
