import "./meter.css";

/** A share, drawn as a bar and said as a number. */
export function Meter(props: { share: number; label: string; text: string; tone?: "accent" | "pending" }) {
  return (
    <div
      class="meter"
      data-tone={props.tone ?? "accent"}
      role="meter"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(props.share * 100)}
      aria-valuetext={props.text}
    >
      <svg class="meter-svg" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="meter-all" x="0" y="0" width="100" height="4" />
        <rect class="meter-part" x="0" y="0" width={Math.max(0, Math.min(100, props.share * 100))} height="4" />
      </svg>
    </div>
  );
}
