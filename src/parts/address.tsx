import { For, Show } from "solid-js";
import { Button, IconButton } from "../components/button";
import { useToasts } from "../components/toast";
import { t } from "../i18n/common";
import { addressGroups } from "../lib/address";
import { usePlatform } from "../platform/context";
import "./address.css";

/** Copies public text and says so. */
export function useCopy(): (text: string, what: string) => Promise<void> {
  const platform = usePlatform();
  const toasts = useToasts();
  return async (text, what) => {
    const copied = await platform.copy(text);
    toasts.show(copied ? { title: t("copy.done", { what }), icon: "check" } : { title: t("copy.failed"), tone: "danger" });
  };
}

export function CopyButton(props: {
  text: string;
  /** What is copied, for the note. */
  what: string;
  label?: string;
  "data-testid"?: string;
  small?: boolean;
}) {
  const copy = useCopy();
  return (
    <Button icon="copy" small={props.small ?? false} data-testid={props["data-testid"]} onClick={() => void copy(props.text, props.what)}>
      {props.label ?? t("copy.button")}
    </Button>
  );
}

export function CopyIcon(props: { text: string; what: string; "data-testid"?: string }) {
  const copy = useCopy();
  return (
    <IconButton
      icon="copy"
      label={t("copy.label", { what: props.what })}
      data-testid={props["data-testid"]}
      onClick={() => void copy(props.text, props.what)}
    />
  );
}

/**
 * A whole address in groups of four, the first two and the last strong: those are what people compare, and the very
 * first says little but the network. The gaps are drawn, so that selecting it gives the address itself.
 */
export function AddressText(props: { address: string; large?: boolean; "data-testid"?: string }) {
  const groups = () => addressGroups(props.address);
  return (
    <span
      class="address mono"
      classList={{ "address-large": props.large }}
      data-testid={props["data-testid"]}
      data-address={props.address}
      translate="no"
    >
      <For each={groups()}>
        {(group, index) => (
          <span class="address-group" classList={{ "address-edge": index() <= 1 || index() >= groups().length - 1 }}>
            {group}
          </span>
        )}
      </For>
    </span>
  );
}

/** Letters that are shown of a long address; those in the middle give way on a narrow screen. */
const HEAD = 6;
const MID = 4;
const TAIL = 6;

/** An address where there is little room; the whole one on hover. */
export function ShortAddress(props: { address: string; more?: number }) {
  return (
    <span class="address-short" title={props.address} translate="no">
      <span class="mono">{props.address.slice(0, HEAD)}</span>
      <span class="mono address-mid">{props.address.slice(HEAD, HEAD + MID)}</span>
      <span class="mono">…{props.address.slice(-TAIL)}</span>
      <Show when={(props.more ?? 0) > 0}>
        <span class="address-more">{t("address.more", { count: props.more ?? 0 })}</span>
      </Show>
    </span>
  );
}
