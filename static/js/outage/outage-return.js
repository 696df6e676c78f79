/* Posts the sales of an outage, oldest first. A sale with a final answer is deleted here; any other stays, with the
   reason. */
import { posted } from "./outage-post.js";
import { remove, sales } from "./outage-store.js";

const SIGNED_OUT = [401, 403];

/* Returns the result of each sale: its bill, the problem for a manager, or the reason why it is still stored here. */
export async function bringBack(url) {
  const told = [];
  for (const sale of await sales()) {
    const { status, body } = await posted(url, sale).catch(() => ({ status: 0, body: null }));
    const outcome = { number: sale.number, total: sale.total, status, bill: body?.bill, why: body?.differences?.join(" ") ?? body?.detail };
    told.push(outcome);
    if (body && [200, 202].includes(status)) await remove(sale.key);
    else if (SIGNED_OUT.includes(status) || status === 0) break;
  }
  return told;
}

/* The state of a sale as a key into the page's sentences. */
export function word({ status }) {
  if (status === 200) return "booked";
  if (status === 202) return "waits";
  if (SIGNED_OUT.includes(status)) return "signedOut";
  return status === 0 || status >= 500 ? "later" : "refused";
}
