// The scanner of crates/redteam, and what it looks at.

import { execFile } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { binary } from "../../lib/driver.mjs";
import { until } from "../../lib/until.mjs";

const run = promisify(execFile);
const MOST = 256 << 20;

export class Eyes {
  /** Draws the secrets of a run and keeps them in a file for the scanner. */
  static async draw(scratch) {
    const eyes = new Eyes();
    eyes.file = join(scratch, "run.json");
    const { stdout } = await run(binary("satchel-redteam"), ["draw"]);
    eyes.secrets = JSON.parse(stdout);
    await writeFile(eyes.file, stdout, { mode: 0o600 });
    eyes.scratch = scratch;
    eyes.texts = 0;
    return eyes;
  }

  /** Looks for one more secret from now on. */
  async know(name, text) {
    this.secrets.passphrases[name] = text;
    await writeFile(this.file, JSON.stringify(this.secrets), { mode: 0o600 });
  }

  /** Keeps lines that were said, for a place of that kind. */
  async text(lines) {
    const file = join(this.scratch, `said-${(this.texts += 1)}.txt`);
    await writeFile(file, lines.join("\n"));
    return `files:${file}`;
  }

  /** Looks for the run's secrets and those of the homes. `places` is what to look at, by name. */
  async look(homes, places) {
    const words = Object.entries(places).map(([name, what]) => `${name}=${what}`);
    const args = ["scan", this.file, ...homes.flatMap((home) => ["--home", home]), ...words];
    const { stdout } = await run(binary("satchel-redteam"), args, { maxBuffer: MOST });
    return JSON.parse(stdout);
  }
}

/** Says what was found, one line each. */
export const told = (hits) => hits.map((hit) => `${hit.place}: ${hit.secret} as ${hit.form}, ${hit.times} times, up to ${hit.longest} bytes`).join("\n");

function processes() {
  const all = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const [, comm] = /\((.*)\)/s.exec(stat);
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      all.push({ pid: Number(name), parent, comm });
    } catch {
      // It ended meanwhile.
    }
  }
  return all;
}

/** The wallet's process that has this home open. */
export function mainProcess(home) {
  return until("the wallet's process", () => {
    for (const { pid, comm } of processes()) {
      if (!comm.startsWith("satchel-wallet")) continue;
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      if (words.includes(home) && readlinkSync(`/proc/${pid}/exe`)) return pid;
    }
    return undefined;
  });
}

/** What the wallet's process started, at any depth, by kind: `web`, `network` and others. */
export function helpers(main) {
  const all = processes();
  const ours = new Set([main]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const { pid, parent } of all) {
      if (ours.has(parent) && !ours.has(pid)) grew = ours.add(pid) && true;
    }
  }
  const kind = (comm) => (comm.startsWith("WebKitWebProces") ? "web" : comm.startsWith("WebKitNetwork") ? "network" : "other");
  return all.filter(({ pid }) => pid !== main && ours.has(pid)).map(({ pid, comm }) => ({ pid, kind: kind(comm), comm }));
}
