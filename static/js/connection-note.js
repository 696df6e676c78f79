/* Says plainly that the till cannot sell, and what it keeps; the next answer that comes takes the note away. */
const AWAY = "The server is away: the till cannot sell now. What you scan is kept, and added by itself when the server is back.";
const PAYING = "The server went away while it was paid. Do not take the money twice: the till looks up by itself whether the sale was stored.";
const SIGNED_OUT = "You are signed out. Reload the page and sign in: the basket and what you scanned are kept.";
const FAILED = "The server could not do that. Reload the page: the basket is kept.";

customElements.define(
  "connection-note",
  class extends HTMLElement {
    connectedCallback() {
      for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => this.hidden && this.#say(AWAY));
      document.addEventListener("till:away", ({ detail }) => this.#say(detail.pays ? PAYING : AWAY, detail.codes));
      document.addEventListener("till:signed-out", ({ detail }) => this.#say(SIGNED_OUT, detail.codes));
      document.addEventListener("htmx:responseError", ({ detail }) => {
        const { status } = detail.xhr;
        if (![502, 503, 504].includes(status)) this.#say([401, 403].includes(status) ? SIGNED_OUT : FAILED);
      });
      for (const name of ["till:back", "htmx:afterSwap"]) document.addEventListener(name, () => (this.hidden = true));
    }

    #say(sentence, codes = []) {
      this.querySelector("[data-sentence]").textContent = sentence;
      this.querySelector("[data-kept]").textContent = codes.length ? `Kept: ${codes.join(", ")}` : "";
      this.hidden = false;
    }
  },
);
