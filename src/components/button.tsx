import { Button as Kobalte } from "@kobalte/core/button";
import { Show, splitProps, type JSX, type ParentProps } from "solid-js";
import { Icon, type IconName } from "./icon";
import { Spinner } from "./spinner";
import "./button.css";

type NativeProps = Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, "class" | "style">;

export interface ButtonProps extends NativeProps {
  /** How much it asks for attention. @defaultValue "quiet" */
  kind?: "primary" | "quiet" | "plain" | "danger";
  icon?: IconName;
  /** Shows that it works and takes no press. */
  busy?: boolean;
  /** As wide as its place. */
  wide?: boolean;
  small?: boolean;
}

export function Button(props: ParentProps<ButtonProps>) {
  const [own, rest] = splitProps(props, ["kind", "icon", "busy", "wide", "small", "children", "disabled"]);
  return (
    <Kobalte
      {...rest}
      type={rest.type ?? "button"}
      class="button"
      classList={{ "button-wide": own.wide, "button-small": own.small }}
      data-kind={own.kind ?? "quiet"}
      disabled={own.disabled === true || own.busy === true}
      aria-busy={own.busy === true}
    >
      <Show when={own.busy} fallback={<Show when={own.icon}>{(name) => <Icon name={name()} />}</Show>}>
        <Spinner />
      </Show>
      <span class="button-text">{own.children}</span>
    </Kobalte>
  );
}

interface IconButtonProps extends NativeProps {
  icon: IconName;
  /** What it does; read by screen readers and shown on hover. */
  label: string;
  busy?: boolean;
}

/** A button that is only a drawing. */
export function IconButton(props: IconButtonProps) {
  const [own, rest] = splitProps(props, ["icon", "label", "busy", "disabled"]);
  return (
    <Kobalte
      {...rest}
      type="button"
      class="icon-button"
      aria-label={own.label}
      title={own.label}
      disabled={own.disabled === true || own.busy === true}
    >
      <Show when={own.busy} fallback={<Icon name={own.icon} />}>
        <Spinner />
      </Show>
    </Kobalte>
  );
}
