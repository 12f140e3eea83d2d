import { createSignal, Show } from "solid-js";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import type { LabelKind } from "../../ipc/types";
import { useAnswer } from "../../query/use";
import { TESTID } from "../../testids";
import { useWalletId } from "../wallets";
import { ConflictChooser } from "./chooser";
import { conflictOf } from "./model";
import "./conflicts.css";

/** Beside a label of which another device wrote another one at the same time. */
export function ConflictChip(props: { kind: LabelKind; target: string }) {
  const walletId = useWalletId();
  const [choosing, setChoosing] = createSignal(false);
  const conflicts = useAnswer("cmd_list_conflicts", () => []);
  // A label is shown with or without it: while it is not known there is no chip.
  const conflict = () =>
    conflicts.isPending || conflicts.isError ? undefined : conflictOf(conflicts.data, walletId(), props.kind, props.target);
  const text = () => {
    const device = conflict()?.beside[0]?.device;
    return device ? t("conflict.chip", { device }) : t("conflict.chip.plain");
  };
  return (
    <Show when={conflict()}>
      {(found) => (
        <>
          <button type="button" class="conflict-chip" data-testid={TESTID.conflictChip} onClick={() => setChoosing(true)}>
            <Icon name="devices" />
            <span>{text()}</span>
          </button>
          <ConflictChooser conflict={found()} open={choosing()} onClose={() => setChoosing(false)} />
        </>
      )}
    </Show>
  );
}
