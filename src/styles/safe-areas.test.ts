import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = process.cwd();

function styles(folder: string): string {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith(".css"))
    .map((file) => readFileSync(join(file.parentPath, file.name), "utf8"))
    .join("\n");
}

/** What holds nothing that could lie under a notch or a bar of the system. */
const EMPTY = [".sheet-scrim", "body::after"];

/** Innermost rules: a selector and what it says, whatever stands around it. */
function rules(css: string): { selector: string; says: string }[] {
  const plain = css.replace(/\/\*[\s\S]*?\*\//g, "");
  return [...plain.matchAll(/([^{};]+)\{([^{}]*)\}/g)].map(([, selector = "", says = ""]) => ({
    selector: selector.trim().replace(/\s+/g, " "),
    says,
  }));
}

/** The sides of the screen at which a rule puts something: what it says for each, apart from what is beyond the edge. */
function edges(says: string): { side: "top" | "bottom"; value: string }[] {
  const said = (name: string): string | undefined => new RegExp(`(?:^|[\\s;])${name}:([^;]*)`).exec(says)?.[1]?.trim();
  const [top, , bottom] = (said("inset") ?? "").split(/\s+/);
  const all = [
    { side: "top", value: said("top") ?? top },
    { side: "bottom", value: said("bottom") ?? bottom ?? top },
  ] as const;
  return all.flatMap(({ side, value }) => (value === undefined || value === "" || value === "auto" || value.startsWith("-") ? [] : [{ side, value }]));
}

/** What stays in its place while the page moves, at an edge whose safe area neither its place nor its padding minds. */
function careless(css: string): string[] {
  const all = rules(css);
  const stays = all.filter(({ says }) => /(^|[\s;])position:\s*(fixed|sticky)/.test(says)).map(({ selector }) => selector);
  const minds = (text: string, side: string): boolean => text.includes(`safe-${side}`) || text.includes(`safe-area-inset-${side}`) || (side === "bottom" && text.includes("var(--bar)"));
  return [...new Set(stays)].filter((one) => {
    const blocks = all.filter(({ selector }) => selector === one).map(({ says }) => says);
    const padding = blocks.flatMap((says) => says.split(";")).filter((each) => each.trim().startsWith("padding")).join(";");
    const bare = blocks.flatMap(edges).filter(({ side, value }) => !minds(value, side) && !minds(padding, side));
    return !EMPTY.includes(one) && bare.length > 0;
  });
}

describe("what stays in its place", () => {
  it("minds the notch and the bars of the system", () => {
    const css = styles("src") + styles("public");
    expect(rules(css).filter(({ says }) => says.includes("fixed")).length).toBeGreaterThan(4);
    expect(careless(css)).toEqual([]);
  });

  it("is found out when it does not", () => {
    expect(careless(".a { position: fixed; bottom: 0 }")).toEqual([".a"]);
    expect(careless("@media (max-width: 1px) { .a .b { color: red; position: sticky; top: 0 } }")).toEqual([".a .b"]);
    expect(careless(".a { position: fixed; inset: auto 0 0 }")).toEqual([".a"]);
    expect(careless(".a { position: sticky; bottom: 0 } @media print { .a { bottom: calc(var(--bar) + 1px) } }")).toEqual([".a"]);
    expect(careless(".a { position: fixed; bottom: var(--safe-bottom) }")).toEqual([]);
    expect(careless(".a { position: fixed; inset: auto 0 0; padding: 0 0 var(--safe-bottom) }")).toEqual([]);
    expect(careless(".a { position: fixed; top: -4rem }")).toEqual([]);
  });

  it("has the whole screen to mind it in", () => {
    for (const page of ["index.html", "console.html", "public/sealed/index.html"]) {
      expect(readFileSync(join(ROOT, page), "utf8"), page).toContain("viewport-fit=cover");
    }
  });
});
