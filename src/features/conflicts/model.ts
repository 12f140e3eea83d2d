import type { Conflict, ConflictOn, LabelKind } from "../../ipc/types";

/** The conflict about one label, if there is one. */
export function conflictOf(all: readonly Conflict[], walletId: string | null, kind: LabelKind, target: string): Conflict | undefined {
  return all.find(({ on }) => on.kind === "label" && on.wallet_id === walletId && on.on === kind && on.target === target);
}

/** The conflicts about a contact. */
export function conflictsOfContact(all: readonly Conflict[], contactId: string): Conflict[] {
  return all.filter(({ on }) => "contact_id" in on && on.contact_id === contactId);
}

/** What a conflict is about, as the end of a text's name. */
export function aboutKey(on: ConflictOn): Exclude<ConflictOn["kind"], "label"> | LabelKind {
  return on.kind === "label" ? on.on : on.kind;
}

/** Names a conflict, for lists. */
export function conflictId(on: ConflictOn): string {
  return JSON.stringify(on);
}
