/** What stands against an address of a node; none: nothing. Rust decides; this saves a question. */
export type UrlFault = "form" | "scheme" | "login";

export interface ReadUrl {
  fault: UrlFault | undefined;
  /**
   * Plain `http` to another machine: what is said can be read and changed on the way, so Rust asks about it apart. To
   * an onion service Tor encrypts it, from where Tor runs on.
   */
  open: boolean;
}

/** Whether Tor runs on this machine, as far as the proxy's address says. */
function isProxyHere(typed: string): boolean {
  const host = /^[a-z0-9]+:\/\/(\[[^\]]*\]|[^/:]*)/i.exec(typed.trim())?.[1];
  return host !== undefined && isLoopback(host);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

export function readUrl(typed: string, proxy = ""): ReadUrl {
  const text = typed.trim();
  if (text === "") return { fault: undefined, open: false };
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { fault: "form", open: false };
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return { fault: "scheme", open: false };
  // A password in an address would stand in the page, in the settings and in logs.
  if (url.username !== "" || url.password !== "") return { fault: "login", open: false };
  const safe = isLoopback(url.hostname) || (url.hostname.endsWith(".onion") && (proxy.trim() === "" || isProxyHere(proxy)));
  return { fault: undefined, open: url.protocol === "http:" && !safe };
}

/** Whether a text may be a proxy's address, or none. Rust decides. */
export function isProxy(typed: string): boolean {
  const text = typed.trim();
  return text === "" || /^(socks5h|https?):\/\/[^\s/@]+\/?$/.test(text);
}
