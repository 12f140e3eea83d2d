import { Switch as Kobalte } from "@kobalte/core/switch";
import "./switch.css";

export function Switch(props: { label: string; checked: boolean; onChange: (checked: boolean) => void; disabled?: boolean }) {
  return (
    <Kobalte class="switch" checked={props.checked} onChange={(checked) => props.onChange(checked)} disabled={props.disabled}>
      <Kobalte.Label class="switch-label">{props.label}</Kobalte.Label>
      <Kobalte.Input class="switch-input" />
      <Kobalte.Control class="switch-track">
        <Kobalte.Thumb class="switch-thumb" />
      </Kobalte.Control>
    </Kobalte>
  );
}
