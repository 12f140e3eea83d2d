import { A } from "@solidjs/router";
import { Show, splitProps, type JSX, type ParentProps } from "solid-js";
import { IconButton } from "./button";
import { Icon, type IconName } from "./icon";
import "./layout.css";

/** The head of a screen: where one is, the way back, what else can be done here. */
export function PageHead(props: { title: string; back?: { label: string; onBack: () => void } | undefined; actions?: JSX.Element }) {
  return (
    <header class="page-head">
      <Show when={props.back}>
        {(back) => <IconButton icon="back" label={back().label} onClick={() => back().onBack()} />}
      </Show>
      <h1 class="page-title" tabIndex={-1}>
        {props.title}
      </h1>
      <div class="page-actions">{props.actions}</div>
    </header>
  );
}

/** A group on a screen with its name. */
export function Section(props: ParentProps<{ title?: string | undefined; actions?: JSX.Element; class?: string }>) {
  return (
    <section class={`section ${props.class ?? ""}`}>
      <Show when={props.title}>
        {(title) => (
          <div class="section-head">
            <h2 class="section-title">{title()}</h2>
            {props.actions}
          </div>
        )}
      </Show>
      {props.children}
    </section>
  );
}

/** A surface that holds what belongs together. */
export function Card(props: ParentProps<{ class?: string; tight?: boolean; "data-testid"?: string }>) {
  return (
    <div class={`card ${props.class ?? ""}`} classList={{ "card-tight": props.tight }} data-testid={props["data-testid"]}>
      {props.children}
    </div>
  );
}

interface RowText {
  icon?: IconName;
  title: JSX.Element;
  text?: JSX.Element;
  trailing?: JSX.Element;
}

function RowInside(props: RowText) {
  return (
    <>
      <Show when={props.icon}>
        {(name) => (
          <span class="row-icon">
            <Icon name={name()} />
          </span>
        )}
      </Show>
      <span class="row-text">
        <span class="row-title">{props.title}</span>
        <Show when={props.text}>
          <span class="row-note">{props.text}</span>
        </Show>
      </span>
      <span class="row-trailing">{props.trailing}</span>
    </>
  );
}

/** A line of a list that leads somewhere. */
export function LinkRow(props: RowText & { href: string; "data-testid"?: string }) {
  const [own, rest] = splitProps(props, ["href", "data-testid"]);
  return (
    <A class="row row-link" href={own.href} data-testid={own["data-testid"]}>
      <RowInside {...rest} trailing={rest.trailing ?? <Icon name="forward" />} />
    </A>
  );
}

/** A line of a list that does something. */
export function ActionRow(props: RowText & { onPress: () => void; disabled?: boolean; "data-testid"?: string }) {
  const [own, rest] = splitProps(props, ["onPress", "disabled", "data-testid"]);
  return (
    <button
      type="button"
      class="row row-link"
      disabled={own.disabled}
      data-testid={own["data-testid"]}
      onClick={() => own.onPress()}
    >
      <RowInside {...rest} />
    </button>
  );
}

/** A line of a list that only tells. */
export function Row(props: RowText) {
  return (
    <div class="row">
      <RowInside {...props} />
    </div>
  );
}

/** Name and value, a line each; a table for eyes and screen readers. */
export function Facts(props: ParentProps) {
  return <dl class="facts">{props.children}</dl>;
}

export function Fact(
  props: ParentProps<{
    name: string;
    /** The value has the line below to itself. */
    below?: boolean;
    "data-testid"?: string;
  }>,
) {
  return (
    <div class="fact" classList={{ "fact-below": props.below }} data-testid={props["data-testid"]}>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** What is for the few who want it. */
export function Details(props: ParentProps<{ label: string; "data-testid"?: string; open?: boolean }>) {
  return (
    <details class="details" open={props.open}>
      <summary data-testid={props["data-testid"]}>
        <Icon name="forward" class="details-icon" />
        {props.label}
      </summary>
      <div class="details-body">{props.children}</div>
    </details>
  );
}

/** Long text for machines, in a box that scrolls. */
export function Bytes(props: { text: string; "data-testid"?: string }) {
  return (
    <p class="bytes mono" data-testid={props["data-testid"]}>
      {props.text}
    </p>
  );
}

/** A small word about a state. */
export function Pill(props: ParentProps<{ tone?: "pending" | "received" | "danger" | "accent" | "plain" }>) {
  return (
    <span class="pill" data-tone={props.tone ?? "plain"}>
      {props.children}
    </span>
  );
}
