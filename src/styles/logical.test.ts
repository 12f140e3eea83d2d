import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = process.cwd();

function styles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith(".css"))
    .map((file) => join(file.parentPath, file.name));
}

/** Sides that are meant as such: notches of the device, and drawings that go one way in every language. */
const MEANT = [/env\(safe-area-inset-/, /var\(--safe-(left|right)\)/];
const PHYSICAL = /(^|[\s;{-])(margin|padding|border|scroll-margin|scroll-padding)-(left|right)\b|(^|[\s;{])(left|right)\s*:|(text-align|float|clear)\s*:\s*(left|right)|border-(top|bottom)-(left|right)-radius/;

/** The values of a declaration, split where no bracket is open. */
function values(text: string): string[] {
  const found: string[] = [];
  let [depth, now] = [0, ""];
  for (const letter of `${text.trim()} `) {
    if (letter === "(") depth += 1;
    if (letter === ")") depth -= 1;
    if (/\s/.test(letter) && depth === 0) {
      if (now !== "") found.push(now);
      now = "";
    } else now += letter;
  }
  return found;
}

function faults(css: string): string[] {
  const declarations = css.replace(/\/\*[\s\S]*?\*\//g, "").split(/[;{}]/).map((each) => each.trim());
  return declarations.filter((each) => {
    if (MEANT.some((meant) => meant.test(each))) return false;
    if (PHYSICAL.test(each)) return true;
    const [, text] = /^(?:margin|padding|inset)\s*:([\s\S]*)$/.exec(each) ?? [];
    const sides = text === undefined ? [] : values(text);
    return sides.length === 4 && sides[1] !== sides[3];
  });
}

describe("styles", () => {
  it("name sides by the direction in which a line is read", () => {
    const files = [...styles("src"), ...styles("public")];
    expect(files.length).toBeGreaterThan(40);
    expect(files.flatMap((file) => faults(readFileSync(file, "utf8")).map((fault) => `${file}: ${fault}`))).toEqual([]);
  });

  it("are found out when they do not", () => {
    for (const bad of [
      "a { margin-left: 1px }",
      "a{right:0}",
      "a { color: red; padding-right: 1px; }",
      "a { text-align: left }",
      "a { padding: 1px 2px 3px calc(1px + 2px) }",
      "a { border-top-left-radius: 1px }",
    ]) {
      expect(faults(bad), bad).toHaveLength(1);
    }
    for (const good of ["a { margin-inline-start: 1px }", "a { padding: 1px calc(2px + 1px) 3px calc(2px + 1px) }", "/* left: */ a { padding-left: env(safe-area-inset-left) }"]) {
      expect(faults(good), good).toEqual([]);
    }
  });
});
