import { t, type Key } from "../../i18n";
import type { IpcError } from "../../ipc/error";
import type { Refusal, ScanStep, Seen } from "../../ipc/types";
import type { Blind } from "./camera";

/** From where one scans, which says what can be done with what is seen. */
export type ScanPlace = "send" | "join" | "draft" | "import" | "meet";

/** How far a scan is. */
export type Phase =
  | { at: "starting" }
  | { at: "native" }
  | { at: "looking" }
  | { at: "gathering"; have: number; need: number }
  | { at: "reading" }
  /** Nobody can see the screen: the camera was let go, and is asked for again by who comes back. */
  | { at: "paused" }
  | { at: "blind"; why: Blind }
  | { at: "seen"; seen: Seen }
  | { at: "refused"; why: Refusal }
  | { at: "failed"; error: IpcError }
  | { at: "over" };

/** Whether the camera is wanted while a scan is there. */
export function wantsFrames(phase: Phase): boolean {
  return phase.at === "looking" || phase.at === "gathering";
}

/**
 * What a frame of the camera leads to. What is not known is passed over while one looks around: codes hang on every wall. It is
 * told once somebody has held the same before the camera for a while, which is what `again` counts.
 */
export function afterFrame(step: ScanStep, again: number): Phase | undefined {
  switch (step.step) {
    case "nothing":
      return { at: "looking" };
    case "gathering":
      return { at: "gathering", have: step.have, need: step.need };
    case "over":
      return { at: "over" };
    case "refused":
      return step.why === "several" && again < PATIENCE ? undefined : { at: "refused", why: step.why };
    case "seen":
      return step.seen.kind === "unknown" && again < PATIENCE ? undefined : { at: "seen", seen: step.seen };
  }
}

/** Frames in a row that say the same nothing before it is told. */
export const PATIENCE = 6;

/** What a picture, a file or a pasted text leads to; nothing when there was nothing in it. */
export function afterGiven(step: ScanStep): Phase | undefined {
  switch (step.step) {
    case "nothing":
      return undefined;
    case "gathering":
      return { at: "gathering", have: step.have, need: step.need };
    case "over":
      return { at: "over" };
    case "refused":
      return { at: "refused", why: step.why };
    case "seen":
      return { at: "seen", seen: step.seen };
  }
}

/** Whether there is a wallet whose settings could be opened: whoever joins or brings one in may have none yet. */
export function hasSettings(place: ScanPlace): boolean {
  return place === "send" || place === "draft" || place === "meet";
}

/** What was seen, in words. */
export interface SeenText {
  title: string;
  text: string;
  tone: "good" | "info" | "caution" | "danger";
  /** What can be done with it here. */
  use: string | undefined;
}

function told(what: Key, text: string, tone: SeenText["tone"], use?: Key | false): SeenText {
  return { title: t("scan.seen", { what: t(what) }), text, tone, use: use ? t(use) : undefined };
}

/** Says what was seen and what it is good for here. */
export function textOf(seen: Seen, place: ScanPlace): SeenText {
  switch (seen.kind) {
    case "payment": {
      const what = seen.target.amount === null && seen.target.label === null ? "scan.seen.payment.address" : "scan.seen.payment";
      return told(what, t("scan.seen.payment.text"), "good", place === "send" && "scan.seen.payment.use");
    }
    case "not_payable":
      return told("scan.seen.not_payable", t(seen.error.code === "wrong_network" ? "error.wrong_network.do" : "error.bad_address.do"), "caution");
    case "lightning":
      return told(`scan.seen.lightning.${seen.what}`, t("scan.seen.lightning.text"), "info");
    case "psbt": {
      const ours = seen.draft_id !== null;
      const text = !ours ? "scan.seen.psbt.none" : seen.signed_here ? "scan.seen.psbt.signed" : "scan.seen.psbt.draft";
      return told("scan.seen.psbt", t(text), ours ? "good" : "caution");
    }
    case "transaction":
      return told("scan.seen.transaction", t("scan.seen.transaction.text"), "info");
    case "descriptor":
    case "account_key": {
      const text = seen.watch === null ? "scan.seen.descriptor.text" : "scan.seen.descriptor.watch";
      return told(`scan.seen.${seen.kind}`, t(text), seen.watch === null ? "info" : "good");
    }
    case "pairing":
      return place === "join"
        ? told("scan.seen.pairing", t("scan.seen.pairing.text"), "good", "scan.seen.pairing.use")
        : told("scan.seen.pairing", t("scan.seen.pairing.elsewhere"), "info");
    case "wallet_file":
      return told("scan.seen.wallet_file", t("scan.seen.wallet_file.text"), "good");
    case "objects":
    case "heads":
      return hasSettings(place)
        ? told(`scan.seen.${seen.kind}`, t(`scan.seen.${seen.kind}.text`), "good")
        : told(`scan.seen.${seen.kind}`, t("scan.seen.objects.elsewhere"), "info");
    case "labels":
      return told("scan.seen.labels", t("scan.seen.labels.text", { count: seen.records }), "info");
    case "descriptor_backup":
      return told("scan.seen.descriptor_backup", t("scan.seen.descriptor_backup.text"), "info");
    case "server":
      return told("scan.seen.server", t(hasSettings(place) ? "scan.seen.server.text" : "scan.seen.server.elsewhere"), "info");
    case "sealed_only":
      return told("scan.seen.sealed_only", t("scan.seen.sealed_only.text"), "danger");
    case "unknown":
      return told("scan.seen.unknown", t("scan.seen.unknown.text"), "info");
  }
}
