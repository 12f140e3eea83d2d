import { Show, type ParentProps } from "solid-js";
import { Outside } from "../features/shell";
import { useGate } from "./gate";

/** Screens that add a wallet stand alone before the first one and inside the shell after it. */
export function AddFrame(props: ParentProps) {
  const gate = useGate();
  return (
    <Show when={gate() === "shell"} fallback={<Outside>{props.children}</Outside>}>
      <div class="column">{props.children}</div>
    </Show>
  );
}
