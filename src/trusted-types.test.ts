import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { POLICY, trustTemplates } from "./trusted-types.vite";

it("sends the one sink of the real solid-js/web through the policy", () => {
  const code = readFileSync("node_modules/solid-js/web/dist/web.js", "utf8");
  const trusted = trustTemplates(code);
  expect(trusted).toContain(`createPolicy("${POLICY}"`);
  expect(trusted).toContain("t.innerHTML = templatePolicy.createHTML(html);");
  expect(trusted).not.toContain("t.innerHTML = html;");
});

it("fails when the sink moves or multiplies", () => {
  expect(() => trustTemplates("nothing here")).toThrow(/0 of/);
  expect(() => trustTemplates("t.innerHTML = html; t.innerHTML = html;")).toThrow(/2 of/);
});
