/* Sends what is counted of a delivery one after the other, each once. What is not answered yet is kept in this browser
   and sent again, if necessary by the next page. Codes the shop refuses stay on the page until they are cleared. */
import { AGAIN, answers } from "../parts/answers.js";
import { fingerLifted } from "../parts/finger.js";
import { newName } from "../parts/kept.js";
import { turn } from "../parts/page-turner.js";
import { Part } from "../parts/part.js";

const AWAY = [0, 502, 503, 504];

customElements.define(
  "delivery-queue",
  class extends Part {
    #waiting = [];
    #busy = false;

    connectedCallback() {
      this.note = this.querySelector("[data-note]");
      this.refusals = this.querySelector("[data-refusals]");
      this.querySelector("[data-clear]").addEventListener("click", () => this.#clear());
      this.hear(document, "submit", (event) => event.target.matches("form[data-queued]") && this.#take(event), { capture: true });
      this.hear(document, "change", (event) => event.target.form?.matches("form[data-saves]") && event.target.form.requestSubmit());
      this.hear(document, "scan", (event) => this.#part(event.detail.typed), { capture: true });
      const { key, deeds } = JSON.parse(localStorage.getItem(this.#kept)) ?? {};
      this.#waiting = key === this.dataset.draft ? deeds : [];
      this.#send();
    }

    #take(event) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const form = event.target;
      if (form.id === "scan" && !form.elements.code.value.trim()) return form.elements.code.focus();
      const values = [...new FormData(form, event.submitter)].filter(([name]) => name !== "csrfmiddlewaretoken");
      this.#waiting.push({ path: form.getAttribute("action"), values: [...values, ["once", newName()]] });
      this.#keep();
      form.dispatchEvent(new Event("basket:taken", { bubbles: true }));
      if (form.id === "scan") form.reset();
      this.#send();
    }

    /* A code scanned right behind a typed quantity stands in its field: only the quantity is meant. The wedge puts the
       quantity back afterwards, so the field is emptied once it is through. */
    #part(scanned) {
      const form = document.getElementById("scan");
      const { times } = form.elements;
      let length = scanned.length; // the field may have been too short for all of it
      while (length && !times.value.endsWith(scanned.slice(0, length))) length -= 1;
      times.value = times.value.slice(0, times.value.length - length);
      queueMicrotask(() => form.reset());
    }

    /* A delivery and a transfer may be scanned beside each other. */
    get #kept() {
      return this.dataset.kept ?? "delivery";
    }

    #keep() {
      localStorage.setItem(this.#kept, JSON.stringify({ key: this.dataset.draft, deeds: this.#waiting }));
    }

    async #send() {
      if (this.#busy) return;
      this.#busy = true;
      while (this.#waiting.length && this.isConnected) {
        const answer = await this.#ask(this.#waiting[0]);
        if (AWAY.includes(answer.status)) {
          this.#say("away");
          await new Promise((resolve) => setTimeout(resolve, AGAIN));
          await answers(this.dataset.ready);
          continue;
        }
        if (answer.redirected || [401, 403].includes(answer.status)) return this.#say("signedOut");
        this.#waiting.shift();
        this.#keep();
        this.#say("");
        const next = answer.headers.get("HX-Redirect");
        if (next) return turn(next);
        await fingerLifted();
        if (answer.status < 500) this.#show(await answer.text());
      }
      this.#busy = false;
    }

    #ask({ path, values }) {
      const body = new URLSearchParams(values);
      body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
      return fetch(path, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => ({ status: 0 }));
    }

    /* What is being typed when an answer comes stays as it is. */
    #show(html) {
      const { id, value } = document.activeElement;
      const isTyping = document.activeElement.closest("#delivery") && id;
      htmx.swap(document.getElementById("delivery"), html, { swapStyle: "outerHTML" });
      const field = isTyping && document.getElementById(id);
      if (field) {
        field.focus();
        field.value = value;
      }
      const refused = document.querySelector("#delivery [role=alert]");
      if (refused && !refused.closest("[data-stays]")) this.#refuse(refused);
    }

    #refuse(refused) {
      this.refusals.append(refused);
      this.refusals.parentElement.hidden = false;
    }

    #clear() {
      this.refusals.replaceChildren();
      this.refusals.parentElement.hidden = true;
    }

    #say(what) {
      this.note.hidden = !what;
      this.note.querySelector("[data-sentence]").textContent = this.dataset[what] ?? "";
    }
  },
);
