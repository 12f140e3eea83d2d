import { afterEach, describe, expect, it } from "vitest";
import { chooseLanguage, isKey, t } from ".";
import { en } from "./en";

afterEach(() => chooseLanguage(["en"]));

describe("texts", () => {
  it("are filled in and counted", () => {
    expect(t("fresh.block", { height: 7 })).toBe("Block 7");
    expect(t("lock.minutes", { count: 1 })).toBe("After a minute");
    expect(t("lock.minutes", { count: 5 })).toBe("After 5 minutes");
  });

  it("change with the language, and fall back to English", () => {
    chooseLanguage(["qps-ploc"]);
    expect(t("nav.home")).toMatch(/^\[.*\]$/);
    expect(t("fresh.block", { height: 7 })).toContain("7");
    chooseLanguage(["xx-YY"]);
    expect(t("nav.home")).toBe("Home");
    chooseLanguage(["en-US"]);
    expect(t("nav.home")).toBe("Home");
  });

  it("tell the document in which direction they are read", () => {
    chooseLanguage(["qps-plocm"]);
    expect(document.documentElement.dir).toBe("rtl");
    expect(t("nav.home")).toMatch(/^\[.*\]$/);
    chooseLanguage(["en-US"]);
    expect([document.documentElement.dir, document.documentElement.lang]).toEqual(["ltr", "en-GB"]);
  });

  it("do not shout", () => {
    for (const [key, message] of Object.entries(en)) {
      const text = typeof message === "string" ? message : message.one + message.other;
      expect(text, key).not.toMatch(/!|oops/i);
    }
    expect(isKey("error.locked")).toBe(true);
    expect(isKey("toString")).toBe(false);
  });
});
