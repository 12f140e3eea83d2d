import "./spinner.css";

/** Says that something goes on; stands still when the system asks for no motion. */
export function Spinner(props: { large?: boolean }) {
  return (
    <svg class="spinner" classList={{ "spinner-large": props.large }} viewBox="0 0 24 24" aria-hidden="true">
      <circle class="spinner-track" cx="12" cy="12" r="9" />
      <path class="spinner-turn" d="M12 3a9 9 0 0 1 9 9" />
    </svg>
  );
}
