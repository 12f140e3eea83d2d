type Message = string | { readonly one: string; readonly other: string };

const ACCENTS: Readonly<Record<string, string>> = { a: "á", e: "é", i: "í", o: "ó", u: "ú", y: "ý", A: "Á", E: "É", I: "Í", O: "Ó", U: "Ú" };

function stretch(text: string): string {
  const accented = text
    .split(/(\{\w+\})/)
    .map((piece) => (piece.startsWith("{") ? piece : piece.replace(/[a-zA-Z]/g, (letter) => ACCENTS[letter] ?? letter)))
    .join("");
  return `[${accented}${"·".repeat(Math.ceil(text.length / 4))}]`;
}

/** Makes a language nobody speaks, a quarter longer than the one given. */
export function pseudo<T extends Readonly<Record<string, Message>>>(table: T): Readonly<Record<keyof T, Message>> {
  return Object.fromEntries(
    Object.entries(table).map(([key, message]) => [
      key,
      typeof message === "string" ? stretch(message) : { one: stretch(message.one), other: stretch(message.other) },
    ]),
  ) as Record<keyof T, Message>;
}
