// What an eye can read, found in the page itself: runs inside the page and names nothing outside itself.

/** Text whose colour is too near to what it stands on: 4.5 to 1, large text 3, what carries an amount 7. */
export function eyeFaults() {
  const faults = [];
  const seen = new Map();
  const parse = (text) => {
    const numbers = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    const scale = text.startsWith("color(") ? 255 : 1;
    return [numbers[0] * scale, numbers[1] * scale, numbers[2] * scale, numbers[3] ?? 1];
  };
  const over = (top, below) => [0, 1, 2].map((at) => top[at] * top[3] + below[at] * (1 - top[3])).concat(1);
  const light = (color) => {
    const [r, g, b] = color.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (style.backgroundImage !== "none") return null;
      const color = parse(style.backgroundColor);
      if (color[3] > 0) layers.push(color);
      if (color[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), parse(getComputedStyle(document.documentElement).colorScheme.includes("dark") ? "rgb(0,0,0)" : "rgb(255,255,255)"));
  };
  for (const element of document.body.querySelectorAll("*")) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "")) continue;
    if (element.closest("script, style, svg, .offscreen, .skip, [disabled], [aria-disabled=true], [data-disabled], video, .qr, .words [data-hidden]")) continue;
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const style = getComputedStyle(element);
    let opacity = 1;
    for (let each = element; each; each = each.parentElement) opacity *= Number(getComputedStyle(each).opacity);
    const below = ground(element);
    if (below === null) continue;
    const color = parse(style.color);
    const shown = over([color[0], color[1], color[2], color[3] * opacity], below);
    const [high, low] = [light(shown), light(below)].sort((a, b) => b - a);
    const contrast = (high + 0.05) / (low + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 600);
    const amount = element.matches(".amount:not([data-tone]) .amount-strong");
    const least = amount ? 7 : large ? 3 : 4.5;
    if (contrast + 0.01 >= least) continue;
    const text = `${contrast.toFixed(1)} to 1, of ${least}: ${element.tagName.toLowerCase()}.${(element.getAttribute("class") ?? "").split(" ")[0]} ${element.textContent.trim().slice(0, 24)}`;
    const key = `${style.color} ${below}`;
    if (!seen.has(key)) faults.push(text);
    seen.set(key, true);
  }
  return faults;
}
