// The sealed page: takes and shows secrets, one task at a time. It loads nothing of the wallet's page, keeps nothing,
// and talks to Rust alone: it asks for its task, and it answers.
"use strict";

(() => {
  const invoke = (command, args) => window.__TAURI_INTERNALS__.invoke(command, args);
  const { subtle } = crypto;
  const root = document.getElementById("sealed");
  const SVG = "http://www.w3.org/2000/svg";
  const COUNTS = [12, 15, 18, 21, 24];

  const toText = (bytes) => btoa(String.fromCharCode(...bytes));
  const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  // What is secret crosses sealed: buffers of the web engine between here and Rust keep copies that nobody wipes. The
  // key is agreed on with the task (crates/secrets/src/channel.rs is the other end), can be exported by nobody, and is
  // gone with this window.
  let channel;

  async function askForTask() {
    const curve = { name: "ECDH", namedCurve: "P-256" };
    const half = await subtle.generateKey(curve, false, ["deriveBits"]);
    const ours = new Uint8Array(await subtle.exportKey("raw", half.publicKey));
    const { task, key } = await invoke("cmd_sealed_task", { key: toText(ours) });
    const theirs = await subtle.importKey("raw", toBytes(key), curve, false, []);
    const shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, half.privateKey, 256);
    const root = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
    new Uint8Array(shared).fill(0);
    const derive = (info, use) =>
      subtle.deriveKey(
        { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new TextEncoder().encode(info) },
        root,
        { name: "AES-GCM", length: 256 },
        false,
        [use],
      );
    channel = { up: await derive("satchel channel v1 to rust", "encrypt"), down: await derive("satchel channel v1 to page", "decrypt") };
    return task;
  }

  // What the task is by now. The key stays.
  const taskByNow = () => invoke("cmd_sealed_task", { key: null }).then(({ task }) => task);

  async function tell(answer) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(answer));
    const sealed = new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv }, channel.up, plain));
    plain.fill(0);
    return invoke("cmd_sealed_answer", { answer: toText(new Uint8Array([...iv, ...sealed])) });
  }

  async function opened(reply) {
    const message = toBytes(reply.sealed);
    return new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv: message.subarray(0, 12) }, channel.down, message.subarray(12)));
  }

  // Elements are made one by one; no text is ever read as markup.
  function make(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
      else if (name === "text") element.textContent = value;
      else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
    }
    element.append(...children.filter((child) => child !== undefined));
    return element;
  }

  function mark() {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "mark");
    svg.setAttribute("viewBox", "0 0 48 48");
    svg.setAttribute("aria-hidden", "true");
    for (const [kind, d] of [
      ["strap", "M15 17v-3a9 9 0 0 1 18 0v3"],
      ["body", "M12 15h24a6 6 0 0 1 6 6v14a6 6 0 0 1-6 6H12a6 6 0 0 1-6-6V21a6 6 0 0 1 6-6Z"],
      ["flap", "M6 21a6 6 0 0 1 6-6h24a6 6 0 0 1 6 6v3.5c0 1-.6 1.8-1.5 2.2L27 32h-6L7.5 26.7A2.4 2.4 0 0 1 6 24.5Z"],
      ["clasp", "M22.5 27h3a2 2 0 0 1 2 2v4.5a2 2 0 0 1-2 2h-3a2 2 0 0 1-2-2V29a2 2 0 0 1 2-2Z"],
    ]) {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", kind);
      path.setAttribute("d", d);
      svg.append(path);
    }
    return svg;
  }

  const emptied = [];
  function typing(properties) {
    const input = make("input", {
      autocomplete: "off",
      autocapitalize: "off",
      autocorrect: "off",
      spellcheck: "false",
      maxlength: 1024,
      ...properties,
    });
    emptied.push(input);
    return input;
  }

  // A line for a passphrase, with a button that shows what is typed.
  function secretField(id, title, properties = {}) {
    const input = typing({ id, type: "password", ...properties });
    const peek = make("button", {
      class: "peek",
      type: "button",
      "aria-pressed": "false",
      "aria-controls": id,
      text: "Show",
      on: {
        click: () => {
          const shown = input.type === "password";
          input.type = shown ? "text" : "password";
          peek.textContent = shown ? "Hide" : "Show";
          peek.setAttribute("aria-pressed", String(shown));
          input.focus();
        },
      },
    });
    const hide = () => {
      input.type = "password";
      peek.textContent = "Show";
      peek.setAttribute("aria-pressed", "false");
    };
    window.addEventListener("blur", hide);
    const box = make("div", { class: "box" }, input, peek);
    const field = make("div", { class: "field" }, make("label", { for: id, text: title }), box);
    return { field, box, input };
  }

  // How hard a passphrase is to guess, roughly: kinds of characters, less what repeats.
  function strength(text, least) {
    const length = [...text].length;
    if (length === 0) return { level: 0, hint: `At least ${least} characters. Four random words are easy to keep and hard to guess.` };
    if (length < least) return { level: 1, hint: `Too short: ${least - length} more.` };
    let kinds = 0;
    if (/[a-z]/.test(text)) kinds += 26;
    if (/[A-Z]/.test(text)) kinds += 26;
    if (/[0-9]/.test(text)) kinds += 10;
    if (/[^a-zA-Z0-9]/.test(text)) kinds += 20;
    const different = new Set(text.toLowerCase()).size;
    const bits = Math.min(length, different * 2) * Math.log2(Math.max(kinds, 2)) * 0.7;
    if (bits < 40) return { level: 1, hint: "Easy to guess. Make it longer." };
    if (bits < 60) return { level: 2, hint: "Fair. A word more makes it strong." };
    if (bits < 85) return { level: 3, hint: "Strong." };
    return { level: 4, hint: "Very strong." };
  }

  function newPassphrase(least, title) {
    const first = secretField("passphrase", title, { autofocus: true });
    const again = secretField("passphrase-again", "The same again");
    const meter = make("div", { class: "meter", "aria-hidden": "true" }, ...[1, 2, 3, 4].map(() => make("span")));
    const hint = make("p", { class: "hint", id: "hint", "aria-live": "polite" });
    first.input.setAttribute("aria-describedby", "hint");
    const rate = () => {
      const { level, hint: text } = strength(first.input.value, least);
      meter.setAttribute("data-level", String(level));
      hint.textContent = text;
    };
    first.input.addEventListener("input", rate);
    rate();
    first.field.append(meter, hint);
    return {
      fields: [first.field, again.field],
      focus: first.input,
      // Returns the passphrase, or says what is wrong and returns nothing.
      take(problem) {
        const text = first.input.value;
        if ([...text].length < least) return problem(`A new passphrase has at least ${least} characters.`, first);
        if (text !== again.input.value) return problem("The two are not the same.", again);
        return text;
      },
    };
  }

  // One screen: a heading, a sentence, its parts, what went wrong, and the buttons.
  function screen({ title, lead, parts, submit, submitId = "submit", cancel = "Cancel", beside = [], answer, focus }) {
    const error = make("p", { class: "error", id: "error", role: "alert" });
    const main = make("button", { class: "main", id: submitId, type: "submit", text: submit });
    const stop = cancel && make("button", { id: "cancel", type: "button", text: cancel, on: { click: leave } });
    let busy = false;
    let ticking;
    let named = submit;

    function problem(message, at) {
      error.textContent = message;
      error.toggleAttribute("data-shown", message !== "");
      for (const box of document.querySelectorAll(".box[data-bad]")) box.removeAttribute("data-bad");
      if (at) {
        at.box.setAttribute("data-bad", "");
        at.input.focus();
        at.input.select();
      }
      return undefined;
    }

    function working(now) {
      busy = now;
      main.disabled = now;
      main.textContent = now ? "Working…" : named;
      form.setAttribute("aria-busy", String(now));
    }

    function wait(message, seconds) {
      clearInterval(ticking);
      let left = seconds;
      const count = () => {
        problem(left > 0 ? `${message} Try again in ${left} ${left === 1 ? "second" : "seconds"}.` : "");
        main.disabled = left > 0;
        if (left <= 0) clearInterval(ticking);
        left -= 1;
      };
      count();
      ticking = setInterval(count, 1000);
    }

    async function send(event) {
      event.preventDefault();
      if (busy || main.disabled) return;
      problem("");
      const taken = answer(problem);
      if (taken === undefined) return;
      working(true);
      try {
        const reply = await tell(taken.answer);
        if (reply.reply === "done") {
          empty();
          return;
        }
        if (reply.reply === "next") {
          await go();
          return;
        }
        working(false);
        if (reply.wait) wait(reply.message, reply.wait);
        else problem(reply.message, taken.blame?.(reply));
      } catch (refused) {
        working(false);
        // A task that is over closes this window by itself.
        if (refused?.code !== "cancelled") problem("That did not work. Close this window and try again.");
      }
    }

    const form = make(
      "form",
      { novalidate: true, on: { submit: send } },
      make("header", {}, mark(), make("h1", { text: title, tabindex: -1 })),
      lead && make("p", { class: "lead", text: lead }),
      ...parts,
      error,
      make("div", { class: "acts" }, stop, ...beside, main),
    );
    root.replaceChildren(form);
    // Without a line to type into, the heading: a key that was pressed for the view before agrees to nothing here.
    (focus ?? form.querySelector("h1")).focus();
    const name = (text) => {
      named = text;
      main.textContent = text;
    };
    const hush = () => {
      error.textContent = "";
      error.removeAttribute("data-shown");
    };
    return { problem, hush, main, name };
  }

  function empty() {
    for (const input of emptied) input.value = "";
  }

  // Shows what the task is now. What was typed for the view before is gone.
  async function go() {
    const task = await taskByNow();
    empty();
    emptied.length = 0;
    screens[task.kind](task);
  }

  // Answers from a button beside the main one, and goes on with the view that follows.
  async function turn(button, answer) {
    button.disabled = true;
    try {
      const reply = await tell(answer);
      if (reply.reply === "next") await go();
    } catch {
      // A task that is over closes this window by itself.
    } finally {
      button.disabled = false;
    }
  }

  function leave() {
    empty();
    tell("cancel").catch(() => undefined);
  }

  function unlock() {
    const field = secretField("passphrase", "Passphrase", { autofocus: true });
    screen({
      title: "Unlock your wallet",
      lead: "Your passphrase stays in this window. The rest of Satchel never sees it.",
      parts: [field.field],
      submit: "Unlock",
      focus: field.input,
      answer: (problem) =>
        field.input.value === ""
          ? problem("Type your passphrase.", field)
          : { answer: { passphrase: field.input.value }, blame: () => field },
    });
  }

  function prove(task) {
    const field = secretField("passphrase", "Passphrase", { autofocus: true });
    screen({
      title: "Enter your passphrase",
      lead: `It is needed ${task.reason}. Your keys are locked even while your wallet is open.`,
      parts: [field.field],
      submit: "Continue",
      focus: field.input,
      answer: (problem) =>
        field.input.value === ""
          ? problem("Type your passphrase.", field)
          : { answer: { passphrase: field.input.value }, blame: () => field },
    });
  }

  function filePassphrase(task) {
    const field = secretField("passphrase", "Passphrase of the file", { autofocus: true });
    screen({
      title: "Open a wallet file",
      lead: `${task.file} was written under a passphrase of its own.`,
      parts: [field.field],
      submit: "Open",
      focus: field.input,
      answer: (problem) =>
        field.input.value === ""
          ? problem("Type the file's passphrase.", field)
          : { answer: { passphrase: field.input.value }, blame: () => field },
    });
  }

  function placePassword(task) {
    const field = secretField("passphrase", task.key ? "Secret access key" : "Password", { autofocus: true });
    screen({
      title: task.key ? "Secret of the access key" : "Password of the place",
      lead: `${task.user} logs in at ${task.place} with it. It is kept encrypted on this device and not shown again.`,
      parts: [field.field],
      submit: "Continue",
      focus: field.input,
      answer: (problem) =>
        field.input.value === ""
          ? problem("Type the password.", field)
          : { answer: { passphrase: field.input.value }, blame: () => field },
    });
  }

  function nodeKey(task) {
    const names = { password: "Password", authorization: "Authorization header", api_key: "API key" };
    const field = secretField("passphrase", names[task.way], { autofocus: true });
    const who = task.user ? `${task.user} logs in at the node ${task.node} with it.` : `It is sent to the node ${task.node} and nowhere else.`;
    screen({
      title: "Key to the node",
      lead: `${who} It is kept encrypted on this device and not shown again.`,
      parts: [field.field],
      submit: "Continue",
      focus: field.input,
      answer: (problem) =>
        field.input.value === ""
          ? problem("Type the key.", field)
          : { answer: { passphrase: field.input.value }, blame: () => field },
    });
  }

  function choosePassphrase(task) {
    const file = task.purpose.for === "file";
    const fresh = newPassphrase(task.min_chars, "New passphrase");
    screen({
      title: file ? "A passphrase for the file" : "Choose a passphrase",
      lead: file
        ? `${task.purpose.name} can be opened with this passphrase alone. It may differ from the one you unlock with.`
        : "It guards every wallet on this device. Nobody can reset it: without it, only the recovery words bring your coins back.",
      parts: fresh.fields,
      submit: file ? "Continue" : "Use this passphrase",
      focus: fresh.focus,
      answer: (problem) => {
        const text = fresh.take(problem);
        return text === undefined ? undefined : { answer: { passphrase: text } };
      },
    });
  }

  function changePassphrase(task) {
    const current = secretField("current", "Current passphrase", { autofocus: true });
    const fresh = newPassphrase(task.min_chars, "New passphrase");
    screen({
      title: "Change the passphrase",
      lead: "Backup files keep the passphrase they were written with.",
      parts: [current.field, ...fresh.fields],
      submit: "Change",
      focus: current.input,
      answer: (problem) => {
        if (current.input.value === "") return problem("Type the current passphrase.", current);
        const text = fresh.take(problem);
        if (text === undefined) return undefined;
        return { answer: { change: { current: current.input.value, new: text } }, blame: () => current };
      },
    });
  }

  // How many letters have to be put in, taken out, changed or swapped with their neighbour (Damerau and Levenshtein).
  function distance(a, b) {
    const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
    for (let i = 1; i <= a.length; i += 1) {
      rows[i] = [i];
      for (let j = 1; j <= b.length; j += 1) {
        const same = a[i - 1] === b[j - 1] ? 0 : 1;
        let least = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + same);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, rows[i - 2][j - 2] + 1);
        rows[i][j] = least;
      }
    }
    return rows[a.length][b.length];
  }

  // The words of the list that are most like one that is not in it: at most four, none that is quite another. The list is
  // sorted, and so are they.
  function nearest(list, text) {
    const near = list.map((word) => ({ word, far: distance(text, word) })).filter(({ far }) => far <= 2);
    const least = Math.min(...near.map(({ far }) => far));
    return near
      .filter(({ far }) => far === least)
      .slice(0, 4)
      .map(({ word }) => word);
  }

  function enterWords(task) {
    const ofCircle = task.of === "circle";
    const known = new Set(task.list);
    // Says what is wrong with a word that is complete, or how all of them fit together.
    const verdict = make("div", { class: "verdict", id: "verdict", "aria-live": "polite" });
    let tries = 0;
    const grid = make("div", { class: "words", role: "group", "aria-label": "Recovery words" });
    const fits = make("div", { class: "fits", "aria-label": "Words that fit" });
    const counts = make("div", { class: "counts", role: "group", "aria-label": "How many words" });
    const extra = secretField("extra", "Extra passphrase (BIP-0039), only if you set one");
    let lines = [];

    const clean = (text) => text.trim().toLowerCase();
    const fitting = (text) => (text.length < 2 ? [] : task.list.filter((word) => word.startsWith(text)));

    function judge(line) {
      const word = clean(line.input.value);
      line.box.toggleAttribute("data-good", known.has(word));
      line.box.toggleAttribute("data-bad", word !== "" && fitting(word).length === 0 && !known.has(word));
    }

    function suggest(line) {
      const word = clean(line.input.value);
      const list = known.has(word) && fitting(word).length === 1 ? [] : fitting(word).slice(0, 5);
      fits.replaceChildren(...list.map((text) => choice(line, text)));
    }

    function choice(line, text) {
      return make("button", {
        type: "button",
        text,
        tabindex: -1,
        // The line must not lose the focus before the click.
        on: { mousedown: (event) => event.preventDefault(), click: () => settle(line, text) },
      });
    }

    function settle(line, word) {
      line.input.value = word;
      judge(line);
      fits.replaceChildren();
      weigh();
      (lines[line.at + 1]?.input ?? document.getElementById("submit")).focus();
    }

    function complete(line) {
      const list = fitting(clean(line.input.value));
      if (list.length === 1) line.input.value = list[0];
      judge(line);
      weigh();
    }

    function say(state, text, ...more) {
      verdict.setAttribute("data-state", state);
      verdict.replaceChildren(make("span", { text }), ...more);
    }

    // The first word that is complete and unknown is told with the words that are most like it; none of that leaves this
    // page. Once every word is known, Rust says whether they fit together.
    async function weigh() {
      tries += 1;
      const turn = tries;
      const words = lines.map((line) => clean(line.input.value));
      const unknown = lines.find((line, at) => words[at] !== "" && !known.has(words[at]) && line.input !== document.activeElement);
      if (unknown) {
        unknown.box.setAttribute("data-bad", "");
        const near = nearest(task.list, words[unknown.at]);
        say(
          "bad",
          `Word ${unknown.at + 1} is not one of the recovery words.${near.length > 0 ? " Did you mean:" : ""}`,
          ...near.map((word) => choice(unknown, word)),
        );
        return;
      }
      const missing = words.filter((word) => !known.has(word)).length;
      if (missing > 0) {
        say("open", missing === words.length ? "" : `${missing} ${missing === 1 ? "word" : "words"} to go.`);
        return;
      }
      const reply = await tell({ verify: words.join(" ") }).catch(() => undefined);
      if (reply === undefined || turn !== tries) return;
      if (reply.reply === "fits") say("good", "These words fit together.");
      else say("bad", `${words.length} known words, but they do not fit together: one is another word, or two are swapped.`);
    }

    function pasted(event, line) {
      const words = clean(event.clipboardData?.getData("text") ?? "").split(/\s+/).filter(Boolean);
      if (words.length < 2) return;
      event.preventDefault();
      if (line.at === 0 && !ofCircle && COUNTS.includes(words.length)) lay(words.length);
      const over = words.length > lines.length - line.at;
      words.slice(0, lines.length - line.at).forEach((word, i) => {
        lines[line.at + i].input.value = word;
        judge(lines[line.at + i]);
      });
      lines[Math.min(line.at + words.length, lines.length - 1)].input.focus();
      weigh();
      if (over) say("bad", `There are ${ofCircle ? "12" : "12, 15, 18, 21 or 24"} recovery words. These were ${words.length}; not all of them were taken.`);
    }

    function lay(count) {
      const kept = lines.map((line) => line.input.value);
      lines = Array.from({ length: count }, (_, at) => {
        const input = typing({ id: `word-${at + 1}`, type: "text", maxlength: 16 });
        input.value = kept[at] ?? "";
        const box = make("div", { class: "box" }, make("label", { for: input.id, text: String(at + 1) }), input);
        const line = { at, box, input };
        input.addEventListener("input", () => {
          judge(line);
          suggest(line);
          // What was said of the words before is not true of these.
          screened.hush();
          // A word is complete when it is left; the last one as soon as it is there.
          weigh();
        });
        input.addEventListener("blur", () => {
          complete(line);
          fits.replaceChildren();
        });
        input.addEventListener("focus", () => suggest(line));
        input.addEventListener("paste", (event) => pasted(event, line));
        input.addEventListener("keydown", (event) => {
          if (event.key === " ") {
            event.preventDefault();
            if (clean(input.value) !== "") lines[at + 1]?.input.focus();
          } else if (event.key === "Enter" && lines[at + 1]) {
            event.preventDefault();
            lines[at + 1].input.focus();
          } else if (event.key === "Backspace" && input.value === "" && at > 0) {
            event.preventDefault();
            lines[at - 1].input.focus();
          }
        });
        judge(line);
        return line;
      });
      grid.toggleAttribute("data-many", count > 15);
      grid.replaceChildren(...lines.map((line) => line.box));
      for (const button of counts.children) button.setAttribute("aria-pressed", String(button.value === String(count)));
      weigh();
    }

    counts.append(
      ...COUNTS.map((count) =>
        make("button", { type: "button", value: count, text: String(count), on: { click: () => lay(count) } }),
      ),
    );
    lay(12);
    const screened = screen({
      title: "Enter the recovery words",
      lead: ofCircle
        ? "The twelve words that bring back what your devices share. They are not a wallet's words. They stay in this window."
        : `They bring “${task.wallet}” back. They stay in this window; the rest of Satchel never sees them.`,
      parts: ofCircle
        ? [grid, fits, verdict]
        : [counts, grid, fits, verdict, make("details", { class: "more" }, make("summary", { text: "I have an extra passphrase" }), extra.field)],
      submit: "Continue",
      focus: lines[0].input,
      answer: (problem) => {
        for (const line of lines) complete(line);
        const missing = lines.find((line) => clean(line.input.value) === "");
        if (missing) return problem(`Word ${missing.at + 1} is missing.`, missing);
        const words = lines.map((line) => clean(line.input.value)).join(" ");
        return {
          answer: { words: { words, extra: extra.input.value } },
          blame: (reply) => (reply.word ? lines[reply.word - 1] : undefined),
        };
      },
    });
  }

  function looking(task) {
    const bar = make("progress", { max: task.of, value: task.done, "aria-label": "Kinds of wallet looked at" });
    const text = make("p", { class: "hint", "aria-live": "polite" });
    const progress = ({ done, of }) => {
      bar.value = done;
      text.textContent = `${done} of ${of} kinds of wallet`;
    };
    progress(task);
    const parts = screen({
      title: "Looking for your wallet",
      lead: `The words fit together. The server is asked which kinds of wallet they were used for. It sees addresses, never words.`,
      parts: [bar, text],
      submit: "Stop and choose",
      submitId: "stop",
      answer: () => ({ answer: "stop" }),
    });
    const form = parts.main.form;
    // Rust changes the view; this page asks how far it is for as long as this screen stands.
    const ask = async () => {
      if (!form.isConnected) return;
      const now = await taskByNow().catch(() => undefined);
      if (now === undefined || !form.isConnected) return;
      if (now.kind === "looking") {
        progress(now);
        setTimeout(ask, 200);
      } else {
        screens[now.kind](now);
      }
    };
    setTimeout(ask, 100);
  }

  const grouped = (address) => address.match(/.{1,4}/g) ?? [];

  // What is said above the wallets, by how the search ended.
  function findings(task) {
    const server = task.server ?? "The server";
    const used = task.kinds.filter((kind) => kind.used);
    const many = used.length > 1;
    if (used.length > 0 && used.every((kind) => kind.here)) {
      return ["Nothing to bring back", "What these words were used for is on this device already."];
    }
    switch (task.outcome) {
      case "named":
        return ["Is this your wallet?", "Compare its first address with one that you know."];
      case "used":
        return [
          many ? "Are these your wallets?" : "Is this your wallet?",
          many
            ? `${server} knows payments to several kinds. Each comes back as a wallet of its own. Compare the first addresses with ones that you know.`
            : `${server} knows payments to it. Compare its first address with one that you know.`,
        ];
      case "unused":
        return [
          "No payments found",
          `${server} knows no payment to the first ${task.looked_at} addresses of any kind. For a wallet that was never used that is right: choose its kind.`,
        ];
      case "stopped":
        return ["You stopped the search", "So it is not known whether these words were used. Choose the kind of your wallet, or look again."];
      default:
        return [
          "The server could not be asked",
          "So it is not known whether these words were used. Choose the kind of your wallet, or look again; coins are found once a server answers.",
        ];
    }
  }

  function chooseWallets(task) {
    const [title, lead] = findings(task);
    const found = task.outcome === "used" || task.outcome === "named";
    const state = (kind) => (kind.here ? "on this device already" : kind.used ? "was used" : kind.used === false ? "no payments found" : "not known");
    const rows = task.kinds.map((kind) => {
      const box = make("input", { type: "checkbox", id: `kind-${kind.script_type}` });
      box.checked = kind.chosen;
      box.disabled = kind.here;
      const text = make(
        "label",
        { for: box.id, class: "kind-text" },
        make("strong", { text: kind.name }),
        make("span", { class: "quiet", text: task.outcome === "named" ? ` BIP-${kind.bip}` : ` BIP-${kind.bip} · ${state(kind)}` }),
        make("span", { class: "address", "data-address": kind.first_address }, ...grouped(kind.first_address).map((text) => make("span", { text }))),
      );
      return { kind, box, row: make("div", { class: "kind", "data-used": kind.used === true }, box, text) };
    });
    // Where something was used, what was not is out of the way.
    const inSight = rows.filter(({ kind }) => !found || task.outcome === "named" || kind.used);
    const others = rows.filter((row) => !inSight.includes(row));
    const parts = [make("div", { class: "kinds", role: "group", "aria-label": "Kinds of wallet" }, ...inSight.map(({ row }) => row))];
    if (others.length > 0) {
      parts.push(make("details", { class: "more" }, make("summary", { text: "Other kinds" }), make("div", { class: "kinds" }, ...others.map(({ row }) => row))));
    }
    if (task.fault) parts.push(make("p", { class: "note", text: found ? `Not every kind could be looked at: ${task.fault}.` : `${task.fault}.` }));
    if (task.outcome === "unused") {
      const again = secretField("other-extra", task.extra ? "Extra passphrase, typed again" : "Extra passphrase");
      const look = make("button", { id: "look-extra", type: "button", text: "Look with this one" });
      look.addEventListener("click", () => turn(look, { extra: again.input.value }));
      again.input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        look.click();
      });
      again.field.append(look);
      parts.push(
        make("p", {
          class: "note",
          id: "passphrase-note",
          text: task.extra
            ? "An extra passphrase that is typed differently makes another wallet, an empty one. If you expect coins, check it, down to capitals and spaces."
            : "If you expect coins and your words have an extra passphrase, it is missing here.",
        }),
        make("details", { class: "more", open: task.extra }, make("summary", { text: task.extra ? "Try the extra passphrase again" : "I have an extra passphrase" }), again.field),
      );
    }
    const back = make("button", { id: "back", type: "button", text: "Other words" });
    back.addEventListener("click", () => turn(back, "back"));
    const beside = [back];
    if (task.outcome === "stopped" || task.outcome === "unknown" || task.fault) {
      const look = make("button", { id: "look", type: "button", text: "Look again" });
      look.addEventListener("click", () => turn(look, "look"));
      beside.push(look);
    }
    const screened = screen({
      title,
      lead,
      parts,
      submit: "Bring it back",
      beside,
      answer: (problem) => {
        const chosen = rows.filter(({ box }) => box.checked).map(({ kind }) => kind.script_type);
        return chosen.length === 0 ? problem("Choose at least one kind.") : { answer: { choose: chosen } };
      },
    });
    const count = () => {
      const chosen = rows.filter(({ box }) => box.checked).length;
      screened.name(chosen > 1 ? `Bring ${chosen} back` : "Bring it back");
    };
    for (const { box } of rows) box.addEventListener("change", count);
    count();
  }

  function showWords(task) {
    const ofCircle = task.of === "circle";
    const HIDDEN = "••••••";
    const cells = Array.from({ length: task.count }, () => make("span", { class: "word", "data-hidden": true, text: HIDDEN }));
    const grid = make(
      "ol",
      { class: "words", "data-many": task.count > 15 },
      ...cells.map((cell, i) => make("li", {}, make("span", { class: "number", text: String(i + 1) }), cell)),
    );
    grid.addEventListener("copy", (event) => event.preventDefault());
    const reveal = make("button", { id: "reveal", type: "button", text: "Show the words", on: { click: toggle } });
    let shown = false;

    function hide() {
      shown = false;
      for (const cell of cells) {
        cell.textContent = HIDDEN;
        cell.setAttribute("data-hidden", "");
      }
      reveal.textContent = "Show the words";
    }

    async function toggle() {
      if (shown) {
        hide();
        return;
      }
      const bytes = await tell("reveal").then(opened).catch(() => undefined);
      if (bytes === undefined) return;
      let start = 0;
      let at = 0;
      for (let i = 0; i <= bytes.length; i += 1) {
        if (i < bytes.length && bytes[i] !== 32) continue;
        cells[at].textContent = String.fromCharCode(...bytes.subarray(start, i));
        cells[at].removeAttribute("data-hidden");
        at += 1;
        start = i + 1;
      }
      bytes.fill(0);
      shown = true;
      reveal.textContent = "Hide the words";
      parts.main.disabled = false;
      if (!document.hasFocus()) hide();
    }

    window.addEventListener("blur", hide);
    window.addEventListener("pagehide", hide);
    document.addEventListener("visibilitychange", () => document.hidden && hide());
    const parts = screen({
      title: ofCircle ? "Words for what your devices share" : `Recovery words of “${task.wallet}”`,
      lead: "Write them down on paper, in this order. They are hidden again when you leave this window.",
      parts: [
        make("p", {
          class: "note",
          text: ofCircle
            ? "If all your devices are lost, these words and the place where they met bring back labels, addresses and payments. They are not your wallet's words: they spend nothing, and whoever has them can read along. They are shown this once."
            : "Whoever has these words has the coins. Satchel never asks for them in a message, a mail or a call.",
        }),
        grid,
        reveal,
      ],
      submit: "I have written them down",
      submitId: "done",
      cancel: "Close",
      focus: reveal,
      answer: () => ({ answer: "done" }),
    });
    parts.main.disabled = true;
  }

  function checkWords(task) {
    const fields = task.positions.map((position, i) => {
      const input = typing({ id: `asked-${position}`, type: "text", maxlength: 16, autofocus: i === 0 });
      const box = make("div", { class: "box" }, input);
      const field = make("div", { class: "field" }, make("label", { for: input.id, text: `Word ${position}` }), box);
      return { field, box, input };
    });
    screen({
      title: "Check what you wrote down",
      lead: `Look at your paper and type these words of “${task.wallet}”.`,
      parts: fields.map((field) => field.field),
      submit: "Check",
      focus: fields[0].input,
      answer: (problem) => {
        const missing = fields.find((field) => field.input.value.trim() === "");
        if (missing) return problem("Type every word.", missing);
        return { answer: { check: fields.map((field) => field.input.value.trim().toLowerCase()) }, blame: () => fields[0] };
      },
    });
  }

  const screens = {
    unlock,
    prove,
    new_passphrase: choosePassphrase,
    change_passphrase: changePassphrase,
    file_passphrase: filePassphrase,
    place_password: placePassword,
    node_key: nodeKey,
    enter_words: enterWords,
    looking,
    choose_wallets: chooseWallets,
    show_words: showWords,
    check_words: checkWords,
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
  });
  document.addEventListener("contextmenu", (event) => event.preventDefault());
  window.addEventListener("blur", () => document.body.setAttribute("data-away", ""));
  window.addEventListener("focus", () => document.body.removeAttribute("data-away"));
  window.addEventListener("pagehide", empty);

  // Rust says in the address whether the page is dark, so that it is from the first moment.
  document.documentElement.setAttribute("data-theme", location.hash === "#dark" ? "dark" : "light");
  askForTask().then(
    (task) => screens[task.kind](task),
    () => root.replaceChildren(make("p", { class: "lead", text: "There is nothing to ask any more. You can close this window." })),
  );
})();
