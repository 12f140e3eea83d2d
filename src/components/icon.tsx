import { For } from "solid-js";
import "./icon.css";

/** Drawn on a grid of 24, stroked. */
const SHAPES = {
  home: ["M4 11 12 4l8 7", "M6 9.5V20h12V9.5", "M10 20v-5h4v5"],
  send: ["M7 17 17 7", "M9 7h8v8"],
  receive: ["M17 7 7 17", "M15 17H7V9"],
  coins: ["M9 14a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11Z", "M16.5 9.2A5.5 5.5 0 1 1 9.8 17"],
  more: ["M5.5 13a1 1 0 1 0 0-2 1 1 0 0 0 0 2Z", "M12 13a1 1 0 1 0 0-2 1 1 0 0 0 0 2Z", "M18.5 13a1 1 0 1 0 0-2 1 1 0 0 0 0 2Z"],
  lock: ["M6 11h12v9H6z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  unlock: ["M6 11h12v9H6z", "M8.5 11V8a3.5 3.5 0 0 1 6.7-1.4"],
  scan: ["M4 8V4h4", "M16 4h4v4", "M20 16v4h-4", "M8 20H4v-4", "M4 12h16"],
  torch: ["M8 3h8v3.500l-2.500 3.500v11h-3V10L8 6.500z", "M8 6.500h8", "M12 13.500v2"],
  copy: ["M9 9h10v11H9z", "M15 9V4H5v11h4"],
  paste: ["M7 5H5v16h14V5h-2", "M9 3h6v4H9z"],
  check: ["m5 12.5 4.5 4.5L19 7.5"],
  close: ["m6 6 12 12", "M18 6 6 18"],
  back: ["M15 5l-7 7 7 7"],
  forward: ["m9 5 7 7-7 7"],
  down: ["m6 9 6 6 6-6"],
  person: ["M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z", "M4.500 20.500a7.500 7.500 0 0 1 15 0"],
  plus: ["M12 5v14", "M5 12h14"],
  search: ["M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z", "m20 20-4-4"],
  sync: ["M20 11a8 8 0 0 0-14.3-4L4 9", "M4 4v5h5", "M4 13a8 8 0 0 0 14.3 4l1.7-2", "M20 20v-5h-5"],
  clock: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z", "M12 7.5V12l3 2"],
  shield: ["M12 3 5 6v5c0 4.6 2.9 8 7 10 4.1-2 7-5.4 7-10V6z", "m9 12 2.2 2.2L15.2 10"],
  warning: ["M12 4 2.8 20h18.4z", "M12 10v4.5", "M12 17.2v.1"],
  info: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z", "M12 11v5", "M12 8v.1"],
  settings: ["M4 7h9", "M17 7h3", "M15 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z", "M4 17h3", "M11 17h9", "M9 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z"],
  list: ["M8 6h12", "M8 12h12", "M8 18h12", "M4 6h.01", "M4 12h.01", "M4 18h.01"],
  address: ["M4 5h7v7H4z", "M4 16h3v3", "M15 5h5v5h-5z", "M14 14h2v2", "M20 14v6h-6", "M11 15v5"],
  window: ["M3.5 5h17v14h-17z", "M3.5 9h17", "M6.5 7h.01"],
  file: ["M6 3h8l4 4v14H6z", "M14 3v4h4"],
  upload: ["M12 15V4", "m7.5 8.5 4.5-4.5 4.5 4.5", "M5 15v5h14v-5"],
  download: ["M12 4v11", "m7.5 10.5 4.5 4.5 4.5-4.5", "M5 15v5h14v-5"],
  devices: ["M3 5h13v9H3z", "M1.500 18h11", "M14 11h7v10h-7z", "M17.500 18.200v.1"],
  folder: ["M3 6h6l2 2.500h10V19H3z"],
  cloud: ["M7 18.500a4.200 4.200 0 0 1-.5-8.400 5.500 5.500 0 0 1 10.700-1A4.700 4.700 0 0 1 16.500 18.500z"],
  trash: ["M5 7h14", "M9 7V4.500h6V7", "M7 7l1 13h8l1-13"],
  words: ["M4 5h16v14H4z", "M8 9h3", "M14 9h2", "M8 12h2", "M13 12h3", "M8 15h3", "M14 15h2"],
  edit: ["M5 19h3.5L19 8.5 15.5 5 5 15.5z", "m13 7.5 3.5 3.5"],
  key: ["M8 18a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z", "m11 11 8.5-7", "m16 7 2.5 3"],
  server: ["M4 4.5h16v6H4z", "M4 13.5h16v6H4z", "M8 7.5h.01", "M8 16.5h.01"],
  wallet: ["M4 7.5h16V20H4z", "M4 7.5 16 4v3.5", "M16 13.7h.01"],
  self: ["M7 9a5.5 5.5 0 0 1 10-1.5", "M17.5 4v4h-4", "M17 15a5.5 5.5 0 0 1-10 1.5", "M6.5 20v-4h4"],
  bolt: ["M13 3 5.5 13.5H12L11 21l7.5-10.5H12z"],
  eye: ["M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z", "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z"],
  filter: ["M4 6h16", "M7 12h10", "M10 18h4"],
  external: ["M14 4h6v6", "M20 4l-9 9", "M18 14v6H4V6h6"],
} as const;

export type IconName = keyof typeof SHAPES;

/** Drawings that point along the line, and turn with the direction in which it is read. */
const ALONG: readonly IconName[] = ["back", "forward"];

/** A small drawing beside words; hidden from screen readers, which read the words. */
export function Icon(props: { name: IconName; class?: string }) {
  return (
    <svg class={`icon ${props.class ?? ""}`} classList={{ "icon-along": ALONG.includes(props.name) }} viewBox="0 0 24 24" aria-hidden="true">
      <For each={SHAPES[props.name]}>{(d) => <path d={d} />}</For>
    </svg>
  );
}

/** The mark of the app: a small satchel with its clasp. */
export function Mark(props: { class?: string }) {
  return (
    <svg class={`mark ${props.class ?? ""}`} viewBox="0 0 48 48" aria-hidden="true">
      <path class="mark-strap" d="M15 17v-3a9 9 0 0 1 18 0v3" />
      <rect class="mark-body" x="6" y="15" width="36" height="26" rx="6" />
      <path class="mark-flap" d="M6 21a6 6 0 0 1 6-6h24a6 6 0 0 1 6 6v3.5c0 1-.6 1.8-1.500 2.200L27 32h-6L7.500 26.700A2.400 2.400 0 0 1 6 24.500Z" />
      <rect class="mark-clasp" x="20.500" y="27" width="7" height="8.500" rx="2" />
    </svg>
  );
}
