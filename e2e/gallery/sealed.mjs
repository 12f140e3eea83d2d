// The sealed page in every state, with a stand-in for the Rust side that agrees on a key as the real one does.

const LIST = ["abandon", "ability", "able", "about", "above", "absent", "zoo", "zone", "wrong", "legal", "winner", "thank", "year", "wave", "sausage", "worth", "useful", "yellow"];
const FIRST = "bcrt1pqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0s5kzq8e";
const wallet = "Savings";
const LONG = "Savings of the whole family, kept for the house by the lake";
const kind = (script_type, name, bip, used, more = {}) => ({
  script_type, name, bip, used, first_address: FIRST, here: false, chosen: used === true, ...more,
});
const kinds = (used) => [
  kind("taproot", "Taproot", 86, used),
  kind("segwit", "Native SegWit", 84, used && false),
  kind("nested_segwit", "Nested SegWit", 49, used && false),
  kind("legacy", "Legacy", 44, used && false),
];
const choose = (outcome, used, more = {}) => ({
  kind: "choose_wallets", wallet, outcome, server: "127.0.0.1:8080", fault: null, extra: false, looked_at: 20, kinds: kinds(used), ...more,
});
const type = (fields) => async (page) => {
  for (const [id, text] of Object.entries(fields)) await page.fill(`#${id}`, text);
};
const submit = async (page) => page.click("#submit");

/** name, task, how Rust answers, what to do before the picture. */
export const SEALED_SHOTS = [
  ["sealed-unlock", { kind: "unlock" }],
  ["sealed-unlock-wrong", { kind: "unlock" }, { reply: "problem", message: "That is not the passphrase.", wait: null }, async (page) => {
    await type({ passphrase: "not this one" })(page);
    await submit(page);
  }],
  ["sealed-unlock-wait", { kind: "unlock" }, { reply: "problem", message: "That is not the passphrase.", wait: 30 }, async (page) => {
    await type({ passphrase: "not this one" })(page);
    await submit(page);
  }],
  ["sealed-unlock-working", { kind: "unlock" }, "never", async (page) => {
    await type({ passphrase: "not this one" })(page);
    await submit(page);
  }],
  ["sealed-prove", { kind: "prove", reason: "to send this payment" }],
  ["sealed-new", { kind: "new_passphrase", purpose: { for: "vault" }, min_chars: 12 }],
  ["sealed-new-strong", { kind: "new_passphrase", purpose: { for: "vault" }, min_chars: 12 }, undefined, async (page) => {
    await type({ passphrase: "correct horse battery", "passphrase-again": "correct horse batter" })(page);
    await submit(page);
  }],
  ["sealed-new-file", { kind: "new_passphrase", purpose: { for: "file", name: `${LONG}.satchel` }, min_chars: 12 }],
  ["sealed-change", { kind: "change_passphrase", min_chars: 12 }],
  ["sealed-file", { kind: "file_passphrase", file: `${LONG}.satchel` }],
  ["sealed-place", { kind: "place_password", place: "https://cloud.example.org/remote.php/dav/files/ada/wallets", user: "ada", key: false }],
  ["sealed-place-key", { kind: "place_password", place: "https://s3.example.org/wallets", user: "GK31c2f218a2e44f485b94239e", key: true }],
  ["sealed-words-in", { kind: "enter_words", wallet, list: LIST }, { reply: "fits" }, type({ "word-1": "le", "word-2": "" })],
  ["sealed-words-in-circle", { kind: "enter_words", wallet: "", list: LIST, of: "circle" }, { reply: "fits" }, type({ "word-1": "legal" })],
  ["sealed-words-in-unknown", { kind: "enter_words", wallet: LONG, list: LIST }, { reply: "fits" }, async (page) => {
    await type({ "word-1": "legal", "word-2": "winnner", "word-3": "thank" })(page);
  }],
  ["sealed-words-in-fit", { kind: "enter_words", wallet, list: LIST }, { reply: "fits" }, async (page) => {
    await type(Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`word-${i + 1}`, i % 2 ? "legal" : "zoo"])))(page);
  }],
  ["sealed-words-in-24", { kind: "enter_words", wallet, list: LIST }, { reply: "fits" }, async (page) => page.click('button[value="24"]')],
  ["sealed-looking", { kind: "looking", wallet, done: 1, of: 4 }],
  ["sealed-choose-used", choose("used", true)],
  ["sealed-choose-unused", choose("unused", false, { kinds: kinds(false).map((one, i) => ({ ...one, chosen: i === 0 })) })],
  ["sealed-choose-unknown", choose("unknown", null, { fault: "127.0.0.1:8080 does not answer", kinds: kinds(null) })],
  ["sealed-choose-here", choose("used", true, { kinds: kinds(true).map((one) => (one.used ? { ...one, here: true, chosen: false } : one)) })],
  ["sealed-choose-named", choose("named", null, { kinds: [kind("segwit", "Native SegWit", 84, null, { chosen: true })] })],
  ["sealed-words-out", { kind: "show_words", wallet: LONG, count: 12 }],
  ["sealed-words-out-shown", { kind: "show_words", wallet, count: 24 }, "words", async (page) => {
    await page.click("#reveal");
    await page.waitForSelector(".word:not([data-hidden])");
  }],
  ["sealed-check", { kind: "check_words", wallet, positions: [2, 7, 11] }],
  ["sealed-over", null],
];

/** Runs in the page before its own script: answers as Rust would. */
export function standIn() {
  // Which part is played is asked of the gallery, since this runs anew in each document.
  const part = window.sealedPart();
  const text = (bytes) => btoa(String.fromCharCode(...bytes));
  const bytes = (from) => Uint8Array.from(atob(from), (letter) => letter.charCodeAt(0));
  let down;
  async function agree(theirs) {
    const curve = { name: "ECDH", namedCurve: "P-256" };
    const half = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
    const other = await crypto.subtle.importKey("raw", bytes(theirs), curve, false, []);
    const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: other }, half.privateKey, 256);
    const root = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
    const info = new TextEncoder().encode("satchel channel v1 to page");
    const salt = new Uint8Array();
    const usage = { name: "AES-GCM", length: 256 };
    down = await crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info }, root, usage, false, ["encrypt"]);
    return text(new Uint8Array(await crypto.subtle.exportKey("raw", half.publicKey)));
  }
  async function words(count) {
    const plain = new TextEncoder().encode(Array.from({ length: count }, (_, i) => ["legal", "winner", "thank", "sausage"][i % 4]).join(" "));
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, down, plain));
    return { reply: "words", sealed: text(new Uint8Array([...iv, ...sealed])) };
  }
  window.__TAURI_INTERNALS__ = {
    invoke: async (command, args) => {
      const { task, answer } = await part;
      if (task === null) throw { code: "cancelled" };
      if (command === "cmd_sealed_task") return { task, key: args.key === null ? null : await agree(args.key) };
      if (answer === "never") return new Promise(() => undefined);
      return answer === "words" ? words(task.count) : (answer ?? { reply: "done" });
    },
  };
}
