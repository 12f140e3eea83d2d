// What a finger meets, found in the page itself. Each function runs inside the page and names nothing outside itself.

/** A finger's width: what is pressed is at least this wide and high, whatever it looks like. */
export const FINGER = 44;

/**
 * Presses that are smaller than a finger. What counts is what a press hits: a label belongs to its box, and what reaches beyond its
 * looks counts as far as it reaches. A link in the middle of a sentence is let be, as everywhere: it is as high as its line.
 */
export function fingerFaults(finger) {
  const faults = [];
  const named = (element) => `${element.tagName.toLowerCase()}.${(element.getAttribute("class") ?? "").split(" ")[0]}${element.dataset?.testid ? `[${element.dataset.testid}]` : ""} ${(element.getAttribute("aria-label") ?? element.textContent).trim().slice(0, 20)}`;
  const scope = document.querySelector("[role=dialog], [role=menu]") ?? document.body;
  const before = [scrollX, scrollY];
  /** What is pressed in place of a field that is drawn by what stands after it. */
  const drawn = (element) => {
    if (element.tagName !== "INPUT" || !["checkbox", "radio"].includes(element.type)) return element;
    const box = element.getBoundingClientRect();
    const seen = box.width > 2 && box.height > 2 && Number(getComputedStyle(element).opacity) > 0 && !element.closest(".offscreen");
    return seen ? element : (element.nextElementSibling ?? element);
  };
  for (const found of scope.querySelectorAll("a[href], button, input:not([type=hidden], [type=file]), textarea, select, summary, [role=menuitem], [role=option]")) {
    const element = drawn(found);
    if (found.disabled || element.closest(".skip, [aria-hidden=true], [hidden]") || !element.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    if (found.tagName === "A" && style.display === "inline") continue;
    const box = element.getBoundingClientRect();
    if (box.width >= finger && box.height >= finger) continue;
    element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    const now = element.getBoundingClientRect();
    const belongs = (x, y) => {
      const hit = document.elementFromPoint(x, y);
      if (hit === null) return false;
      const label = hit.closest("label");
      // A field's frame is its own: a press there goes to it.
      return element.contains(hit) || found.contains(hit) || (label !== null && label.control === found) || (found.matches("input, textarea, select") && hit.closest(".field-box, .box")?.contains(found) === true);
    };
    const [x, y] = [now.left + now.width / 2, now.top + now.height / 2];
    const reach = (dx, dy) => {
      let far = 0;
      while (far < finger && belongs(x + dx * (far + 1), y + dy * (far + 1))) far += 1;
      return far;
    };
    // Half a pixel on either side of the middle is lost to the steps.
    const [wide, high] = [Math.max(now.width, reach(-1, 0) + reach(1, 0) + 1), Math.max(now.height, reach(0, -1) + reach(0, 1) + 1)];
    if (wide < finger - 0.5 || high < finger - 0.5) faults.push(`${Math.round(wide)} × ${Math.round(high)} px to press: ${named(found)}`);
  }
  scrollTo(before[0], before[1]);
  return [...new Set(faults)];
}

/** Where a thumb's reach begins, as a share of the screen's height: ten centimetres above its end on a large phone. */
export const REACH = 0.3;

/** The main act of a screen that cannot be brought to where a thumb is: what is scrolled comes no lower than it is at first. */
export function reachFaults(from) {
  const sheet = document.querySelector("[role=dialog]");
  const scope = sheet ?? document.querySelector("main") ?? document.body;
  const [main] = [...scope.querySelectorAll('.button[data-kind="primary"], .button[data-kind="danger"], button.main')].filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest(".toast")).slice(-1);
  if (!main) return [];
  scrollTo(0, 0);
  const box = main.getBoundingClientRect();
  const middle = box.top + box.height / 2;
  return middle < innerHeight * from ? [`the main act is out of a thumb's reach, at ${Math.round(middle)} of ${innerHeight} px: ${main.textContent.trim().slice(0, 20)}`] : [];
}

/** The way of the Tab key through a page that jumps: back up the page, or by a number somebody gave. */
export function orderFaults() {
  const faults = [];
  const named = (element) => `${element.tagName.toLowerCase()}.${(element.getAttribute("class") ?? "").split(" ")[0]}${element.dataset?.testid ? `[${element.dataset.testid}]` : ""}`;
  const scope = document.querySelector("[role=dialog]") ?? document.body;
  const stays = (element) => {
    for (let each = element; each && each !== document.body; each = each.parentElement) if (["fixed", "sticky"].includes(getComputedStyle(each).position)) return each;
    return null;
  };
  let last;
  for (const element of scope.querySelectorAll("a[href], button, input:not([type=hidden]), textarea, select, summary, [tabindex]")) {
    if (element.tabIndex > 0) faults.push(`${named(element)} comes before its turn`);
    const box = element.getBoundingClientRect();
    if (element.tabIndex < 0 || element.disabled || box.width <= 2 || element.closest(".skip") || !element.checkVisibility({ visibilityProperty: true })) continue;
    const place = stays(element);
    if (last && last.place === place && box.bottom <= last.box.top + 1) faults.push(`${named(element)} stands above ${named(last.element)} and comes after it`);
    last = { element, box, place };
  }
  return [...new Set(faults)];
}
