import { createSignal } from "solid-js";
import { en } from "./en";
import { pseudo } from "./pseudo";

/** A text, or its forms by count. `{name}` is filled in. */
export type Message = string | { one: string; other: string };
export type Key = keyof typeof en;
/** What a translation has to be: every key, nothing else. */
export type Table = Readonly<Record<Key, Message>>;
export type Params = Readonly<Record<string, string | number>>;

interface Language {
  locale: string;
  name: string;
  table: Table;
}

/** Languages by tag. A new one is a file of `Table` and a line here. */
const LANGUAGES: Readonly<Record<string, Language>> = {
  en: { locale: "en-GB", name: "English", table: en },
  // Every text lengthened and bracketed, to see what is not translated and what does not fit.
  "qps-ploc": { locale: "en-GB", name: "Pseudo", table: pseudo(en) },
};

const fallback: Language = { locale: "en-GB", name: "English", table: en };
const [language, setLanguage] = createSignal<Language>(fallback);

/** Chooses the first known language of a list of tags, by tag and then by its first part. */
export function chooseLanguage(tags: readonly string[]): void {
  for (const tag of tags) {
    const found = LANGUAGES[tag] ?? LANGUAGES[tag.split("-")[0] ?? ""];
    if (found) {
      setLanguage(found);
      return;
    }
  }
  setLanguage(fallback);
}

/** The locale that dates and plurals follow. */
export function locale(): string {
  return language().locale;
}

function fill(text: string, params: Params): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : String(value);
  });
}

const RULES = new Map<string, Intl.PluralRules>();

function isOne(tag: string, count: number): boolean {
  let rules = RULES.get(tag);
  if (!rules) RULES.set(tag, (rules = new Intl.PluralRules(tag)));
  return rules.select(count) === "one";
}

/** Returns a text in the chosen language; reactive. With forms by count, `count` chooses. */
export function t(key: Key, params: Params = {}): string {
  const { table, locale: tag } = language();
  const message = table[key];
  if (typeof message === "string") return fill(message, params);
  const count = Number(params["count"] ?? 0);
  return fill(isOne(tag, count) ? message.one : message.other, params);
}

/** Whether a text of this name exists; for names put together from codes. */
export function isKey(name: string): name is Key {
  return Object.hasOwn(en, name);
}
