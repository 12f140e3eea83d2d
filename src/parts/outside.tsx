import { Show, type ParentProps } from "solid-js";
import { Mark } from "../components/icon";
import "./outside.css";

/** The frame of screens without an open wallet. */
export function Outside(props: ParentProps<{ narrow?: boolean; bare?: boolean }>) {
  return (
    <main class="outside" id="main" tabIndex={-1}>
      <div class="outside-column" classList={{ "outside-narrow": props.narrow }}>
        <Show when={!props.bare}>
          <div class="outside-brand">
            <Mark />
            <span>Satchel</span>
          </div>
        </Show>
        {props.children}
      </div>
    </main>
  );
}
