/* At a locked till, stores scans for the next basket. A scanned badge instead fills in who signs in, or opens
   the till where the shop lets it. */
import { forget, keepForNext } from "../parts/kept.js";
import { Part } from "../parts/part.js";

customElements.define(
  "lock-screen",
  class extends Part {
    connectedCallback() {
      this.hear(document, "scan", (event) => {
        event.preventDefault();
        this.#ask(event.detail.code, keepForNext(event.detail.code));
      });
    }

    async #ask(code, name) {
      const form = this.querySelector("form");
      const asked = new URLSearchParams(new FormData(form));
      asked.set("scanned", code);
      const answer = await fetch(form.action, { method: "POST", body: asked }).catch(() => null);
      const opened = answer?.headers.get("Till-Opened");
      if (opened) {
        forget(name);
        document.dispatchEvent(new CustomEvent("page:go", { detail: opened }));
        return;
      }
      const page = new DOMParser().parseFromString((await answer?.text()) ?? "", "text/html");
      const badge = page.querySelector("lock-screen[data-badge]");
      if (!badge) return;
      forget(name);
      form.elements.who.value = badge.dataset.badge;
      form.elements.secret.focus();
    }
  },
);
