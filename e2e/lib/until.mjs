// Waiting on conditions. Nothing here waits for a time, only up to one.

export async function until(what, condition, { seconds = 30 } = {}) {
  const end = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${seconds} s in vain for: ${what}${last ? ` (${last.message})` : ""}`);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}
