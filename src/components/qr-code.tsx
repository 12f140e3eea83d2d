import "./qr-code.css";

/** Quiet modules around the code; readers need four. */
const QUIET = 4;

/** A code drawn from its path, dark on light in both themes. */
export function QrCode(props: { size: number; path: string; label: string; "data-testid"?: string }) {
  const side = (): number => props.size + 2 * QUIET;
  return (
    <svg
      class="qr"
      viewBox={`${-QUIET} ${-QUIET} ${side()} ${side()}`}
      role="img"
      aria-label={props.label}
      shape-rendering="crispEdges"
      data-testid={props["data-testid"]}
    >
      <rect class="qr-ground" x={-QUIET} y={-QUIET} width={side()} height={side()} />
      <path class="qr-ink" d={props.path} />
    </svg>
  );
}
