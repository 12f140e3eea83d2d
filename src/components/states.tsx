import { For, Show, type JSX, type ParentProps } from "solid-js";
import { Icon, type IconName } from "./icon";
import "./states.css";

/** Grey lines where text will stand. Said once to screen readers. */
export function Skeleton(props: { label: string; rows?: number; kind?: "rows" | "number" | "block" | "text" }) {
  return (
    <div class="skeleton" data-kind={props.kind ?? "rows"} role="status" aria-label={props.label} data-testid="skeleton">
      <For each={Array.from({ length: props.rows ?? 4 })}>
        {() => (
          <div class="skeleton-row" aria-hidden="true">
            <span class="skeleton-dot" />
            <span class="skeleton-lines">
              <span class="skeleton-line" />
              <span class="skeleton-line skeleton-short" />
            </span>
            <span class="skeleton-line skeleton-end" />
          </div>
        )}
      </For>
    </div>
  );
}

/** Nothing here yet: what will be, and how to get there. */
export function EmptyState(props: ParentProps<{ icon: IconName; title: string; text: string }>) {
  return (
    <div class="empty" data-testid="empty">
      <span class="empty-icon">
        <Icon name={props.icon} />
      </span>
      <p class="empty-title">{props.title}</p>
      <p class="empty-text">{props.text}</p>
      <Show when={props.children}>
        <div class="empty-actions">{props.children}</div>
      </Show>
    </div>
  );
}

/** A message that stays: a fact about the money that should be known. */
export function Notice(
  props: ParentProps<{
    tone: "info" | "caution" | "danger" | "good";
    icon?: IconName;
    title?: string | undefined;
    actions?: JSX.Element;
    testId?: string;
    code?: string;
    live?: boolean;
  }>,
) {
  const icon = (): IconName =>
    props.icon ?? (props.tone === "info" ? "info" : props.tone === "good" ? "check" : "warning");
  return (
    <div
      class="notice"
      data-tone={props.tone}
      data-testid={props.testId}
      data-code={props.code}
      role={props.tone === "danger" ? "alert" : props.live ? "status" : undefined}
    >
      <Icon name={icon()} class="notice-icon" />
      <div class="notice-body">
        <Show when={props.title}>{(title) => <p class="notice-title">{title()}</p>}</Show>
        <div class="notice-text">{props.children}</div>
        <Show when={props.actions}>
          <div class="notice-actions">{props.actions}</div>
        </Show>
      </div>
    </div>
  );
}
