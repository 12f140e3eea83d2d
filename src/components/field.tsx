import { createUniqueId, For, Show, splitProps, type JSX } from "solid-js";
import "./field.css";

interface Labelled {
  label: string;
  /** Help below; gives way to the error. */
  hint?: string | undefined;
  /** What is wrong, in words. */
  error?: string | undefined;
  /** The label is read but not seen. */
  bare?: boolean;
}

function Frame(props: Labelled & { id: string; children: JSX.Element }) {
  return (
    <div class="field" classList={{ "field-wrong": !!props.error }}>
      <label class="field-label" classList={{ offscreen: props.bare }} for={props.id}>
        {props.label}
      </label>
      {props.children}
      <Show when={props.error ?? props.hint}>
        {(text) => (
          <p class="field-note" id={`${props.id}-note`} aria-live={props.error ? "polite" : undefined}>
            {text()}
          </p>
        )}
      </Show>
    </div>
  );
}

type InputProps = Labelled &
  Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "class" | "style" | "id" | "onInput"> & {
    onInput: (value: string) => void;
    /** Stands at the right inside the box. */
    trailing?: JSX.Element;
    /** Digits or addresses: every character as wide as the next. */
    mono?: boolean;
    large?: boolean;
    ref?: (element: HTMLInputElement) => void;
  };

/** One line of text with its label, help and error. */
export function TextField(props: InputProps) {
  const id = createUniqueId();
  const [own, rest] = splitProps(props, ["label", "hint", "error", "bare", "onInput", "trailing", "mono", "large"]);
  return (
    <Frame id={id} label={own.label} hint={own.hint} error={own.error} bare={own.bare ?? false}>
      <div class="field-box" classList={{ "field-large": own.large }}>
        <input
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          {...rest}
          id={id}
          class="field-input"
          classList={{ mono: own.mono }}
          aria-invalid={own.error ? true : undefined}
          aria-describedby={own.error || own.hint ? `${id}-note` : undefined}
          onInput={(event) => own.onInput(event.currentTarget.value)}
        />
        {own.trailing}
      </div>
    </Frame>
  );
}

type AreaProps = Labelled &
  Omit<JSX.TextareaHTMLAttributes<HTMLTextAreaElement>, "class" | "style" | "id" | "onInput"> & {
    onInput: (value: string) => void;
    mono?: boolean;
    ref?: (element: HTMLTextAreaElement) => void;
  };

/** Several lines of text. */
export function TextArea(props: AreaProps) {
  const id = createUniqueId();
  const [own, rest] = splitProps(props, ["label", "hint", "error", "bare", "onInput", "mono"]);
  return (
    <Frame id={id} label={own.label} hint={own.hint} error={own.error} bare={own.bare ?? false}>
      <div class="field-box">
        <textarea
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          {...rest}
          id={id}
          class="field-input field-area"
          classList={{ mono: own.mono }}
          aria-invalid={own.error ? true : undefined}
          aria-describedby={own.error || own.hint ? `${id}-note` : undefined}
          onInput={(event) => own.onInput(event.currentTarget.value)}
        />
      </div>
    </Frame>
  );
}

export interface Option<T extends string> {
  value: T;
  label: string;
}

/** The system's own chooser: works with every keyboard, screen reader and thumb. */
export function SelectField<T extends string>(
  props: Labelled & {
    value: T;
    options: readonly Option<T>[];
    onChange: (value: T) => void;
    disabled?: boolean;
    "data-testid"?: string;
  },
) {
  const id = createUniqueId();
  return (
    <Frame id={id} label={props.label} hint={props.hint} error={props.error} bare={props.bare ?? false}>
      <div class="field-box field-select">
        <select
          id={id}
          class="field-input"
          data-testid={props["data-testid"]}
          disabled={props.disabled}
          aria-describedby={props.error || props.hint ? `${id}-note` : undefined}
          onChange={(event) => props.onChange(event.currentTarget.value as T)}
        >
          <For each={props.options}>
            {(option) => (
              <option value={option.value} selected={option.value === props.value}>
                {option.label}
              </option>
            )}
          </For>
        </select>
      </div>
    </Frame>
  );
}
