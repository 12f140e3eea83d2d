// What is wrong with how a page is laid out, found in the page itself: runs in Chromium (gallery) and WebKitGTK (screens).

/**
 * Runs inside the page. Returns sentences, none when nothing is wide, cut or covered.
 * It must not name anything outside itself: its text is sent to the browser.
 */
export function pageFaults() {
  const faults = [];
  const root = document.documentElement;
  const named = (element) => `${element.tagName.toLowerCase()}.${(element.getAttribute("class") ?? "").split(" ")[0]}${element.dataset?.testid ? `[${element.dataset.testid}]` : ""}`;
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    if (element.checkVisibility?.() === false) return false;
    return box.width > 1 && box.height > 1 && !element.closest(".offscreen, .skip, [aria-hidden=true] svg") && getComputedStyle(element).visibility !== "hidden";
  };
  const inSheet = document.querySelector("[role=dialog], [role=menu]");

  // Wider than the window: on a phone the rest cannot be reached.
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.body.querySelectorAll("*")].filter((element) => shown(element) && element.getBoundingClientRect().right > root.clientWidth + 1);
    faults.push(`${root.scrollWidth - root.clientWidth} px too wide: ${wide.slice(-3).map(named).join(", ")}`);
  }
  // Where lines are read from the right, what is too wide sticks out on the left.
  for (const element of root.dir === "rtl" && root.scrollWidth > root.clientWidth ? [...document.body.querySelectorAll("*")].filter((each) => shown(each) && each.getBoundingClientRect().left < -1).slice(-3) : []) {
    faults.push(`${named(element)} sticks out on the left`);
  }
  for (const element of document.body.querySelectorAll(".toast, .menu, .sheet")) {
    const box = element.getBoundingClientRect();
    if (box.left < -1 || box.right > root.clientWidth + 1) faults.push(`${named(element)} leaves the window`);
  }

  // Cut inside its box without an ellipsis that says so; an amount must not be cut at all.
  for (const element of document.body.querySelectorAll("p, span, h1, h2, h3, dt, dd, a, button, kbd, label, td, th")) {
    if (!shown(element)) continue;
    const style = getComputedStyle(element);
    if (element.scrollWidth > element.clientWidth + 1 && style.overflowX !== "visible" && style.textOverflow !== "ellipsis" && style.display !== "inline") faults.push(`${named(element)} is cut: ${element.textContent.slice(0, 30)}`);
  }
  for (const amount of document.body.querySelectorAll(".amount-digits")) {
    if (!shown(amount)) continue;
    const box = amount.getBoundingClientRect();
    for (let parent = amount.parentElement; parent && parent !== document.body; parent = parent.parentElement) {
      const frame = parent.getBoundingClientRect();
      if (getComputedStyle(parent).overflowX !== "visible" && (box.right > frame.right + 1 || box.left < frame.left - 1)) faults.push(`an amount is cut by ${named(parent)}: ${amount.textContent}`);
    }
    if (box.right > root.clientWidth + 1) faults.push(`an amount leaves the window: ${amount.textContent}`);
  }

  for (const field of document.body.querySelectorAll(".field-large input")) {
    if (shown(field) && field.scrollWidth > field.clientWidth + 1) faults.push(`a typed amount is cut: ${field.value}`);
  }
  for (const sheet of document.body.querySelectorAll(".sheet, .menu, .card")) {
    if (!shown(sheet) || sheet.scrollWidth <= sheet.clientWidth + 1) continue;
    const edge = sheet.getBoundingClientRect().left + sheet.clientWidth;
    const wide = [...sheet.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > edge);
    // WebKit counts room in which nothing stands.
    if (wide.length > 0) faults.push(`${named(sheet)} is wider inside than it is: ${wide.slice(-3).map(named).join(", ")}`);
  }

  // What can be pressed must be reachable: brought into view, nothing lies over its middle.
  const before = [scrollX, scrollY];
  const scope = inSheet ?? document.body;
  for (const element of scope.querySelectorAll("a[href], button, input:not([type=range]), textarea, select, summary")) {
    if (!shown(element) || element.disabled || element.closest(".toast") || (!inSheet && element.closest(".bar, .rail, .coins-bar"))) continue;
    element.scrollIntoView({ block: "nearest", behavior: "instant" });
    const box = element.getBoundingClientRect();
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (hit && !element.contains(hit) && !hit.contains(element) && !hit.closest(".toasts, .check-box, label")) faults.push(`${named(element)} lies under ${named(hit)}`);
  }
  scrollTo(before[0], before[1]);
  return [...new Set(faults)];
}
