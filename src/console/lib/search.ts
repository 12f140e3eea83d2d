/** What a text in the search box is about. */
export type Sought =
  | { kind: "height"; height: number }
  | { kind: "id"; id: string }
  | { kind: "address"; address: string }
  | { kind: "none"; why: "empty" | "short" | "long" | "form" };

const HIGHEST = 0xffff_ffff;
const LONGEST = 200;
/** The letters of BIP-0173 and BIP-0350 addresses after their prefix, and those of the older ones. */
const BECH32 = /^(bc|tb|bcrt)1[02-9ac-hj-np-z]{6,87}$/i;
const BASE58 = /^[123mn][1-9A-HJ-NP-Za-km-z]{24,39}$/;
const HEX = /^[0-9a-f]+$/i;
const ID = 64;

/**
 * Reads what was typed: a height, the id of a block or of a transaction (also with an output's number behind it), an
 * address, also as a payment link. Which of the two an id is, only the node knows.
 */
export function soughtOf(typed: string): Sought {
  const text = typed.trim().replace(/^bitcoin:/i, "").replace(/\?.*$/, "");
  if (text === "") return { kind: "none", why: "empty" };
  if (text.length > LONGEST) return { kind: "none", why: "long" };
  const digits = text.replace(/^#/, "").replace(/[\s,_\u202f]/g, "");
  if (/^\d{1,10}$/.test(digits)) {
    const height = Number(digits);
    return height <= HIGHEST ? { kind: "height", height } : { kind: "none", why: "long" };
  }
  const [id = ""] = text.split(":");
  if (HEX.test(id)) {
    if (id.length === ID) return { kind: "id", id: id.toLowerCase() };
    if (id.length > 12) return { kind: "none", why: id.length < ID ? "short" : "long" };
  }
  const oneCase = text === text.toLowerCase() || text === text.toUpperCase();
  if (BECH32.test(text) && oneCase) return { kind: "address", address: text };
  if (BASE58.test(text)) return { kind: "address", address: text };
  return { kind: "none", why: "form" };
}

/** Where what was sought is shown. */
export function pathOf(sought: Sought, typed: string): string | undefined {
  switch (sought.kind) {
    case "height":
      return `/block/${String(sought.height)}`;
    case "id":
      return `/search/${sought.id}`;
    case "address":
      return `/address/${sought.address}`;
    case "none":
      return sought.why === "empty" ? undefined : `/search/${encodeURIComponent(typed.trim().slice(0, LONGEST))}`;
  }
}
