/* Sends what is counted one after the other, each once, so that no scan is lost while an answer is on its way or the
   server is away. */
import { AGAIN, answers } from "../parts/answers.js";
import { newName } from "../parts/kept.js";
import { Part } from "../parts/part.js";

const AWAY = [0, 502, 503, 504];
const pause = () => new Promise((resolve) => setTimeout(resolve, AGAIN));

customElements.define(
  "count-scan",
  class extends Part {
    #waiting = [];
    #busy = false;
    #held = null;

    connectedCallback() {
      this.field = this.querySelector("[data-takes-scans]");
      this.addEventListener("submit", (event) => this.#take(event));
      this.addEventListener("focusout", () => queueMicrotask(() => this.#show()));
      this.hear(document, "keydown", (event) => this.#catchStray(event));
      this.hear(document, "scan", (event) => this.#scan(event));
      this.hear(window, "beforeunload", (event) => this.#waiting.length && event.preventDefault());
    }

    #scan(event) {
      if (!this.field) return;
      event.preventDefault();
      this.field.value = event.detail.code;
      this.field.form.requestSubmit();
    }

    #take(event) {
      const form = event.target;
      event.preventDefault();
      event.stopPropagation();
      const values = new FormData(form);
      if (form.matches("[data-scan]") && !values.get("code").trim()) return;
      values.set("key", newName());
      this.#waiting.push({ path: form.getAttribute("action"), values });
      if (form.matches("[data-scan]")) this.field.value = "";
      else form.reset();
      this.field?.focus();
      this.#send();
    }

    async #send() {
      if (this.#busy) return;
      this.#busy = true;
      while (this.#waiting.length && this.isConnected) {
        const { path, values } = this.#waiting[0];
        const answer = await fetch(path, { method: "POST", body: values, headers: { "HX-Request": "true" } }).catch(() => ({ status: 0 }));
        if (AWAY.includes(answer.status)) {
          this.#say("away");
          do await pause();
          while (this.isConnected && !(await answers(this.dataset.ready)));
          continue;
        }
        if (answer.redirected || ![200, 422].includes(answer.status)) return this.#say("lost");
        this.#waiting.shift();
        this.#held = await answer.text();
        this.#show(answer.status === 422);
      }
      this.#busy = false;
      this.#say("");
    }

    /* A number that somebody is typing stays until it is sent. */
    #show(isRefused = false) {
      const target = this.querySelector("#counting");
      const typing = target.querySelector("input:focus");
      if (this.#held === null || (typing?.value && !isRefused)) return;
      htmx.swap(target, this.#held, { swapStyle: "outerHTML" });
      this.#held = null;
      if (document.activeElement === document.body) this.field?.focus();
    }

    #say(state) {
      const note = this.querySelector("[data-note]");
      if (!note) return;
      note.hidden = !state;
      note.querySelector("[data-sentence]").textContent = this.dataset[state] ?? "";
      note.querySelector("[data-codes]").textContent = this.#waiting.map(({ values }) => values.get("code")).filter(Boolean).join(", ");
    }

    /* A scanner types wherever the focus is; keys outside of fields go to the scan box. */
    #catchStray(event) {
      const typed = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (typed && !event.defaultPrevented && !event.target.closest("input, select, textarea")) this.field?.focus();
    }
  },
);
