/* Sells at list prices for cash while the server is away, and posts the stored sales when it is back. */
import { AGAIN, answers } from "../parts/answers.js";
import { forget, keep, keepForNext, keptForNext, newName } from "../parts/kept.js";
import { Part } from "../parts/part.js";
import { shelf } from "./outage-goods.js";
import { leave, withdraw } from "./outage-leave.js";
import { posted } from "./outage-post.js";
import { bringBack, word } from "./outage-return.js";
import { goods, keepSale, refresh, sales, series, takeSeries, terms } from "./outage-store.js";
import { amount, due, net, quantity, shown, smallest, thousandths, total } from "./outage-sums.js";

const LOOK = 5000;
const FOUND = 12;
const UNPAID = "outage-lines";
const LOCKED = "outage-locked";
const go = (address) => document.dispatchEvent(new CustomEvent("page:go", { detail: address }));
const CODE = /^\d{6,}$/;

customElements.define(
  "outage-till",
  class extends Part {
    #lines = JSON.parse(sessionStorage.getItem(UNPAID) ?? "[]");
    #paid = false;
    #away = false;
    #told = new Map();
    #looking = Promise.resolve();
    #weighing = null;

    async connectedCallback() {
      this.sentences = this.querySelector("[data-sentences]").dataset;
      this.#on("scan", "submit", (event) => this.#scan(event));
      this.#on("pay", "submit", (event) => this.#pay(event));
      this.#on("print", "click", () => print());
      this.#on("next", "click", () => this.#next());
      this.#on("lock", "click", () => this.#lock());
      this.#on("till", "click", () => this.#handOver());
      for (const deed of ["keydown", "pointerdown"]) this.hear(window, deed, () => leave() && localStorage.setItem("touched", Date.now()), { capture: true, passive: true });
      this.hear(document, "scan", (event) => this.#hear(event));
      this.hear(window, "online", () => this.#catchUp());
      this.clocks = [setInterval(() => !this.#part("lock").hidden && !leave() && this.#catchUp(), 1000), setInterval(() => this.#catchUp(), LOOK)];
      this.#watch();
      await this.#catchUp();
      if (this.dataset.state === "away") this.querySelector("#code").focus();
    }

    disconnectedCallback() {
      super.disconnectedCallback();
      this.clocks?.forEach(clearInterval);
    }

    #on(name, event, deed) {
      this.#part(name).addEventListener(event, deed);
    }

    #part(name) {
      return this.querySelector(`[data-${name}]`);
    }

    /* Runs one check after the other; two at the same time would each show only a part. */
    #catchUp() {
      return (this.#looking = this.#looking.then(() => this.#look(), () => this.#look()));
    }

    /* Checks as soon as a server that was away answers again. */
    async #watch() {
      while (this.isConnected) {
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
        if (this.#away && (await answers(this.dataset.ready))) await this.#catchUp();
      }
    }

    async #look() {
      const { ready, post, catalogue, series: asked } = this.dataset;
      const isBack = await answers(ready);
      if (!this.isConnected) return;
      this.#away = !isBack;
      const mine = leave();
      if (isBack && localStorage.getItem(LOCKED)) return this.#lockThere();
      if (isBack && !mine && location.pathname !== this.dataset.page) return go(location.href);
      if (isBack) for (const outcome of await bringBack(post)) this.#told.set(outcome.number, outcome);
      if (isBack && mine) await takeSeries(asked, mine.register).then(() => refresh(catalogue, mine.register)).catch(() => null);
      this.terms = await terms();
      const canSell = mine && this.terms && (await series(mine.register));
      if (canSell && this.shelved !== this.terms.tag) {
        this.shelf = shelf(await goods(), this.terms);
        this.shelved = this.terms.tag;
      }
      await this.#tell(mine, canSell, isBack);
    }

    async #tell(mine, canSell, isBack) {
      const kept = await sales();
      const state = !mine ? (isBack ? "back" : "locked") : !canSell ? "noCatalogue" : !isBack ? "away" : kept.length ? "notTaken" : "back";
      if (this.dataset.state !== state) this.#part("state").textContent = this.sentences[state];
      this.dataset.state = state;
      this.#part("counter").hidden = !canSell;
      this.#part("lock").hidden = !mine;
      this.#part("who").textContent = mine ? `${mine.register} · ${mine.by}` : "";
      this.#list("kept", kept.map((sale) => this.#told.get(sale.number) ?? { ...sale, status: 0 }));
      this.#list("told", [...this.#told.values()].filter(({ status }) => [200, 202].includes(status)));
      if (canSell) this.#show();
      if (state === "away") this.#takeUp();
    }

    #hear(event) {
      event.preventDefault();
      keepForNext(event.detail.code);
      if (this.dataset.state === "away") queueMicrotask(() => this.#takeUp());
    }

    /* Adds what was scanned on earlier pages or outside a field. */
    #takeUp() {
      const form = this.#part("scan");
      for (const { name, values } of keptForNext()) {
        forget(name);
        this.#weighing = null;
        form.elements.quantity.value = form.elements.quantity.defaultValue;
        form.elements.code.value = new Map(values).get("code");
        form.requestSubmit();
      }
    }

    #list(name, outcomes) {
      const said = (one) => `${one.number}: ${this.terms ? shown(thousandths(one.total), this.terms) : one.total}. ${this.sentences[word(one)]} ${one.bill ?? one.why ?? ""}`.trim();
      this.#part(name).replaceChildren(...outcomes.map((one) => this.#cell("li", said(one))));
      this.#part(`${name}-part`).hidden = !outcomes.length;
    }

    #scan(event) {
      event.preventDefault();
      const { code, quantity: amount } = event.target.elements;
      if (this.#weighing && CODE.test(amount.value)) this.#scanInstead(code, amount);
      const words = code.value.trim();
      if (this.#weighing?.words === words) return this.#add(this.#weighing.product);
      const found = this.shelf.find(words) ?? this.shelf.weighed(words);
      if (found) return this.#add(found);
      const results = this.shelf.search(words, FOUND);
      this.#part("found").replaceChildren(...results.map((product) => this.#choice(product)));
      this.#refuse(results.length ? "" : this.sentences.unknown.replace("{code}", words));
      code.select();
    }

    get #age() {
      return Math.max(0, ...this.#lines.map((line) => line.age ?? 0));
    }

    #choice(product) {
      const button = Object.assign(this.#cell("button", `${product.name} ${shown(thousandths(product.price), this.terms)}`), { type: "button", className: "button" });
      button.addEventListener("click", () => this.#add(product));
      const item = document.createElement("li");
      item.append(button);
      return item;
    }

    #add(product) {
      const form = this.#part("scan");
      const { code, quantity: amount } = form.elements;
      if (product.soldBy === "weight" && !product.units && !this.#isTyped(amount)) return this.#askWeight(product);
      const units = product.units ?? thousandths(amount.value);
      if (!units || (product.soldBy === "piece" && units % 1000)) return this.#refuse(this.sentences.quantity.replace("{name}", product.name));
      if (this.#paid) this.#next();
      const same = this.#lines.find((line) => line.id === product.id);
      if (same) same.units += units;
      else this.#lines.push({ ...product, units });
      this.#weighing = null;
      form.reset();
      code.focus();
      this.#part("found").replaceChildren();
      this.#refuse("");
      this.#show();
    }

    /* The preset 1 does not count as a weight, except if the weight was asked for. */
    #isTyped(amount) {
      return this.#weighing ? amount.value.trim() : amount.value !== amount.defaultValue;
    }

    #askWeight(product) {
      const { code, quantity: amount } = this.#part("scan").elements;
      this.#weighing = { product, words: code.value.trim() };
      amount.value = "";
      amount.focus();
      this.#refuse(this.sentences.weight.replace("{name}", product.name));
    }

    /* A code scanned into the field for the weight is a code, not a weight. */
    #scanInstead(code, amount) {
      code.value = amount.value;
      amount.value = amount.defaultValue;
      this.#weighing = null;
    }

    async #pay(event) {
      event.preventDefault();
      const mine = leave();
      const cash = thousandths(event.target.elements.cash.value, this.terms.decimals);
      const toPay = due(this.#lines, this.terms);
      if (!mine || !this.#lines.length || this.#paid) return;
      if (!(cash >= toPay) || cash % smallest(this.terms)) return this.#refuse(this.sentences.least.replace("{amount}", shown(toPay, this.terms)));
      const age = this.#age;
      if (age && !event.target.elements.age.checked) return this.#refuse(this.sentences.oldEnough.replace("{age}", age));
      this.#paid = true;
      const at = new Date();
      const written = (units) => amount(units, this.terms);
      const lines = this.#lines.map((line) => ({ product: line.id, name: line.name, quantity: quantity(line.units), price: written(thousandths(line.price)) }));
      const { register, by } = mine;
      const number = await keepSale({ key: newName(), register, by, at: at.toISOString(), lines, total: written(total(this.#lines, this.terms)), cash: written(cash), ...(age && { age_checked: age }) });
      sessionStorage.removeItem(UNPAID);
      this.#part("number").textContent = number;
      this.#part("at").textContent = at.toLocaleString(document.documentElement.lang);
      const facts = { cash: shown(cash, this.terms), change: shown(cash - toPay, this.terms), by };
      this.#part("paid").textContent = this.sentences.paidLine.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
      event.target.reset();
      this.#refuse("");
      await this.#catchUp();
    }

    #next() {
      this.#lines = [];
      this.#paid = false;
      for (const name of ["number", "at", "paid"]) this.#part(name).textContent = "";
      this.#show();
      this.querySelector("#code").focus();
    }

    #lock() {
      withdraw();
      localStorage.setItem(LOCKED, "yes");
      return this.#catchUp();
    }

    /* If the till was locked during the outage, locks it on the server first. */
    async #lockThere() {
      const { status } = await posted(this.dataset.lock).catch(() => ({ status: 0 }));
      if (!status) return;
      localStorage.removeItem(LOCKED);
      go(this.#part("till").href);
    }

    /* Adds scanned but unpaid goods to the next basket. */
    #handOver() {
      if (this.#paid || !["back", "notTaken"].includes(this.dataset.state)) return;
      for (const { code, units } of this.#lines) keep("0", "/till/0/scan", [["code", code], ["quantity", quantity(units)], ["once", newName()]]);
      sessionStorage.removeItem(UNPAID);
    }

    /* Asks for the age again when it changes. */
    #askForAge() {
      const box = this.#part("age");
      const age = String(this.#age);
      if (box.dataset.age !== age) box.querySelector("input").checked = false;
      box.dataset.age = age;
      box.hidden = this.#paid || age === "0";
      this.#part("age-words").textContent = this.sentences.oldEnough.replace("{age}", age);
    }

    #refuse(sentence) {
      this.#part("refusal").textContent = sentence;
      this.#part("refusal").hidden = !sentence;
    }

    #cell(tag, text) {
      return Object.assign(document.createElement(tag), { textContent: text });
    }

    #show() {
      const rows = this.#lines.map((line) => {
        const row = document.createElement("tr");
        row.append(this.#cell("td", `${quantity(line.units)}${line.soldBy === "weight" ? " kg" : ""} × ${line.name}`), this.#cell("td", shown(net(line, this.terms), this.terms)));
        return row;
      });
      this.#part("lines").replaceChildren(...rows);
      this.#askForAge();
      this.#part("total").textContent = shown(due(this.#lines, this.terms), this.terms);
      if (!this.#paid) sessionStorage.setItem(UNPAID, JSON.stringify(this.#lines));
    }
  },
);
