// The programs that a run needs, each ended by the run that started it.

import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

const running = [];

export function start(command, args, { env = {}, name = command, log } = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const entry = { child, name };
  running.push(entry);
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      log?.(`${name}: ${line}`);
    });
  }
  child.on("error", (error) => lines.push(String(error)));
  return { child, lines };
}

export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
  await ended;
  clearTimeout(timer);
}

/** Ends a program that a driver started, as a phone does that needs the memory: at once, and without a word to it. */
export async function kill(application, home) {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const words = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
    if (words[0] === application && words.includes(home)) process.kill(Number(pid), "SIGKILL");
  }
}

export async function stopAll() {
  for (const { child } of running.reverse()) await stop(child);
}

export function freePort() {
  return new Promise((done, failed) => {
    const server = createServer();
    server.on("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
