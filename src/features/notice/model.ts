import { isKey, t, type Key } from "../../i18n";
import type { Code, IpcError } from "../../ipc/error";

/** What a failure means for the money. */
type Meaning = "untouched" | "unchanged" | "picture" | "not_sent" | "safe_again";

const MEANING: Partial<Record<Code, Meaning>> = {
  unreachable: "picture",
  bad_answer: "picture",
  no_backend: "picture",
  backend_network: "picture",
  rejected: "not_sent",
  declined: "unchanged",
  draft_spent: "not_sent",
  payment_conflict: "not_sent",
  not_replaceable: "unchanged",
  damaged: "unchanged",
  too_new: "unchanged",
};

/** What a person is told about a failure, in our own words. */
export interface NoticeText {
  title: string;
  /** What it means for the money. */
  money: string;
  /** What can be done. */
  advice: string;
  /** Rust's own line; a quotation, never the app's words. */
  quoted: string;
}

/** Where it happened, when that changes what it means: to a payment that is signed, or to one that is not yet. */
export type Place = "signed" | "unsigned" | undefined;

/** Failures of whoever is asked on the way, before a signature as well as after it. */
const ON_THE_WAY: readonly Code[] = ["unreachable", "bad_answer", "no_backend", "backend_network"];

function meaningOf(code: Code, place: Place): Meaning {
  // A payment that was signed and not taken may still get through: sending the same draft again cannot pay twice.
  if (place === "signed" && (code === "unreachable" || code === "bad_answer")) return "safe_again";
  if (place === "unsigned" && ON_THE_WAY.includes(code)) return "not_sent";
  if (place !== undefined && code === "declined") return "not_sent";
  return MEANING[code] ?? "untouched";
}

function known(name: string): Key | undefined {
  return isKey(name) ? name : undefined;
}

export function noticeOf(error: IpcError, place?: Place): NoticeText {
  return {
    title: t(known(`error.${error.code}`) ?? "error.unknown"),
    money: t(`error.money.${meaningOf(error.code, place)}`),
    advice: t(known(`error.${error.code}.do`) ?? (error.retry ? "error.do.again" : "error.do.look")),
    quoted: `${error.code}: ${error.message}`,
  };
}

/** Whether a failure is only a person who changed their mind. */
export function isSecondThought(error: IpcError | null | undefined): boolean {
  return error?.code === "declined" || error?.code === "cancelled";
}
