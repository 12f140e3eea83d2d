import { DropdownMenu } from "@kobalte/core/dropdown-menu";
import { createSignal, onCleanup, type JSX, type ParentProps } from "solid-js";
import { Icon, type IconName } from "./icon";
import "./menu.css";

/** A button that opens a list of acts. */
export function Menu(props: ParentProps<{ label: string; trigger: JSX.Element; triggerClass: string; testId?: string }>) {
  const [open, setOpen] = createSignal(false);
  let trigger: HTMLButtonElement | undefined;
  // A device that was turned may have its button elsewhere, and a list that hangs on nothing lies anywhere.
  const turned = (): void => {
    if (trigger?.getClientRects().length === 0) setOpen(false);
  };
  window.addEventListener("resize", turned);
  onCleanup(() => window.removeEventListener("resize", turned));
  return (
    <DropdownMenu gutter={6} placement="bottom-start" open={open()} onOpenChange={setOpen}>
      <DropdownMenu.Trigger ref={(element) => (trigger = element)} class={props.triggerClass} aria-label={props.label} data-testid={props.testId}>
        {props.trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content class="menu">{props.children}</DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu>
  );
}

export function MenuItem(
  props: ParentProps<{ onSelect: () => void; icon?: IconName; current?: boolean; testId?: string; id?: string }>,
) {
  return (
    <DropdownMenu.Item
      class="menu-item"
      onSelect={() => props.onSelect()}
      data-testid={props.testId}
      data-wallet-id={props.id}
      aria-current={props.current ? "true" : undefined}
    >
      <span class="menu-text">{props.children}</span>
      {props.current ? <Icon name="check" /> : props.icon ? <Icon name={props.icon} /> : undefined}
    </DropdownMenu.Item>
  );
}

export function MenuLine() {
  return <DropdownMenu.Separator class="menu-line" />;
}
