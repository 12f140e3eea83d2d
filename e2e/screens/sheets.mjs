// Sheets of small pictures, one for each look: to be looked through, and kept in docs/gallery.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export async function sheets({ pictures, to, names, looks }) {
  await mkdir(to, { recursive: true });
  for (const look of looks) {
    const files = names.map((name) => join(pictures, `${name}.${look}.png`)).filter((file) => existsSync(file));
    if (files.length === 0) continue;
    const wide = look.startsWith("desk");
    const tile = wide ? ["-tile", "5x", "-geometry", "360x+8+8"] : ["-tile", "8x", "-geometry", "200x+8+8"];
    // They are kept in the repository: a fiftieth of what they are as PNG, and as easy to read.
    const small = ["-background", "#808080", "-strip", "-quality", "50", "-define", "webp:method=6"];
    await run("montage", [...files, ...tile, ...small, join(to, `${look}.webp`)]);
  }
}
