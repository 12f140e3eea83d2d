import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, type Accessor, type JSX } from "solid-js";
import { offsetsOf, visibleSpan } from "../lib/windowing";
import "./virtual-list.css";

/** Rows drawn above and below the view. */
const AROUND = 8;

/** The nearest element that scrolls, or the page. */
function scrollerOf(element: HTMLElement): HTMLElement | Window {
  for (let up = element.parentElement; up; up = up.parentElement) {
    const { overflowY } = getComputedStyle(up);
    if ((overflowY === "auto" || overflowY === "scroll") && up !== document.body) return up;
  }
  return window;
}

/**
 * A list of thousands of rows of which only those in view exist. Rows have known heights, in rem so that they grow with
 * the reader's text size.
 */
export function VirtualList<T>(props: {
  items: readonly T[];
  /** Height of a row in rem. */
  heightOf: (item: T) => number;
  /** Called when the end is near. */
  onNearEnd?: () => void;
  label: string;
  children: (item: T, index: Accessor<number>) => JSX.Element;
}) {
  let root: HTMLDivElement | undefined;
  const [view, setView] = createSignal({ top: 0, height: 1200 });
  const [rem, setRem] = createSignal(16);
  const offsets = createMemo(() => offsetsOf(props.items.map((item) => props.heightOf(item) * rem())));
  const whole = createMemo(() => offsets()[props.items.length] ?? 0);
  const span = createMemo(() => visibleSpan(offsets(), view().top, view().height, AROUND), undefined, {
    equals: (a, b) => a.first === b.first && a.end === b.end,
  });
  const rows = createMemo(() => {
    const { first, end } = span();
    return props.items.slice(first, end);
  });

  onMount(() => {
    if (!root) return;
    const element = root;
    const scroller = scrollerOf(element);
    const measure = (): void => {
      setRem(Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16);
      const box = element.getBoundingClientRect();
      const port = scroller instanceof HTMLElement ? scroller.getBoundingClientRect() : { top: 0, height: window.innerHeight };
      if (port.height > 0) setView({ top: port.top - box.top, height: port.height });
    };
    measure();
    scroller.addEventListener("scroll", measure, { passive: true });
    window.addEventListener("resize", measure);
    onCleanup(() => {
      scroller.removeEventListener("scroll", measure);
      window.removeEventListener("resize", measure);
    });
  });

  createEffect(
    on([span, () => props.items.length], ([{ end }, length]) => {
      if (length > 0 && end >= length - AROUND) props.onNearEnd?.();
    }),
  );

  return (
    <div ref={root} class="virtual" role="list" aria-label={props.label} style={{ height: `${whole()}px` }}>
      <div class="virtual-rows" style={{ transform: `translateY(${offsets()[span().first] ?? 0}px)` }}>
        <For each={rows()}>
          {(item, index) => (
            <div
              role="listitem"
              aria-setsize={props.items.length}
              aria-posinset={span().first + index() + 1}
              style={{ height: `${props.heightOf(item) * rem()}px` }}
            >
              {props.children(item, () => span().first + index())}
            </div>
          )}
        </For>
      </div>
    </div>
  );
}
