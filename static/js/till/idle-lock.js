/* Locks the till when no tab of it was used for the set minutes, and reports use to the server. Locking or signing out
   also withdraws the permission to sell in an outage. */
import { withdraw } from "../outage/outage-leave.js";
import { turn } from "../parts/page-turner.js";
import { Part } from "../parts/part.js";

customElements.define(
  "idle-lock",
  class extends Part {
    connectedCallback() {
      this.form = this.querySelector("form");
      this.limit = this.dataset.minutes * 60_000;
      this.told = Date.now();
      const first = { capture: true, passive: true };
      for (const deed of ["keydown", "pointerdown"]) this.hear(document, deed, () => this.#touch(), first);
      this.hear(document, "submit", ({ target }) => target.matches("[data-leaves]") && withdraw(), first);
      localStorage.setItem("touched", this.told);
      if (this.limit) this.clock = setInterval(() => this.#look(), 1000);
    }

    disconnectedCallback() {
      super.disconnectedCallback();
      clearInterval(this.clock);
    }

    #touch() {
      const now = Date.now();
      localStorage.setItem("touched", now);
      if (now - this.told < Math.min(60_000, this.limit / 4)) return;
      this.told = now;
      this.#send(this.dataset.awake);
    }

    #send(address) {
      return fetch(address, { method: "POST", body: new FormData(this.form) }).catch(() => null);
    }

    /* If the server is out of reach, tries again; the page and typed values stay. */
    async #look() {
      if (this.asking || Date.now() - localStorage.getItem("touched") < this.limit) return;
      withdraw();
      this.asking = true;
      const answer = await this.#send(this.form.action);
      this.asking = false;
      if (answer?.ok) turn(`${this.dataset.unlock}?next=${encodeURIComponent(location.pathname)}`);
    }
  },
);
