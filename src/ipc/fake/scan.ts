import type { Answer, Command, Request } from "../backend";
import { toSats } from "../../lib/sats";
import type { Draft, Lightning, Refusal, ScanStep, Seen } from "../types";
import { IpcError } from "../error";
import { fakeAddress, fakeQr } from "./chance";
import type { Scenario } from "./scenario";
import type { World } from "./world";

type Scans = "cmd_open_scan" | "cmd_close_scan" | "cmd_scan_file" | "cmd_scan_clipboard" | "cmd_scan_natively" | "cmd_get_camera_access" | "cmd_open_app_settings" | "cmd_scan_text" | "cmd_take_scanned" | "cmd_meet_scanned" | "cmd_show_meeting" | "cmd_show_draft" | "cmd_hand_over";
type Handlers = { [C in Scans & Command]: (...request: Request<C>) => Answer<C> | Promise<Answer<C>> };

/** What is held before the fake's camera. */
export type FakeSight = "fault" | "nothing" | "gathering" | "over" | Refusal | Lightning | Seen["kind"];

/** Scans that see what the scenario says. */
export function makeFakeScan(scenario: Scenario, world: World, findDraft: (id: string) => Draft) {
  let scans = 0;
  let frames = 0;
  const seen = (kind: Seen["kind"]): Seen => {
    switch (kind) {
      case "payment":
        return {
          kind,
          target: {
            address: "bcrt1pqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0s5kzq8e", amount: toSats(4_250_000), label: "Bakery on the corner", message: null, mine: false,
            network: scenario.network, contact: null, paid_before: false,
          },
        };
      case "not_payable":
        return { kind, error: { code: "wrong_network", message: "this address is for another network than regtest", retry: false } };
      case "lightning":
        return { kind, what: "invoice" };
      case "psbt":
        return { kind, draft_id: world.drafts[0]?.id ?? null, signed_here: false };
      case "transaction":
        return { kind, txid: "ab".repeat(32) };
      case "pairing":
        return { kind, code: "SATCHELPAIR1QYQSZQGPQYQSZQGP" };
      case "labels":
        return { kind, records: 41 };
      case "descriptor":
        return { kind, watch: scenario.plain ? null : { script_type: "segwit", networks: ["testnet4", "signet", "regtest", "testnet"], fingerprint: "73c5da0a" } };
      case "account_key":
        return { kind, watch: { script_type: null, networks: ["bitcoin"], fingerprint: null } };
      case "server":
        return { kind, url: "https://esplora.example.org/api" };
      default:
        return { kind };
    }
  };
  const step = (sight: FakeSight): ScanStep => {
    switch (sight) {
      case "fault":
        throw new IpcError("io", "The file cannot be read.", false);
      case "nothing":
        return { step: "nothing" };
      case "over":
        return { step: "over" };
      case "gathering":
        frames = Math.min(frames + 1, 7);
        return { step: "gathering", have: frames, need: 11 };
      case "several":
      case "damaged":
      case "needs_newer":
      case "too_large":
      case "unknown_format":
        return { step: "refused", why: sight };
      case "invoice":
      case "offer":
      case "link":
      case "name":
        return { step: "seen", seen: { kind: "lightning", what: sight } };
      default:
        return { step: "seen", seen: seen(sight) };
    }
  };
  const given = (): ScanStep => step(scenario.given);
  /** As the capability files have it: what a page calls on one kind of system alone is granted there alone. */
  const on = <T>(kind: "phone" | "desktop", answer: () => T): T => {
    if (scenario.phone !== (kind === "phone")) throw new IpcError("forbidden", "This is not granted here.", false);
    return answer();
  };
  const handlers: Handlers = {
    cmd_open_scan: () => ({ scan: ++scans, native: scenario.scanner !== "none", clipboard: !scenario.phone }),
    cmd_close_scan: () => null,
    cmd_scan_file: () => on("desktop", given),
    cmd_scan_clipboard: () => on("desktop", given),
    cmd_scan_natively: () =>
      on("phone", async () => {
        if (scenario.scanner === "looks") await new Promise(() => undefined);
        return scenario.scanner === "reads" ? step("payment") : { step: "nothing" as const };
      }),
    cmd_get_camera_access: () => on("phone", () => ({ barred: scenario.barred })),
    cmd_open_app_settings: () => on("phone", () => null),
    cmd_scan_text: given,
    cmd_take_scanned: () => {
      const draft = findDraft(world.drafts[0]?.id ?? "");
      const signed: Draft = { ...draft, state: "signed", txid: world.chance.hex(64) };
      world.drafts = world.drafts.map((other) => (other.id === draft.id ? signed : other));
      return signed;
    },
    cmd_meet_scanned: () => {
      const name = "Phone";
      if (scenario.sight === "objects") return { step: "took", name, taken: scenario.plain ? 0 : 6, passed_over: 0, missing: scenario.pairing === "unready" ? 2 : 0 };
      return scenario.met === "lacks" ? { step: "lacks", name, objects: 4, bytes: 9_200 } : { step: scenario.met, name };
    },
    cmd_show_meeting: (req) => {
      if (scenario.circle === "none") throw new IpcError("not_sharing", "this device shares with no others", false);
      const count = req.part === "heads" ? 1 : 28;
      const some = Math.max(0, Math.min(12, count - req.from));
      return { needed: req.part === "heads" ? 1 : 12, count, frames: Array.from({ length: some }, (_, n) => fakeQr(`SQ1$ ${req.part} ${req.from + n} ${"0A1B2C3D".repeat(40)}`)) };
    },
    cmd_hand_over: () => on("phone", () => null),
    cmd_show_draft: (req) => {
      const count = req.code === "bbqr" ? 5 : 14;
      const some = Math.max(0, Math.min(12, count - req.from));
      return { needed: 5, count, frames: Array.from({ length: some }, (_, n) => fakeQr(`${req.code} ${req.from + n} ${fakeAddress(world.chance, scenario.network)}`)) };
    },
  };
  return { handlers, look: (byCamera: boolean): ScanStep => (byCamera ? step(scenario.sight) : given()) };
}
