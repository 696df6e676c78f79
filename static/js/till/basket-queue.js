/* Sends the basket's actions one after the other, each once. Unanswered ones are stored and sent again when the server
   is back, if necessary by the next page. PINs are never stored, and a payment is looked up instead of sent again. */
import { AGAIN, answers } from "../parts/answers.js";
import { fingerIsDown, fingerLifted } from "../parts/finger.js";
import { codes, forget, keep, kept, newName, takeOver } from "../parts/kept.js";
import { turn } from "../parts/page-turner.js";
import { Part } from "../parts/part.js";

const AWAY = [0, 502, 503, 504];
/* Scans after one of these belong to the next basket, unless the shop refuses the action. */
const ENDS = /\/(pay|park|drop)$/;
const pause = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    addEventListener("online", resolve, { once: true });
  });

customElements.define(
  "basket-queue",
  class extends Part {
    #waiting = [];
    #busy = false;
    #away = false;
    #answer = null;
    #held = null;

    connectedCallback() {
      this.parentElement.addEventListener("htmx:confirm", (event) => this.#take(event, event.detail.path, event.detail.elt, event.detail.triggeringEvent?.submitter));
      this.parentElement.addEventListener("submit", (event) => {
        if (event.target.matches("form[action$='/pay']")) this.#take(event, event.target.getAttribute("action"), event.target, event.submitter);
      });
      this.addEventListener("htmx:afterRequest", (event) => (this.#answer = event.detail.xhr));
      this.parentElement.addEventListener("htmx:beforeSwap", (event) => {
        if (this.#signedOut(event.detail.xhr)) event.detail.shouldSwap = false;
        else if (fingerIsDown() && event.detail.target.id === "basket") this.#hold(event.detail);
      });
      takeOver(this.dataset.basket);
      this.#waiting = kept().filter((deed) => deed.basket === this.dataset.basket);
      this.#send();
    }

    #take(event, path, form, submitter) {
      if (!form.matches("form")) return;
      event.preventDefault();
      const values = [...new FormData(form, submitter)].filter(([name]) => name !== "csrfmiddlewaretoken");
      const pays = path.endsWith("/pay");
      if (pays && this.#waiting.some((deed) => deed.pays)) return;
      if (!pays) values.push(["once", newName()]);
      const secret = pays || form.querySelector("[type=password]");
      const isForNext = this.#waiting.some((deed) => deed.ends);
      const name = secret ? null : keep(this.dataset.basket, path, values, isForNext);
      this.#waiting.push({ name, path, values, pays, ends: ENDS.test(path), form });
      form.dispatchEvent(new Event("basket:taken", { bubbles: true }));
      if (this.#away) this.#say("away");
      this.#send();
    }

    async #send() {
      if (this.#busy) return;
      this.#busy = true;
      while (this.#waiting.length) {
        const deed = this.#waiting[0];
        const answer = await this.#ask(deed);
        if (AWAY.includes(answer.status)) {
          await this.#untilBack();
          if (!this.isConnected) return;
          if (deed.pays) return turn(location.href); // the note about the payment stays until that page comes
          this.#say("back");
          continue;
        }
        if ([401, 403].includes(answer.status) || this.#signedOut(answer)) return this.#say("signed-out");
        const leaves = answer.getResponseHeader("HX-Redirect") ?? answer.getResponseHeader("Page-Address");
        const answered = !leaves || answer.getResponseHeader("Till-Answered");
        if (deed.name && (answered || !codes([deed]).length)) forget(deed.name);
        if (leaves || !this.isConnected) return;
        this.#waiting.shift();
        if ([409, 422].includes(answer.status)) deed.form?.dispatchEvent(new Event("basket:refused", { bubbles: true }));
      }
      this.#busy = false;
    }

    async #ask({ path, values }) {
      const form = new FormData();
      for (const [name, value] of values) form.append(name, value);
      const page = (name) => document.querySelector(`[name=${name}]`).value;
      form.set("csrfmiddlewaretoken", page("csrfmiddlewaretoken"));
      const target = document.getElementById("basket");
      if (form.has("version") && !path.endsWith("/pay")) form.set("version", target.querySelector("[name=version]").value);
      this.#answer = { status: 0, responseURL: "" };
      await htmx.ajax("POST", path, { source: this, target, swap: "outerHTML", values: form }).catch(() => {});
      await this.#showHeld();
      return this.#answer;
    }

    #hold(swap) {
      if (!swap.shouldSwap) return;
      swap.shouldSwap = false;
      this.#held = swap.serverResponse;
    }

    async #showHeld() {
      if (this.#held === null || !this.isConnected) return;
      await fingerLifted();
      htmx.swap(document.getElementById("basket"), this.#held, { swapStyle: "outerHTML" });
      this.#held = null;
    }

    #signedOut(answer) {
      return answer.responseURL !== "" && new URL(answer.responseURL).pathname === this.dataset.signIn;
    }

    async #untilBack() {
      this.#away = true;
      while (this.#away && this.isConnected) {
        this.#say("away");
        await pause(AGAIN);
        this.#away = !(await answers(this.dataset.ready));
      }
    }

    #say(state) {
      const detail = { codes: codes(this.#waiting), pays: this.#waiting.some((deed) => deed.pays) };
      document.dispatchEvent(new CustomEvent(`till:${state}`, { detail }));
    }
  },
);
