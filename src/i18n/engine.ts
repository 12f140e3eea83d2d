import { createSignal } from "solid-js";
import { pseudo } from "./pseudo";

/** A text, or its forms by count. `{name}` is filled in. */
export type Message = string | { readonly one: string; readonly other: string };
export type Params = Readonly<Record<string, string | number>>;
export type Texts = Readonly<Record<string, Message>>;
/** What a translation has to be: every key, nothing else. */
export type Table<T extends Texts> = Readonly<Record<keyof T, Message>>;

/** The locale of each language that is known. A new one is a line here and its table where each page has its texts. */
const LOCALES = {
  en: "en-GB",
  // Every text lengthened and bracketed, to see what is not translated and what does not fit.
  "qps-ploc": "en-GB",
  // The same from right to left.
  "qps-plocm": "en-GB",
} as const;
type Tag = keyof typeof LOCALES;

const [language, setLanguage] = createSignal<Tag>("en");

function isTag(tag: string): tag is Tag {
  return Object.hasOwn(LOCALES, tag);
}

/** Chooses the first known language of a list of tags, by tag and then by its first part. */
export function chooseLanguage(tags: readonly string[]): void {
  for (const tag of tags) {
    const found = [tag, tag.split("-")[0] ?? ""].find(isTag);
    if (found) {
      speak(found);
      return;
    }
  }
  speak("en");
}

/** Sets the language, and tells the document, by which the web view lays lines out and hyphenates. */
function speak(tag: Tag): void {
  setLanguage(tag);
  document.documentElement.lang = LOCALES[tag];
  document.documentElement.dir = direction();
}

/** Languages that are read from right to left. */
const RIGHT_TO_LEFT: readonly Tag[] = ["qps-plocm"];

/** The direction in which lines are read. */
export function direction(): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.includes(language()) ? "rtl" : "ltr";
}

/** The locale that dates and plurals follow. */
export function locale(): string {
  return LOCALES[language()];
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

/** Reads the texts of a page. */
export interface Translator<K extends string> {
  /** Returns a text in the chosen language; reactive. With forms by count, `count` chooses. */
  t: (key: K, params?: Params) => string;
  /** Whether a text of this name exists; for names put together from codes. */
  isKey: (name: string) => name is K;
}

/** Makes what reads the texts of a page, so that no page carries those of another. */
export function translator<T extends Texts>(en: T): Translator<keyof T & string> {
  type K = keyof T & string;
  let stretched: Table<T> | undefined;
  const table = (tag: Tag): Table<T> => (tag === "en" ? en : (stretched ??= pseudo(en)));
  return {
    t: (key, params = {}) => {
      const message = table(language())[key];
      if (typeof message === "string") return fill(message, params);
      return fill(isOne(locale(), Number(params["count"] ?? 0)) ? message.one : message.other, params);
    },
    isKey: (name): name is K => Object.hasOwn(en, name),
  };
}
