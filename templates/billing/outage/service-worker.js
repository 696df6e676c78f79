{% load static %}/* {{ version }}
   Shows the page of the outage where the server does not answer; everything else goes its way. */
const PAGE = "{% url "outage" %}";
const SHELF = "outage";
const FILES = [{% for file in files %}"{{ file }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const PARTS = /(?:@import url\(|\bimport (?:\{[^}]*\} from )?)["']([^"']+)/g;

async function fill(shelf, address, filled) {
  if (filled.has(address)) return;
  filled.add(address);
  const got = await fetch(address, { cache: "no-cache" });
  if (!got.ok || got.redirected) throw new Error(`no ${address}`);
  await shelf.put(address, got.clone());
  if (!/\.(css|js)$/.test(address)) return;
  const parts = [...(await got.text()).matchAll(PARTS)];
  await Promise.all(parts.map(([, name]) => fill(shelf, new URL(name, got.url).pathname, filled)));
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  const filled = new Set();
  event.waitUntil(caches.open(SHELF).then((shelf) => Promise.all([PAGE, ...FILES].map((address) => fill(shelf, address, filled)))));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { headers, method, mode, url } = event.request;
  const { pathname } = new URL(url);
  if (headers.has("Page-Turner")) event.respondWith(fetch(event.request).catch(() => shelved(PAGE)));
  else if (mode === "navigate") event.respondWith(fetch(event.request).catch(() => (method === "GET" ? shelved(PAGE) : Response.redirect(PAGE))));
  else if (method === "GET" && pathname.startsWith("{% get_static_prefix %}")) event.respondWith(fetch(event.request).catch(() => shelved(pathname)));
});

const shelved = async (address) => (await caches.match(address)) ?? Response.error();
