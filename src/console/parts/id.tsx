import { A } from "@solidjs/router";
import { Show } from "solid-js";
import { CopyIcon } from "../../parts/address";
import { shortId } from "../lib/format";
import "./id.css";

/** A long id where there is little room: its ends, the whole one on hover, and to copy. */
export function Id(props: { id: string; href?: string; what?: string }) {
  return (
    <span class="id" title={props.id} translate="no">
      <Show when={props.href} fallback={<span class="mono">{shortId(props.id)}</span>}>
        {(href) => (
          <A class="mono id-link" href={href()}>
            {shortId(props.id)}
          </A>
        )}
      </Show>
      <Show when={props.what}>{(what) => <CopyIcon text={props.id} what={what()} />}</Show>
    </span>
  );
}

/** A whole id, broken where it must be. */
export function WholeId(props: { id: string; what: string }) {
  return (
    <span class="id id-whole" translate="no">
      <span class="mono">{props.id}</span>
      <CopyIcon text={props.id} what={props.what} />
    </span>
  );
}
