/* Tells that the till cannot sell and which codes it has stored; hidden at the next answer. The sentences come with the
   page, in its language. */
import { Part } from "../parts/part.js";

customElements.define(
  "connection-note",
  class extends Part {
    connectedCallback() {
      for (const name of ["htmx:sendError", "htmx:timeout"]) this.hear(document, name, () => this.hidden && this.#say("away"));
      this.hear(document, "till:away", ({ detail }) => this.#say(detail.pays ? "paying" : "away", detail.codes));
      this.hear(document, "till:signed-out", ({ detail }) => this.#say("signedOut", detail.codes));
      this.hear(document, "htmx:responseError", ({ detail }) => {
        const { status } = detail.xhr;
        if (![502, 503, 504].includes(status)) this.#say([401, 403].includes(status) ? "signedOut" : "failed");
      });
      for (const name of ["till:back", "htmx:afterSwap"]) this.hear(document, name, () => (this.hidden = true));
    }

    #say(sentence, codes = []) {
      this.querySelector("[data-sentence]").textContent = this.dataset[sentence];
      this.querySelector("[data-kept]").textContent = codes.length ? `${this.dataset.keeps} ${codes.join(", ")}` : "";
      this.hidden = false;
    }
  },
);
