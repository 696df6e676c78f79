/* What the till keeps for an outage: the catalogue, the number series, and the sales until they are posted. */
const opened = new Promise((resolve, reject) => {
  const asked = indexedDB.open("outage", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("meta");
    asked.result.createObjectStore("sales", { keyPath: "key" });
    asked.result.createObjectStore("goods", { keyPath: "id" }).createIndex("codes", "codes", { multiEntry: true });
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
export const sales = () => within(["sales"], "readonly", (kept) => answer(kept.getAll()));
export const remove = (key) => within(["sales"], "readwrite", (kept) => answer(kept.delete(key)));

export async function find(code) {
  const wanted = /^\d{12}$/.test(code) ? `0${code}` : code.toUpperCase();
  return within(["goods"], "readonly", (goods) => answer(goods.index("codes").get(wanted)));
}

/* The number and the sale are kept together or not at all. */
export function keep(sale) {
  return within(["meta", "sales"], "readwrite", async (meta, kept) => {
    const last = 1 + ((await answer(meta.get("last"))) ?? 0);
    const number = `${sale.register}-P-${String(last).padStart(4, "0")}`;
    meta.put(last, "last");
    kept.put({ ...sale, number });
    return number;
  });
}

/* Reads the catalogue page by page; the old one stays until the new one is whole. */
export async function refresh(url) {
  const known = await terms();
  const pages = [];
  let tag = null;
  for (let after = 0; after !== null; after = pages.at(-1).next) {
    const headers = after === 0 && known ? { "If-None-Match": known.tag } : {};
    const got = await fetch(`${url}?after=${after}`, { headers, cache: "no-store" });
    if (got.status === 304) return;
    if (!got.ok || got.redirected) throw new Error("no catalogue");
    tag ??= got.headers.get("ETag");
    pages.push(await got.json());
  }
  await within(["meta", "goods"], "readwrite", (meta, goods) => {
    goods.clear();
    for (const page of pages)
      for (const [id, sku, name, price, rate, soldBy, codes] of page.goods)
        goods.put({ id, name, price, rate, soldBy, codes: [sku.toUpperCase(), ...codes.map((code) => code.toUpperCase())] });
    const { goods: _, ...about } = pages[0];
    return answer(meta.put({ ...about, tag }, "terms"));
  });
}

/* Posts each kept sale; what has an answer is forgotten, what has none stays. Says how many still wait. */
export async function post(url, page) {
  const waiting = await sales();
  if (!waiting.length) return 0;
  const fresh = await fetch(page, { cache: "no-store" });
  if (!fresh.ok || fresh.redirected) return waiting.length;
  const token = new DOMParser().parseFromString(await fresh.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]");
  for (const sale of waiting.sort((one, other) => one.number.localeCompare(other.number))) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token.value };
    const got = await fetch(url, { method: "POST", headers, body: JSON.stringify(sale) });
    if (got.ok && !got.redirected) await remove(sale.key);
  }
  return (await sales()).length;
}
