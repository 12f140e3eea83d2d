import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, type Accessor, type JSX } from "solid-js";
import { offsetsOf, rowAt, visibleSpan } from "../lib/windowing";
import "./virtual-list.css";

/** Rows drawn above and below the view. */
const AROUND = 8;
/** Pixels that no eye sees. */
const NOTHING = 0.5;

/** Where a key leads from row `at`, and which way to look on when nothing can be focused there. */
const STEPS: Readonly<Record<string, (at: number, last: number) => readonly [to: number, way: 1 | -1]>> = {
  ArrowDown: (at) => [at + 1, 1],
  ArrowUp: (at) => [at - 1, -1],
  Home: () => [0, 1],
  End: (_, last) => [last, -1],
};

/** The nearest element that scrolls, or the page. */
function scrollerOf(element: HTMLElement): HTMLElement | Window {
  for (let up = element.parentElement; up; up = up.parentElement) {
    const { overflowY } = getComputedStyle(up);
    if ((overflowY === "auto" || overflowY === "scroll") && up !== document.body) return up;
  }
  return window;
}

/** Items by what they are. One that is there twice, as where a list moved between two of its pages, is there once. */
function indexed<T>(items: readonly T[], keyOf: (item: T) => string) {
  const byKey = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (!byKey.has(key)) byKey.set(key, item);
  }
  const keys = [...byKey.keys()];
  return { keys, byKey, at: new Map(keys.map((key, index) => [key, index])) };
}

const same = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((key, i) => key === b[i]);

/**
 * A list of thousands of rows of which only those in view exist, and the one that has the focus. What one reads stays in
 * place when rows come in above it; arrows, Home and End move between rows.
 */
