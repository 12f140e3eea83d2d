import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { chooseLanguage, isKey, t } from ".";
import { en } from "./en";

afterEach(() => chooseLanguage(["en"]));

/** The words of an enum in the generated file. */
function wordsOf(name: string): string[] {
  const gen = readFileSync("gen/console-bindings.ts", "utf8");
  const from = gen.indexOf(`export type ${name} = `);
  expect(from).toBeGreaterThan(0);
  return [...gen.slice(from, gen.indexOf('";', from) + 1).matchAll(/"(\w+)"/g)].map((match) => match[1] ?? "");
}

describe("texts of the console", () => {
  it("do not shout", () => {
    for (const [key, message] of Object.entries(en)) {
      const text = typeof message === "string" ? message : message.one + message.other;
      expect(text, key).not.toMatch(/!|oops/i);
    }
  });

  it("name every problem and say what it means", () => {
    const kinds = wordsOf("NodeProblemKind");
    expect(kinds.length).toBeGreaterThan(10);
    for (const kind of kinds) expect(isKey(`problem.${kind}`) && isKey(`problem.${kind}.text`), kind).toBe(true);
  });

  it("name every code that is about a node, and what to do", () => {
    const codes = wordsOf("Code").filter((code) => code.startsWith("node_") || code === "not_on_this_network");
    expect(codes.length).toBeGreaterThan(7);
    for (const code of [...codes, "unreachable", "bad_answer", "no_backend", "declined", "confirm_busy", "asked_too_often", "internal"]) {
      expect(isKey(`fail.${code}`) && isKey(`fail.${code}.do`), code).toBe(true);
    }
  });

  it("name every way in and where its secret is kept", () => {
    for (const kind of wordsOf("NodeKeyKind")) expect(isKey(`key.kind.${kind}`) && isKey(`key.hint.${kind}`), kind).toBe(true);
    for (const kept of wordsOf("NodeKeyKept")) expect(isKey(`key.kept.${kept}`), kept).toBe(true);
  });

  it("change with the language", () => {
    chooseLanguage(["qps-ploc"]);
    expect(t("nav.overview")).toMatch(/^\[.*\]$/);
    expect(t("block.title", { height: 7 })).toContain("7");
  });
});
