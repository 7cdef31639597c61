// The console's script: it keeps the server-rendered page true, and draws nothing by itself. Without it the page is
// whole, as it was at its moment.

const LINES_AT_MOST = 200;

/** @param {string} id @returns {HTMLElement} */
const byId = (id) => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found;
};

const happenings = byId("happenings");
const connection = byId("connection");
const nothing = byId("nothing");
const pause = byId("pause");
const refusalsOnly = /** @type {HTMLInputElement} */ (byId("refusals-only"));

/** Lines that wait for the end of a pause, the oldest first. @type {Element[]} */
let held = [];
let paused = false;

/** @param {string} html @returns {HTMLTemplateElement} */
function parse(html) {
  const template = document.createElement("template");
  // Our own server's markup, in which everything from elsewhere is escaped; and the page's policy runs no script in it.
  template.innerHTML = html;
  return template;
}

// -- Times: "12 s ago", and kept true.

/** @param {number} ms */
function ago(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} days ago`;
}

function tellTimes() {
  const now = Date.now();
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const text = ago(now - Date.parse(time.getAttribute("datetime") ?? ""));
    if (time.textContent !== text) time.textContent = text;
  }
}

// -- Sections: changed where they have changed, so that focus, selection and what is unfolded stay as they are.

/** @param {Element} element @param {Element} wanted */
function syncAttributes(element, wanted) {
  for (const { name, value } of wanted.attributes)
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  for (const { name } of Array.from(element.attributes))
    // What is unfolded is the reader's.
    if (!wanted.hasAttribute(name) && name !== "open") element.removeAttribute(name);
}

/** @param {Element} parent @param {Element | DocumentFragment} wanted */
function syncChildren(parent, wanted) {
  const current = [...parent.childNodes];
  const next = [...wanted.childNodes];
  for (const [at, node] of next.entries()) {
    const old = current[at];
    if (old === undefined) parent.append(node);
    else if (!isSame(old, node)) old.replaceWith(node);
    else if (old instanceof Element && node instanceof Element) sync(old, node);
    else if (old.nodeValue !== node.nodeValue) old.nodeValue = node.nodeValue;
  }
  for (const old of current.slice(next.length)) old.remove();
}

/** @param {Node} a @param {Node} b */
function isSame(a, b) {
  if (a.nodeName !== b.nodeName) return false;
  const [one, other] = [a, b].map((node) =>
    node instanceof HTMLElement ? node.dataset["key"] : "",
  );
  return one === other;
}

/** @param {Element} element @param {Element} wanted */
function sync(element, wanted) {
  const moment = element.getAttribute("datetime");
  const isKept = element.hasAttribute("data-ago") && moment === wanted.getAttribute("datetime");
  syncAttributes(element, wanted);
  if (!isKept) syncChildren(element, wanted);
}

/** @param {Record<string, string>} sections */
function showSections(sections) {
  for (const [id, html] of Object.entries(sections)) {
    const place = document.querySelector(`[data-section="${CSS.escape(id)}"]`);
    if (place !== null) syncChildren(place, parse(html).content);
  }
  tellTimes();
}

// -- What happens: the newest on top.

/** @param {readonly Element[]} lines the oldest first */
function showLines(lines) {
  const atTop = happenings.scrollTop < 8;
  const before = happenings.scrollHeight;
  happenings.prepend(...lines.toReversed());
  // Whoever reads further down goes on reading the same line.
  if (!atTop) happenings.scrollTop += happenings.scrollHeight - before;
  while (happenings.children.length > LINES_AT_MOST) happenings.lastElementChild?.remove();
  nothing.hidden = happenings.children.length > 0;
}

function tellPause() {
  pause.setAttribute("aria-pressed", String(paused));
  const waiting = held.length === 0 ? "" : ` (${held.length})`;
  pause.textContent = paused ? `Go on${waiting}` : "Pause";
}

pause.addEventListener("click", () => {
  paused = !paused;
  if (!paused) showLines(held.splice(0));
  tellPause();
});

refusalsOnly.addEventListener("change", () => {
  happenings.classList.toggle("refusals-only", refusalsOnly.checked);
});

// -- The stream.

/** @param {string} word @param {string} text */
function tellConnection(word, text) {
  connection.className = `connection ${word}`;
  connection.textContent = text;
}

const stream = new EventSource(`events?after=${happenings.dataset["after"] ?? "0"}`);

stream.addEventListener("open", () => tellConnection("is-live", "Live"));

stream.addEventListener("error", () => {
  if (stream.readyState === EventSource.CLOSED)
    tellConnection("is-off", "Not live: too many pages are open, or the token is asked for again");
  else tellConnection("is-waiting", "Connecting again");
});

stream.addEventListener("sections", (event) => showSections(JSON.parse(event.data)));

stream.addEventListener("happenings", (event) => {
  const lines = [...parse(JSON.parse(event.data)).content.children];
  if (paused) {
    held = [...held, ...lines].slice(-LINES_AT_MOST);
    tellPause();
  } else {
    showLines(lines);
  }
});

const [controls] = document.querySelectorAll(".controls");
if (controls instanceof HTMLElement) controls.hidden = false;
nothing.hidden = happenings.children.length > 0;
tellTimes();
setInterval(tellTimes, 1000);
