/* What the till stores for an outage: catalogue pages, number series, and sales until they are posted. */
import { posted } from "./outage-post.js";

const FRESH = 60_000;
const opened = new Promise((resolve, reject) => {
  const asked = indexedDB.open("outage", 2);
  asked.onupgradeneeded = ({ oldVersion }) => {
    if (oldVersion === 1) {
      asked.result.deleteObjectStore("goods");
      asked.transaction.objectStore("meta").delete("terms");
    } else {
      asked.result.createObjectStore("meta");
      asked.result.createObjectStore("sales", { keyPath: "key" });
    }
    asked.result.createObjectStore("pages");
  };
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

const answer = (asked) =>
  new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

async function within(stores, mode, deed) {
  const work = (await opened).transaction(stores, mode);
  const done = new Promise((resolve, reject) => {
    work.oncomplete = resolve;
    work.onerror = work.onabort = () => reject(work.error);
  });
  const result = await deed(...stores.map((name) => work.objectStore(name)));
  await done;
  return result;
}

export const terms = () => within(["meta"], "readonly", (meta) => answer(meta.get("terms")));
export const sales = () => within(["sales"], "readonly", async (kept) => (await answer(kept.getAll())).sort((one, other) => one.at.localeCompare(other.at)));
export const remove = (key) => within(["sales"], "readwrite", (kept) => answer(kept.delete(key)));
export const goods = () => within(["pages"], "readonly", async (pages) => (await answer(pages.getAll())).map((page) => JSON.parse(page)));
export const series = (register) => within(["meta"], "readonly", (meta) => answer(meta.get(`series/${register}`)));

/* Stores the sale and the number it uses in one transaction, so that two tabs never use the same number. */
export function keepSale(sale) {
  return within(["meta", "sales"], "readwrite", async (meta, kept) => {
    const own = await answer(meta.get(`series/${sale.register}`));
    const last = 1 + ((await answer(meta.get(`last/${own}`))) ?? 0);
    const number = `${own}-${String(last).padStart(4, "0")}`;
    meta.put(last, `last/${own}`);
    kept.put({ ...sale, number });
    return number;
  });
}

/* Fetches a number series for this browser, once. If two tabs do so, the first to store its series wins. */
export async function takeSeries(url, register) {
  if (await series(register)) return;
  const { body } = await posted(url);
  if (!body?.series) throw new Error("no series");
  await within(["meta"], "readwrite", async (meta) => {
    if (!(await answer(meta.get(`series/${register}`)))) meta.put(body.series, `series/${register}`);
  });
}

/* Fetches the changed pages, checking at most once a minute. The old pages stay until all new ones are there. */
export async function refresh(url, register) {
  const known = await terms();
  if (known?.register === register && Date.now() - known.checked < FRESH) return;
  const got = await fetch(url, { headers: known ? { "If-None-Match": known.tag } : {}, cache: "no-store" });
  const isKnown = got.status === 304;
  if (!isKnown && (!got.ok || got.redirected)) throw new Error("no catalogue");
  const fresh = isKnown ? known : await got.json();
  const changed = Object.keys(fresh.pages).filter((number) => fresh.pages[number] !== known?.pages[number]);
  const texts = [];
  for (const number of changed) texts.push(await text(`${url}?page=${number}`));
  const tag = isKnown ? known.tag : got.headers.get("ETag");
  await within(["meta", "pages"], "readwrite", (meta, pages) => {
    changed.forEach((number, place) => pages.put(texts[place], Number(number)));
    for (const number of Object.keys(known?.pages ?? {})) if (!(number in fresh.pages)) pages.delete(Number(number));
    return answer(meta.put({ ...fresh, tag, checked: Date.now() }, "terms"));
  });
}

async function text(url) {
  const got = await fetch(url, { cache: "no-store" });
  if (!got.ok || got.redirected) throw new Error(`no ${url}`);
  return got.text();
}
