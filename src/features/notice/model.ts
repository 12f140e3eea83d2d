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

/** Where it happened, when that changes what it means. */
export type Place = "send" | undefined;

function known(name: string): Key | undefined {
  return isKey(name) ? name : undefined;
}

export function noticeOf(error: IpcError, place?: Place): NoticeText {
  // A payment that was signed and not taken may still get through: sending the same draft again cannot pay twice.
  const afterSigning = place === "send" && (error.code === "unreachable" || error.code === "bad_answer");
  const meaning: Meaning = afterSigning
    ? "safe_again"
    : place === "send" && error.code === "declined"
      ? "not_sent"
      : (MEANING[error.code] ?? "untouched");
  return {
    title: t(known(`error.${error.code}`) ?? "error.unknown"),
    money: t(`error.money.${meaning}`),
    advice: t(known(`error.${error.code}.do`) ?? (error.retry ? "error.do.again" : "error.do.look")),
    quoted: `${error.code}: ${error.message}`,
  };
}

/** Whether a failure is only a person who changed their mind. */
export function isSecondThought(error: IpcError | null | undefined): boolean {
  return error?.code === "declined" || error?.code === "cancelled";
}
