import { createSignal, For, Show } from "solid-js";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import type { Conflict, LabelKind } from "../../ipc/types";
import { useAnswer } from "../../query/use";
import { TESTID } from "../../testids";
import { useWalletId } from "../wallets";
import { ConflictChooser } from "./chooser";
import { conflictId, conflictOf, conflictsOfContact } from "./model";
import "./conflicts.css";

function Chip(props: { conflict: Conflict }) {
  const [choosing, setChoosing] = createSignal(false);
  const text = () => {
    const device = props.conflict.beside[0]?.device;
    return device ? t("conflict.chip", { device }) : t("conflict.chip.plain");
  };
  return (
    <>
      <button type="button" class="conflict-chip" data-testid={TESTID.conflictChip} onClick={() => setChoosing(true)}>
        <Icon name="devices" />
        <span>{text()}</span>
      </button>
      <ConflictChooser conflict={props.conflict} open={choosing()} onClose={() => setChoosing(false)} />
    </>
  );
}

/** What is open. A value is shown with or without it: while it is not known there is no chip. */
function useOpen(): () => readonly Conflict[] {
  const conflicts = useAnswer("cmd_list_conflicts", () => []);
  return () => (conflicts.isPending || conflicts.isError ? [] : conflicts.data);
}

/** Beside a label of which another device wrote another one at the same time. */
export function ConflictChip(props: { kind: LabelKind; target: string }) {
  const walletId = useWalletId();
  const open = useOpen();
  return <Show when={conflictOf(open(), walletId(), props.kind, props.target)}>{(found) => <Chip conflict={found()} />}</Show>;
}

/** The same beside a contact, for its name, its note and each of its addresses. */
export function ContactConflicts(props: { contactId: string }) {
  const open = useOpen();
  const found = () => conflictsOfContact(open(), props.contactId);
  const ids = () => found().map((conflict) => conflictId(conflict.on));
  return (
    <Show when={ids().length > 0}>
      <ul class="conflict-chips">
        <For each={ids()}>
          {(id) => (
            <Show when={found().find((conflict) => conflictId(conflict.on) === id)}>
              {(conflict) => (
                <li>
                  <Chip conflict={conflict()} />
                </li>
              )}
            </Show>
          )}
        </For>
      </ul>
    </Show>
  );
}
