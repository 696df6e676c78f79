/* Loads the next page into this document, so that no scanned key is lost between two pages. The browser itself loads
   what is not a page of the shop (admin, files), and everything without script. */
const AWAY = [502, 503, 504];
const PATIENCE = 15_000;
const AGAIN = 1000;

let change = null;
let shown = location.pathname + location.search;

export function isTurning() {
  return change !== null;
}

/* Loads a page and shows it. A GET is repeated until it is answered, or replaced by another request. A POST is sent
   once, and no other request starts until it is answered. */
export async function turn(address, { method = "GET", body = null, scrolled = null } = {}) {
  if (change?.posts) return;
  change?.leaving.abort();
  const mine = (change = { leaving: new AbortController(), posts: method === "POST" });
  tell("page:turning");
  const page = await answered(new URL(address, location.href).href, { method, body }, mine);
  if (change !== mine) return;
  change = null;
  if (page) show(page, { posted: mine.posts, scrolled });
  else tell("page:stays");
}

/* Shows a page that came as the answer of a fragment's request. */
function bring(address, html) {
  if (change?.posts) return;
  change?.leaving.abort();
  change = null;
  tell("page:turning");
  show({ address: new URL(address, location.href).href, moved: true, html }, { posted: true, scrolled: null });
}

async function answered(address, asked, mine) {
  for (;;) {
    const page = await ask(address, asked, mine).catch(() => null);
    if (page || change !== mine) return page;
    note()?.say(mine.posts ? "unclear" : "away");
    if (mine.posts) return null;
    await pause(mine);
  }
}

async function ask(address, asked, mine) {
  const signal = AbortSignal.any([mine.leaving.signal, AbortSignal.timeout(PATIENCE)]);
  const answer = await fetch(address, { ...asked, signal, headers: { "Page-Turner": "yes" } });
  if (AWAY.includes(answer.status)) return null;
  const isPage = answer.headers.get("Content-Type")?.startsWith("text/html");
  const moved = answer.redirected || (mine.posts && answer.url !== address);
  return { address: moved ? answer.url : address, moved, html: isPage ? await answer.text() : null };
}

function pause({ leaving }) {
  return new Promise((resolve) => {
    setTimeout(resolve, AGAIN);
    addEventListener("online", resolve, { once: true, signal: leaving.signal });
  });
}

function show({ address, moved, html }, { posted, scrolled }) {
  const page = html === null ? null : new DOMParser().parseFromString(html, "text/html");
  if (!page?.querySelector("page-turner") || !window.htmx || !isOfThisVersion(page)) return location.assign(address);
  if (scrolled === null && (moved || !posted)) remember(address);
  bringScripts(page);
  document.title = page.title;
  wear(document.documentElement, page.documentElement);
  wear(document.body, page.body);
  document.body.replaceChildren(...page.body.childNodes);
  htmx.process(document.body);
  settle(scrolled ?? 0);
}

function remember(address) {
  history.replaceState({ scrolled: scrollY }, "");
  if (address !== location.href) history.pushState({}, "", address);
  shown = location.pathname + location.search;
}

function wear(element, other) {
  for (const name of element.getAttributeNames()) if (!other.hasAttribute(name)) element.removeAttribute(name);
  for (const name of other.getAttributeNames()) element.setAttribute(name, other.getAttribute(name));
}

function settle(scrolled) {
  scrollTo(0, scrolled);
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
  document.querySelector("[autofocus]")?.focus();
  note()?.announce(document.title);
  tell("page:turned");
}

function files(page) {
  const named = [...page.querySelectorAll("head [rel=stylesheet][href], head script[src]")];
  return named.map((file) => new URL(file.getAttribute("href") ?? file.getAttribute("src"), location.href).pathname);
}

/* Whether the page uses the same versions of the files. If not, the browser loads it anew. */
function isOfThisVersion(page) {
  const plain = (file) => file.replace(/\.[0-9a-f]{12}(?=\.\w+$)/, "");
  const here = new Map(files(document).map((file) => [plain(file), file]));
  return files(page).every((file) => (here.get(plain(file)) ?? file) === file);
}

function bringScripts(page) {
  for (const { src } of page.querySelectorAll("head script[type=module][src]")) {
    const address = new URL(src, location.href).href;
    if ([...document.scripts].some((script) => script.src === address)) continue;
    document.head.append(Object.assign(document.createElement("script"), { type: "module", src: address }));
  }
}

function tell(what) {
  document.dispatchEvent(new CustomEvent(what));
}

function note() {
  return document.querySelector("page-turner");
}

function followed(event) {
  const link = event.target.closest?.("a[href]");
  const isPlain = !event.defaultPrevented && !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
  if (link.hash && link.pathname + link.search === location.pathname + location.search) return;
  event.preventDefault();
  turn(link.href);
}

function sent(event) {
  const { target: form, submitter } = event;
  const said = (name) => submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? "";
  const method = said("method").toUpperCase() || "GET";
  if (event.defaultPrevented || said("target") || !["GET", "POST"].includes(method)) return;
  event.preventDefault();
  const values = new FormData(form, submitter);
  const address = new URL(said("action"), location.href);
  const words = said("enctype") === "multipart/form-data" ? values : new URLSearchParams(values);
  if (method === "GET") address.search = words;
  turn(address, method === "GET" ? {} : { method, body: words });
}

customElements.define(
  "page-turner",
  class extends HTMLElement {
    say(sentence) {
      this.querySelector("[data-sentence]").textContent = this.dataset[sentence];
      this.querySelector("[role=alert]").hidden = false;
    }

    announce(title) {
      this.querySelector("[role=status]").textContent = title;
    }
  },
);

history.scrollRestoration = "manual";
document.addEventListener("click", followed);
document.addEventListener("submit", sent);
document.addEventListener("page:go", ({ detail }) => turn(detail));
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = event.detail;
  const page = xhr.getResponseHeader("Page-Address");
  const address = xhr.getResponseHeader("HX-Redirect");
  if (!page && !address) return;
  event.preventDefault();
  if (page) bring(page, xhr.responseText);
  else turn(address);
});
addEventListener("popstate", ({ state }) => {
  if (shown === location.pathname + location.search) return;
  shown = location.pathname + location.search;
  turn(location.href, { scrolled: state?.scrolled ?? 0 });
});
