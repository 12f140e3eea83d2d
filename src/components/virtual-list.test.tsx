import { render, screen } from "@solidjs/testing-library";
import { createSignal } from "solid-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { VirtualList } from "./virtual-list";

const ROW = 3;
const PIXELS = ROW * 16;

/** How far the page is scrolled; there is no layout here. */
let scrolled = 0;
const scrollTo = (top: number): void => {
  scrolled = Math.max(0, top);
  window.dispatchEvent(new Event("scroll"));
};

beforeEach(() => {
  scrolled = 0;
  vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(function (this: HTMLElement) {
    const top = this.classList.contains("virtual") ? -scrolled : 0;
    return { top, left: 0, right: 400, bottom: top, width: 400, height: 0, x: 0, y: top, toJSON: () => "" };
  });
  vi.spyOn(window, "scrollBy").mockImplementation(((_x: number, y: number) => {
    scrolled += y;
  }));
});
afterEach(() => vi.restoreAllMocks());

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => String(from + i));

function list(first: string[]) {
  const [items, setItems] = createSignal(first);
  const [fixed] = createSignal(new Set(["7"]));
  const nearEnd = vi.fn();
  render(() => (
    <VirtualList items={items()} keyOf={(item) => item} heightOf={() => ROW} onNearEnd={nearEnd} label="Numbers">
      {(item) => (fixed().has(item()) ? <span>{item()}</span> : <a href={`#${item()}`}>{item()}</a>)}
    </VirtualList>
  ));
  return { setItems, nearEnd };
}

const drawn = (): string[] => [...document.querySelectorAll(".virtual-row")].map((row) => row.textContent);
const focused = (): string | null | undefined => document.activeElement?.textContent;
const press = (key: string): void => void document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

describe("a long list", () => {
  it("is laid out anew when its reader wants larger text, though nothing is scrolled or turned", () => {
    const watched = new Map<Element, () => void>();
    vi.stubGlobal(
      "ResizeObserver",
      class {
        constructor(private readonly tell: () => void) {}
        observe = (element: Element): void => void watched.set(element, this.tell);
        unobserve = (): void => undefined;
        disconnect = (): void => undefined;
      },
    );
    try {
      list(numbers(0, 1_000));
      document.documentElement.style.fontSize = "32px";
      watched.get(document.querySelector(".virtual-rem") as Element)?.();
      expect(screen.getByRole("list").style.height).toBe(`${1_000 * ROW * 32}px`);
    } finally {
      document.documentElement.style.fontSize = "";
      vi.unstubAllGlobals();
    }
  });

  it("draws what is in view and a little more, of ten thousand rows", () => {
    list(numbers(0, 10_000));
    const view = Math.ceil(window.innerHeight / PIXELS);
    expect(drawn().length).toBeGreaterThanOrEqual(view);
    expect(drawn().length).toBeLessThan(view + 20);
    expect(screen.getByRole("list").style.height).toBe(`${10_000 * PIXELS}px`);
    scrollTo(5_000 * PIXELS);
    expect(drawn()).toContain("5000");
    expect(drawn()).not.toContain("0");
    expect(drawn().length).toBeLessThan(view + 20);
    const row = screen.getAllByRole("listitem").find((each) => each.textContent === "5000");
    expect(row?.getAttribute("aria-posinset")).toBe("5001");
    expect(row?.getAttribute("aria-setsize")).toBe("10000");
  });

  it("says that the end is near, and not before", () => {
    const { nearEnd } = list(numbers(0, 200));
    expect(nearEnd).not.toHaveBeenCalled();
    scrollTo(190 * PIXELS);
    expect(nearEnd).toHaveBeenCalled();
  });

  it("keeps what one reads in place when rows come in above it", () => {
    const { setItems } = list(numbers(100, 1_000));
    scrollTo(300 * PIXELS + 5);
    setItems(numbers(90, 1_000));
    expect(scrolled).toBe(310 * PIXELS + 5);
    expect(drawn()).toContain("400");
  });

  it("shows what is new to whoever looks at its beginning", () => {
    const { setItems } = list(numbers(100, 1_000));
    setItems(numbers(90, 1_000));
    expect(scrolled).toBe(0);
    expect(drawn()[0]).toBe("90");
  });

  it("shows once what is there twice", () => {
    list(["a", "b", "a", "c"]);
    expect(drawn()).toEqual(["a", "b", "c"]);
  });

  it("is walked with arrows, over rows that take no focus, to its very end", () => {
    list(numbers(0, 1_000));
    document.querySelector<HTMLElement>(".virtual-row a")?.focus();
    for (let i = 0; i < 6; i += 1) press("ArrowDown");
    expect(focused()).toBe("6");
    press("ArrowDown");
    expect(focused()).toBe("8");
    press("ArrowUp");
    expect(focused()).toBe("6");
    press("End");
    expect(focused()).toBe("999");
    press("ArrowDown");
    expect(focused()).toBe("999");
    press("Home");
    expect(focused()).toBe("0");
  });

  it("keeps the row that has the focus when it leaves the view, and hands it to none when it is gone", () => {
    const { setItems } = list(numbers(0, 1_000));
    document.querySelector<HTMLElement>(".virtual-row a")?.focus();
    scrollTo(500 * PIXELS);
    expect(focused()).toBe("0");
    press("ArrowDown");
    expect(focused()).toBe("1");
    // New objects of the same rows are the same rows.
    setItems([...numbers(0, 1_000)]);
    expect(focused()).toBe("1");
    setItems(numbers(2, 1_000));
    expect(document.activeElement).toBe(document.body);
  });
});
