/* Saves changed rows one after the other, each with the version its row had in the last answer. What is not answered
   is sent again, and goes on while pages turn. */
import { AGAIN, answers } from "../parts/answers.js";

const AWAY = [0, 502, 503, 504];
const ANSWERED = [200, 409, 422];
const pause = () => new Promise((resolve) => setTimeout(resolve, AGAIN));

export const RowQueue = class {
  #waiting = [];
  #versions = new Map();
  #busy = false;

  constructor(ready, { shown, said }) {
    this.ready = ready;
    this.shown = shown;
    this.said = said;
  }

  get isEmpty() {
    return !this.#waiting.length;
  }

  /* Whether a cell's value is on its way. */
  holds(id, name) {
    return this.#waiting.some((change) => change.id === id && name in change.values);
  }

  add(change) {
    this.#waiting.push(change);
    this.#send();
  }

  async #send() {
    if (this.#busy) return;
    this.#busy = true;
    this.said("saving");
    let isRefused = false;
    while (this.#waiting.length) {
      const change = this.#waiting[0];
      const answer = await this.#ask(change);
      if (AWAY.includes(answer.status)) {
        this.said("away");
        do await pause();
        while (!(await answers(this.ready)));
        continue;
      }
      if (answer.redirected || !ANSWERED.includes(answer.status)) return this.said("lost");
      this.#waiting.shift();
      isRefused = answer.status !== 200;
      this.#take(change, await answer.text(), answer.status);
    }
    this.#busy = false;
    this.said(isRefused ? "" : "saved");
  }

  #ask({ id, path, values, version, back }) {
    const body = new URLSearchParams(values);
    for (const name of Object.keys(values)) body.append("fields", name);
    body.set("version", this.#versions.get(id) ?? version);
    body.set("back", back);
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    return fetch(path, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => ({ status: 0 }));
  }

  #take(change, html, status) {
    const holder = document.createElement("template");
    holder.innerHTML = `<table>${html}</table>`;
    const row = holder.content.querySelector("tbody");
    this.#versions.set(change.id, row.dataset.version);
    this.shown(change, document.importNode(row, true), status);
  }
};
