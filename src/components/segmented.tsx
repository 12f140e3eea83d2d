import { RadioGroup } from "@kobalte/core/radio-group";
import { For } from "solid-js";
import "./segmented.css";

export interface Segment<T extends string> {
  value: T;
  label: string;
}

/** A choice of few, all in sight. */
export function Segmented<T extends string>(props: {
  label: string;
  value: T;
  segments: readonly Segment<T>[];
  onChange: (value: T) => void;
  disabled?: boolean;
  testId?: string;
  /** Only as wide as its words. */
  fit?: boolean;
}) {
  return (
    <RadioGroup
      class="segmented"
      classList={{ "segmented-fit": props.fit }}
      data-testid={props.testId}
      aria-label={props.label}
      value={props.value}
      onChange={(value) => props.onChange(value as T)}
      disabled={props.disabled}
      orientation="horizontal"
    >
      <For each={props.segments}>
        {(segment) => (
          <RadioGroup.Item value={segment.value} class="segmented-item" data-choice={segment.value}>
            <RadioGroup.ItemInput class="offscreen" />
            <RadioGroup.ItemControl class="segmented-control">
              <RadioGroup.ItemLabel class="segmented-label">{segment.label}</RadioGroup.ItemLabel>
            </RadioGroup.ItemControl>
          </RadioGroup.Item>
        )}
      </For>
    </RadioGroup>
  );
}
