// Where things are, found in the page itself. Each function runs inside the page and names nothing outside itself.

/** What can be pressed or read, and lies where a phone has a notch, a round corner or a bar of its own. */
export function insetFaults({ top, right, bottom, left }) {
  const faults = [];
  const named = (element) => `${element.tagName.toLowerCase()}.${(element.getAttribute("class") ?? "").split(" ")[0]}${element.dataset?.testid ? `[${element.dataset.testid}]` : ""} ${element.textContent.trim().slice(0, 20)}`;
  const [wide, high] = [document.documentElement.clientWidth, innerHeight];
  const strips = { top: [0, 0, wide, top], right: [wide - right, 0, wide, high], bottom: [0, high - bottom, wide, high], left: [0, 0, left, high] };
  const look = (sides) => {
    for (const element of document.body.querySelectorAll("*")) {
      const presses = element.matches("a[href], button, input, textarea, select, summary");
      const reads = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
      if ((!presses && !reads) || element.closest(".offscreen, .skip, script, style")) continue;
      const whole = element.getBoundingClientRect();
      if (whole.width <= 2 || whole.height <= 2 || !element.checkVisibility({ visibilityProperty: true })) continue;
      const style = getComputedStyle(element);
      // What fills its padding with nothing but its ground may go to the edge.
      const px = (name) => Number.parseFloat(style[name]) || 0;
      const box = {
        left: whole.left + px("paddingLeft"), right: whole.right - px("paddingRight"),
        top: whole.top + px("paddingTop"), bottom: whole.bottom - px("paddingBottom"),
      };
      for (const side of sides) {
        const [x0, y0, x1, y1] = strips[side];
        if (x1 - x0 < 1 || y1 - y0 < 1) continue;
        const [l, r, t, b] = [Math.max(box.left, x0), Math.min(box.right, x1), Math.max(box.top, y0), Math.min(box.bottom, y1)];
        if (r - l < 1 || b - t < 1) continue;
        const hit = document.elementFromPoint((l + r) / 2, (t + b) / 2);
        // Something else lies over it there.
        if (hit === null || (!element.contains(hit) && !hit.contains(element))) continue;
        faults.push(`under the ${side} of the device: ${named(element)}`);
      }
    }
  };
  scrollTo(0, 0);
  // What is further down passes below the notch when it is scrolled, and ends above the bar.
  look(["top", "left", "right"]);
  scrollTo(0, document.documentElement.scrollHeight);
  for (const element of document.body.querySelectorAll("*")) if (element.scrollHeight > element.clientHeight + 1) element.scrollTop = element.scrollHeight;
  look(["bottom"]);
  scrollTo(0, 0);
  return [...new Set(faults)];
}

/** Remembers where everything stands that can be pressed; `mirrorFaults` compares. */
export function noteBoxes() {
  const all = [...document.body.querySelectorAll("a[href], button, input, textarea, select, summary, h1, h2, .row-icon, .icon")];
  window.satchelBoxes = all.map((element) => [element, element.getBoundingClientRect()]);
}

/** What does not stand on the other side once lines are read the other way. */
export function mirrorFaults() {
  const faults = [];
  const named = (element) => `${element.tagName.toLowerCase()}.${(element.getAttribute("class") ?? "").split(" ")[0]}${element.dataset?.testid ? `[${element.dataset.testid}]` : ""} ${element.textContent.trim().slice(0, 20)}`;
  const wide = document.documentElement.clientWidth;
  for (const [element, was] of window.satchelBoxes) {
    if (!element.isConnected || was.width <= 2 || was.height <= 2 || element.closest(".offscreen, .skip, .mono, .amount, .address, .address-short, [dir]:not(html)")) continue;
    // In a sentence it is where its word is.
    if (getComputedStyle(element).display === "inline") continue;
    const now = element.getBoundingClientRect();
    const off = Math.abs(wide - now.right - was.left);
    if (off > 2) faults.push(`${Math.round(off)} px from where it is mirrored: ${named(element)}`);
  }
  return [...new Set(faults)];
}
