import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync("src/styles/tokens.css", "utf8");

function block(start: string): Map<string, string> {
  const from = css.indexOf(start);
  expect(from).toBeGreaterThanOrEqual(0);
  const body = css.slice(css.indexOf("{", from) + 1, css.indexOf("}", from));
  return new Map(
    [...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((match) => [match[1] ?? "", (match[2] ?? "").trim()] as const),
  );
}

function luminance(hex: string): number {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

const THEMES = { light: block(":root,\n:root[data-theme"), dark: block(':root[data-theme="dark"]') };
/** Text, what it stands on, the least contrast. Amounts need seven. */
const PAIRS: readonly (readonly [string, string, number])[] = [
  ...["ground", "surface", "raised", "sunken", "hover"].flatMap(
    (ground) => [["ink", ground, 7], ["ink-2", ground, 4.5], ["ink-3", ground, 4.5]] as const,
  ),
  ["accent", "surface", 4.5],
  ["accent", "ground", 4.5],
  ["on-accent", "accent", 4.5],
  ["on-accent", "accent-hover", 4.5],
  ["on-accent-soft", "accent-soft", 4.5],
  ["ink", "accent-soft", 7],
  ["ink", "danger-soft", 7],
  ["ink", "received-soft", 7],
  ["received", "surface", 4.5],
  ["received", "received-soft", 4.5],
  ["danger", "surface", 4.5],
  ["danger", "danger-soft", 4.5],
  ["on-danger", "danger", 4.5],
  ["pending", "surface", 4.5],
  ["pending", "pending-soft", 4.5],
  ["on-practice", "practice", 4.5],
  ["on-test", "test", 4.5],
  ["line-strong", "surface", 3],
  ["focus", "ground", 3],
];

describe.each(Object.entries(THEMES))("colours in %s", (_theme, tokens) => {
  it.each(PAIRS)("%s can be read on %s", (text, ground, least) => {
    expect(contrast(tokens.get(text) ?? "", tokens.get(ground) ?? "")).toBeGreaterThanOrEqual(least);
  });
});

it("the dark of the system and the dark chosen by hand are the same", () => {
  const system = block(':root:not([data-theme="light"])');
  expect([...system]).toEqual([...THEMES.dark]);
  expect([...THEMES.light.keys()]).toEqual([...THEMES.dark.keys()]);
});

it("components name no colour of their own", () => {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".css") && !name.endsWith("tokens.css"));
  expect(files.length).toBeGreaterThan(20);
  for (const name of files) {
    const text = readFileSync(`src/${name}`, "utf8");
    expect(text, name).not.toMatch(/#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(/i);
  }
});
