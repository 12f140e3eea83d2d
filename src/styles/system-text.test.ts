import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

describe("how large an iPhone's owner wants text", () => {
  it.each(["src/styles/base.css", "public/sealed/sealed.css"])("is followed by %s, there alone", (file) => {
    const css = readFileSync(file, "utf8");
    const rule = /@supports \(-webkit-touch-callout: none\) \{\s*html \{\s*font: -apple-system-body;\s*\}\s*\}/.exec(css);
    expect(rule).not.toBeNull();
    expect(css.match(/-apple-system-body/g)).toHaveLength(1);
    // Another font of the root after it would win.
    const after = css.slice((rule?.index ?? 0) + (rule?.[0].length ?? 0));
    expect(after).not.toMatch(/(^|[\s,])(html|:root)[^{}]*\{[^{}]*font(-size)?:/);
  });
});
