// Keeps the page up to date. Without it everything works as well, by forms and by reloading.
//
// The server draws the whole page; what differs from what it drew before is put into place. What people have
// typed or opened stays, for a part is only touched when its own HTML has changed.

const WAIT_SECONDS = 25;
const RETRY_MILLISECONDS = 1000;
let etag = null;
let drawn = null;

start();

function start() {
  drawn = document.documentElement.cloneNode(true);
  settle();
  document.addEventListener("submit", sendInBackground);
  document.addEventListener("change", (event) => event.target.closest("[data-submits]")?.form.requestSubmit());
  document.addEventListener("click", closeOtherMenus);
  document.addEventListener("keydown", closeMenuOnEscape);
  document.addEventListener("toggle", showWholeMenu, true);
  follow();
}

async function follow() {
  for (;;) {
    try {
      const headers = etag ? { "If-None-Match": etag, Prefer: `wait=${WAIT_SECONDS}` } : {};
      await show(await fetch(location, { headers, cache: "no-store" }));
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
    }
  }
}

async function show(response) {
  if (!response.ok) {
    if (response.status === 304) return;
    throw new Error(response.statusText);
  }
  const html = await response.text();
  etag = response.headers.get("ETag");
  const next = new DOMParser().parseFromString(html, "text/html").documentElement;
  for (const part of next.querySelectorAll("[data-live]")) {
    update(document.getElementById(part.id), drawn.querySelector(`#${part.id}`), part);
  }
  drawn = next;
  settle();
}

/** Bring `shown` from what the server drew `before` to what it draws `after`, child by child where these have ids. */
function update(shown, before, after) {
  if (before.outerHTML === after.outerHTML) return;
  if (!isKeyed(before) || !isKeyed(after)) {
    replace(shown, document.importNode(after, true));
    return;
  }
  for (const child of [...shown.children]) {
    if (!childOf(after, child.id)) child.remove();
  }
  [...after.children].forEach((child, index) => {
    const here = childOf(shown, child.id);
    if (here) update(here, childOf(before, child.id) ?? here, child);
    else shown.insertBefore(document.importNode(child, true), shown.children[index] ?? null);
  });
}

/** Put `next` in the place of `shown`; the focus goes to the same control of it, or to the next one that can be used. */
function replace(shown, next) {
  const focused = shown.contains(document.activeElement) ? document.activeElement : null;
  shown.replaceWith(next);
  if (!focused) return;
  const controls = [...next.querySelectorAll("a, button, input, select, summary")];
  const same = controls.findIndex((one) => one.name === focused.name && one.value === focused.value);
  [...controls.slice(same), ...controls].find((one) => !one.disabled && one.type !== "hidden")?.focus();
}

const isKeyed = (element) =>
  element.matches("[data-live], [data-keyed], section, #earlier") && [...element.children].every((child) => child.id);

const childOf = (parent, id) => [...parent.children].find((child) => child.id === id);

async function sendInBackground(event) {
  const form = event.target;
  const button = event.submitter;
  if (form.method !== "post" || button?.formTarget === "_blank") return;
  event.preventDefault();
  const content = new URLSearchParams(new FormData(form, button));
  closeMenus();
  if (form.matches(".composer")) form.reset();
  const response = await fetch(form.getAttribute("action"), { method: "POST", body: content });
  if (response.ok) await show(response);
  else location.reload();
}

/** What is to be seen at once: the latest message, and an open modal with the focus in it. */
function settle() {
  for (const messages of document.querySelectorAll(".messages")) {
    const latest = messages.lastElementChild?.id;
    if (messages.dataset.latest !== latest) messages.scrollTop = messages.scrollHeight;
    messages.dataset.latest = latest ?? "";
  }
  const dialog = document.querySelector("dialog");
  if (!dialog || dialog.matches(":modal")) return;
  dialog.removeAttribute("open");
  dialog.showModal();
  dialog.querySelector("[aria-invalid], input, select")?.focus();
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    document.getElementById("modal-close").requestSubmit();
  });
}

function closeOtherMenus(event) {
  closeMenus(event.target.closest(".menu"));
}

function showWholeMenu(event) {
  if (event.target.matches(".menu[open]")) event.target.querySelector("form").scrollIntoView({ block: "nearest" });
}

function closeMenuOnEscape(event) {
  const menu = event.key === "Escape" && event.target.closest(".menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}

function closeMenus(except = null) {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}
