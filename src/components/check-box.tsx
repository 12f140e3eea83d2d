import { Checkbox } from "@kobalte/core/checkbox";
import type { ParentProps } from "solid-js";
import { Icon } from "./icon";
import "./check-box.css";

/** A box to tick, with what stands beside it. */
export function CheckBox(
  props: ParentProps<{
    checked: boolean;
    onChange: (checked: boolean) => void;
    class: string;
    /** The name, when nothing stands beside it. */
    label?: string;
    disabled?: boolean;
    testId?: string;
  }>,
) {
  return (
    <Checkbox class={props.class} checked={props.checked} disabled={props.disabled} onChange={(checked) => props.onChange(checked)}>
      <Checkbox.Input class="offscreen" aria-label={props.label} />
      <Checkbox.Control class="check-box" data-testid={props.testId}>
        <Checkbox.Indicator>
          <Icon name="check" />
        </Checkbox.Indicator>
      </Checkbox.Control>
      {props.children}
    </Checkbox>
  );
}

export const CheckBoxLabel = Checkbox.Label;
