/* Makes the till ready for an outage: the service worker, the catalogue; and posts what an outage left. */
import { post, refresh } from "./outage-store.js";

customElements.define(
  "outage-ready",
  class extends HTMLElement {
    async connectedCallback() {
      document.addEventListener("till:away", () => (this.hidden = false));
      document.addEventListener("till:back", () => (this.hidden = true));
      const { worker, catalogue, post: url, page } = this.dataset;
      await navigator.serviceWorker?.register(worker).catch(() => null);
      const fresh = await fetch(page).catch(() => null);
      if (fresh?.ok && !fresh.redirected) await globalThis.caches?.open("outage").then((shelf) => shelf.put(page, fresh));
      await refresh(catalogue).then(() => post(url, page), () => null);
      if (await navigator.serviceWorker?.ready) this.dataset.state = "ready";
    }
  },
);
