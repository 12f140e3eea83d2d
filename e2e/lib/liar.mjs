// A node that is not itself: stands before a sandbox, hands everything on, and bends what comes back as it is told.

import { createServer, request } from "node:http";

import { freePort } from "./processes.mjs";

const GIANT = 80 << 20;

/** What it does with an answer, by name. Each gets the answer's text, and what to write to. */
const WAYS = {
  honest: (text, out) => out.end(text),
  slow: (text, out) => void setTimeout(() => out.end(text), 4_000),
  network: (text, out) => out.end(text.replaceAll('"chain":"regtest"', '"chain":"main"')),
  fallen: (text, out) => out.end(text.replace(/"(blocks|headers)":(\d+)/g, (_, name, height) => `"${name}":${Math.max(0, Number(height) - 40)}`)),
  nonsense: (_text, out) => out.end('[{"result": {"chain": "regtest", '),
  giant: (_text, out) => out.end(`{"result":"${"x".repeat(GIANT)}"}`),
  endless: (_text, out) => {
    const part = "x".repeat(1 << 16);
    const more = () => {
      while (out.writable && out.write(part));
      if (out.writable) out.once("drain", more);
    };
    out.on("error", () => undefined);
    out.write('{"result":"');
    more();
  },
  silent: () => undefined,
};

export class Liar {
  way = "honest";

  /** Stands before the node at `url`. */
  static async before(url) {
    const liar = new Liar();
    liar.truth = new URL(url);
    const open = new Set();
    const server = createServer((asked, answered) => liar.#answer(asked, answered));
    server.on("connection", (socket) => {
      open.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => open.delete(socket));
    });
    const port = await freePort();
    await new Promise((done) => server.listen(port, "127.0.0.1", done));
    liar.url = `http://127.0.0.1:${port}`;
    liar.stop = () => {
      for (const socket of open) socket.destroy();
      return new Promise((done) => server.close(done));
    };
    return liar;
  }

  #answer(asked, answered) {
    const { hostname, port } = this.truth;
    const headers = { ...asked.headers, host: `${hostname}:${port}` };
    const onward = request({ hostname, port, path: asked.url, method: asked.method, headers }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => {
        // Another length than the true one, so that it is left out.
        answered.writeHead(answer.statusCode, { "content-type": answer.headers["content-type"] ?? "text/plain" });
        WAYS[this.way](Buffer.concat(parts).toString("utf8"), answered);
      });
    });
    // The node is gone: so is this.
    onward.on("error", () => answered.destroy());
    asked.pipe(onward);
  }
}
