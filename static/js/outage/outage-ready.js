/* Prepares the till for an outage: service worker, number series, catalogue and permission to sell. Also posts the
   sales of an earlier outage. */
import { Part } from "../parts/part.js";
import { grant } from "./outage-leave.js";
import { bringBack, word } from "./outage-return.js";
import { refresh, sales, takeSeries } from "./outage-store.js";

customElements.define(
  "outage-ready",
  class extends Part {
    async connectedCallback() {
      const { register, by, minutes, session, worker, catalogue, series, post } = this.dataset;
      this.hear(document, "till:away", () => (this.querySelector("[data-sell]").hidden = false));
      this.hear(document, "till:back", () => (this.querySelector("[data-sell]").hidden = true));
      grant({ register, by, minutes: Number(minutes), until: Date.now() + Number(session) * 1000 });
      await navigator.serviceWorker?.register(worker).catch(() => null);
      await takeSeries(series, register)
        .then(() => refresh(catalogue, register))
        .catch(() => null);
      this.#tell(await bringBack(post), await sales());
      if (await navigator.serviceWorker?.ready) this.dataset.state = "ready";
    }

    #tell(told, kept) {
      const still = (sale) => told.find(({ number }) => number === sale.number) ?? { ...sale, status: 0 };
      const said = kept.map(still).map((sale) => {
        const sentence = `${sale.number}: ${this.dataset[word(sale)]} ${sale.why ?? ""}`;
        return Object.assign(document.createElement("li"), { textContent: sentence });
      });
      this.querySelector("[data-kept]").replaceChildren(...said);
      this.querySelector("[data-still]").hidden = !said.length;
    }
  },
);
