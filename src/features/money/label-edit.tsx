import { createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import type { LabelKind } from "../../ipc/types";
import { useCommand } from "../../query/use";
import { ConflictChip } from "../conflicts";
import { useWalletId } from "../wallets";
import "./label-edit.css";

/** A label that can be written where it stands. */
export function LabelEdit(props: { kind: LabelKind; target: string; label: string | null; testId?: string }) {
  const walletId = useWalletId();
  const [editing, setEditing] = createSignal(false);
  const [text, setText] = createSignal("");
  const save = useCommand("cmd_set_label");

  const begin = (): void => {
    setText(props.label ?? "");
    setEditing(true);
  };
  const finish = (event: SubmitEvent): void => {
    event.preventDefault();
    save.mutate([{ wallet_id: walletId(), kind: props.kind, target: props.target, label: text().trim() }], {
      onSuccess: () => setEditing(false),
    });
  };

  return (
    <Show
      when={editing()}
      fallback={
        <>
          <button type="button" class="label-shown" data-testid={props.testId} title={t("label.edit")} onClick={begin}>
            <span class="label-text" classList={{ quiet: !props.label }}>
              {props.label ?? t("label.none")}
            </span>
            <Icon name="edit" />
          </button>
          <ConflictChip kind={props.kind} target={props.target} />
        </>
      }
    >
      <form class="label-form" onSubmit={finish}>
        <TextField
          label={t("label.field")}
          bare
          value={text()}
          onInput={setText}
          maxLength={120}
          data-testid={props.testId ? `${props.testId}-input` : undefined}
          ref={(input) => queueMicrotask(() => input.focus())}
          onKeyDown={(event) => {
            if (event.key === "Escape") {
              event.stopPropagation();
              setEditing(false);
            }
          }}
        />
        <Button kind="primary" small type="submit" busy={save.isPending} data-testid={props.testId ? `${props.testId}-save` : undefined}>
          {t("action.save")}
        </Button>
      </form>
    </Show>
  );
}
