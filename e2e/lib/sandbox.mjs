// The chain of a run, over its own HTTP.

import { start, stop } from "./processes.mjs";
import { until } from "./until.mjs";

export class Chain {
  static async start(binary, more = [], port = 0) {
    const chain = new Chain();
    const { lines, child } = start(binary, ["--port", String(port), ...more], { name: "sandbox" });
    chain.stop = () => stop(child);
    chain.url = await until("the sandbox", () =>
      lines.map((line) => /listening on (http:\/\/\S+)/.exec(line)?.[1]).find(Boolean),
    );
    return chain;
  }

  async post(path, body) {
    const response = await fetch(this.url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  mine(blocks = 1) {
    return this.post("/sandbox/mine", { blocks });
  }

  faucet(address, amount) {
    return this.post("/faucet", { address, amount });
  }

  /** Has answers come late, wrong or not at all, or heals them: lines of a scenario (docs/sandbox.md). */
  async faults(...lines) {
    const response = await fetch(`${this.url}/sandbox/faults`, { method: "POST", headers: { "content-type": "text/plain" }, body: lines.join("\n") });
    if (!response.ok) throw new Error(`faults: ${response.status} ${await response.text()}`);
  }

  async height() {
    return Number(await (await fetch(`${this.url}/api/blocks/tip/height`)).text());
  }

  async mempool() {
    return (await fetch(`${this.url}/api/mempool/txids`)).json();
  }
}