export function VirtualList<T>(props: {
  items: readonly T[];
  /** What a row is known by. */
  keyOf: (item: T) => string;
  /** Height of a row in rem, so that it grows with the reader's text size; of rows that grow, what they are taken for until they are drawn. */
  heightOf: (item: T) => number;
  /** Rows are as high as what is in them. */
  grow?: boolean;
  /** More are known to follow. */
  open?: boolean;
  /** Called when the end is near. */
  onNearEnd?: () => void;
  label: string;
  children: (item: Accessor<T>, index: Accessor<number>) => JSX.Element;
}) {
  let root: HTMLDivElement | undefined;
  /** As wide as a rem, which changes while the program runs when its reader wants larger text. */
  let ruler: HTMLSpanElement | undefined;
  const [view, setView] = createSignal({ top: 0, height: 1200 });
  const [rem, setRem] = createSignal(16);
  const [focused, setFocused] = createSignal<string>();
  const list = createMemo(() => indexed(props.items, props.keyOf));

  // Heights of rows that were drawn once.
  const measured = new Map<string, number>();
  const [measuredAt, setMeasuredAt] = createSignal(0);
  const offsets = createMemo(() => {
    measuredAt();
    const { keys, byKey } = list();
    return offsetsOf(keys.map((key) => measured.get(key) ?? props.heightOf(byKey.get(key) as T) * rem()));
  });
  const whole = createMemo(() => offsets()[list().keys.length] ?? 0);
  const span = createMemo(() => visibleSpan(offsets(), view().top, view().height, AROUND), undefined, {
    equals: (a, b) => a.first === b.first && a.end === b.end,
  });
  const drawn = createMemo(
    () => {
      const { first, end } = span();
      const { keys, at } = list();
      const rows = keys.slice(first, end);
      const key = focused();
      const index = key === undefined ? undefined : at.get(key);
      if (key === undefined || index === undefined || (index >= first && index < end)) return rows;
      return index < first ? [key, ...rows] : [...rows, key];
    },
    [] as string[],
    { equals: same },
  );

  const nodes = new Map<string, HTMLElement>();
  const keysOfNodes = new WeakMap<Element, string>();
  const observer =
    typeof ResizeObserver === "undefined"
      ? undefined
      : new ResizeObserver((entries) => {
          let grew = false;
          for (const { target } of entries) {
            const key = keysOfNodes.get(target);
            const { height } = target.getBoundingClientRect();
            if (key === undefined || height === 0 || Math.abs(height - (measured.get(key) ?? 0)) < NOTHING) continue;
            measured.set(key, height);
            grew = true;
          }
          if (grew) setMeasuredAt((before) => before + 1);
        });
  onCleanup(() => observer?.disconnect());
  const attach = (key: string, element: HTMLElement): void => {
    nodes.set(key, element);
    keysOfNodes.set(element, key);
    if (props.grow === true) observer?.observe(element);
    onCleanup(() => {
      observer?.unobserve(element);
      if (nodes.get(key) === element) nodes.delete(key);
    });
  };

  /** The row at the top of the view, and where it was. */
  let anchor: { key: string; at: number } | undefined;
  let scroller: HTMLElement | Window | undefined;
  const measure = (): void => {
    if (!root || !scroller) return;
    setRem(Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16);
    const box = root.getBoundingClientRect();
    const port = scroller instanceof HTMLElement ? scroller.getBoundingClientRect() : { top: 0, height: window.innerHeight };
    if (port.height > 0) setView({ top: port.top - box.top, height: port.height });
    const first = rowAt(offsets(), view().top);
    const key = list().keys[first];
    anchor = view().top > 0 && key !== undefined ? { key, at: offsets()[first] ?? 0 } : undefined;
  };
  onMount(() => {
    if (!root) return;
    const element = root;
    const scrolls = (scroller = scrollerOf(element));
    let { width } = element.getBoundingClientRect();
    const resize = (): void => {
      const now = element.getBoundingClientRect().width;
      if (now !== width) {
        width = now;
        // Those that are drawn are measured anew by themselves.
        for (const key of measured.keys()) if (!nodes.has(key)) measured.delete(key);
      }
      measure();
    };
    measure();
    const rems = typeof ResizeObserver === "undefined" ? undefined : new ResizeObserver(measure);
    if (ruler) rems?.observe(ruler);
    onCleanup(() => rems?.disconnect());
    scrolls.addEventListener("scroll", measure, { passive: true });
    window.addEventListener("resize", resize);
    onCleanup(() => {
      scrolls.removeEventListener("scroll", measure);
      window.removeEventListener("resize", resize);
    });
  });

  // What stands at the top of the view stays there when something above it came, went or grew.
  createEffect(
    on(
      offsets,
      (now) => {
        const index = anchor && list().at.get(anchor.key);
        if (!anchor || index === undefined) return;
        const shift = (now[index] ?? 0) - anchor.at;
        if (Math.abs(shift) < NOTHING) return;
        scroller?.scrollBy(0, shift);
        measure();
      },
      { defer: true },
    ),
  );

  createEffect(
    on([span, () => list().keys.length], ([{ end }, length]) => {
      if (length > 0 && end >= length - AROUND) props.onNearEnd?.();
    }),
  );

  const rowOf = (target: EventTarget | null): string | undefined => {
    const row = target instanceof Element ? target.closest(".virtual-row") : null;
    return row ? keysOfNodes.get(row) : undefined;
  };
  /** Hands the focus to the first row from `from` on that takes it. */
  const focusFrom = (from: number, way: 1 | -1): void => {
    const { keys } = list();
    for (let index = from; index >= 0 && index < keys.length; index += way) {
      const key = keys[index] ?? "";
      // Drawn by this, wherever it is.
      setFocused(key);
      const target = nodes.get(key)?.querySelector<HTMLElement>("a[href], button");
      if (!target) continue;
      target.focus();
      return;
    }
  };
  const press = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    const key = rowOf(event.target);
    const at = key === undefined ? undefined : list().at.get(key);
    if (!step || at === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target instanceof Element && event.target.matches("input, textarea, select")) return;
    event.preventDefault();
    focusFrom(...step(at, list().keys.length - 1));
  };

  return (
    <div
      ref={root}
      class="virtual"
      role="list"
      aria-label={props.label}
      style={{ height: `${whole()}px` }}
      onKeyDown={press}
      onFocusIn={(event) => setFocused(rowOf(event.target))}
      onFocusOut={(event) => {
        if (!(event.relatedTarget instanceof Node && root?.contains(event.relatedTarget))) setFocused(undefined);
      }}
    >
      <span ref={ruler} class="virtual-rem" role="presentation" />
      <For each={drawn()}>
        {(key) => {
          // A row that is going keeps what it showed.
          const item = createMemo<T>((before) => list().byKey.get(key) ?? (before as T));
          const index = (): number => list().at.get(key) ?? 0;
          return (
            <div
              ref={(element) => attach(key, element)}
              class="virtual-row"
              classList={{ "virtual-fixed": props.grow !== true }}
              role="listitem"
              aria-setsize={props.open === true ? -1 : list().keys.length}
              aria-posinset={index() + 1}
              style={{
                transform: `translateY(${offsets()[index()] ?? 0}px)`,
                height: props.grow === true ? undefined : `${props.heightOf(item()) * rem()}px`,
              }}
            >
              {props.children(item, index)}
            </div>
          );
        }}
      </For>
    </div>
  );
}
