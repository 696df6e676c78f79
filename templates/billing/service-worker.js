{% load static %}/* {{ version }}
   Shows the page of the outage where the server does not answer; everything else goes its way. */
const PAGE = "{% url "outage" %}";
const SHELF = "outage";
const FILES = ["{% static "css/shop.css" %}", "{% static "icons.svg" %}", "{% static "mark.svg" %}", {% for file in scripts %}"{{ file }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

async function fill(shelf, address) {
  const got = await fetch(address, { cache: "no-cache" });
  if (!got.ok || got.redirected) throw new Error(`no ${address}`);
  await shelf.put(address, got.clone());
  if (!address.endsWith(".css")) return;
  const inner = [...(await got.text()).matchAll(/@import url\(["']?([^"')]+)/g)];
  await Promise.all(inner.map(([, name]) => fill(shelf, new URL(name, got.url).pathname)));
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(SHELF).then((shelf) => Promise.all([PAGE, ...FILES].map((address) => fill(shelf, address)))));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { pathname } = new URL(url);
  if (mode === "navigate") event.respondWith(fetch(event.request).catch(() => (method === "GET" ? shelved(PAGE) : Response.redirect(PAGE))));
  else if (method === "GET" && pathname.startsWith("{% get_static_prefix %}")) event.respondWith(fetch(event.request).catch(() => shelved(pathname)));
});

const shelved = async (address) => (await caches.match(address)) ?? Response.error();
