/* Rings up at list prices for cash while the server is away, and posts what it kept when the server is back. */
import { newName } from "./kept.js";
import { find, keep, post, refresh, sales, terms } from "./outage-store.js";

const LANGUAGE = document.documentElement.lang;
const thousandths = (written) => (/^\d{1,9}([.,]\d{1,3})?$/.test(written.trim()) ? Math.round(Number(written.replace(",", ".")) * 1000) : NaN);
const quantity = (units) => (units % 1000 ? (units / 1000).toFixed(3) : String(units / 1000));

customElements.define(
  "outage-till",
  class extends HTMLElement {
    #lines = [];
    #paid = null;

    async connectedCallback() {
      this.#part("scan").addEventListener("submit", (event) => this.#scan(event));
      this.#part("pay").addEventListener("submit", (event) => this.#pay(event));
      this.#part("print").addEventListener("click", () => print());
      this.#part("next").addEventListener("click", () => this.#next());
      addEventListener("online", () => this.#catchUp());
      setInterval(() => this.#catchUp(), 15000);
      await this.#catchUp();
      this.#show();
    }

    #part(name) {
      return this.querySelector(`[data-${name}]`);
    }

    async #catchUp() {
      const { post: url, page, catalogue } = this.dataset;
      const away = await refresh(catalogue)
        .then(() => post(url, page))
        .then(() => false, () => true);
      this.terms = await terms();
      const waiting = await sales();
      this.#part("kept").replaceChildren(...waiting.map((sale) => this.#cell("li", `${sale.number}: ${this.#shown(this.#units(sale.total))}`)));
      if (!this.terms) this.#part("state").textContent = this.#say("noCatalogue");
      else if (away) this.#part("state").textContent = this.#say("away");
      else this.#part("state").textContent = this.#say(waiting.length ? "notTaken" : "back");
      this.#part("refusal").textContent = "";
    }

    get #step() {
      return 10 ** (3 - this.terms.decimals);
    }

    #units(amount) {
      return thousandths(amount);
    }

    #rounded(units, step = this.#step) {
      return Math.floor(units / step + 0.5) * step;
    }

    #money(units) {
      return (units / 1000).toFixed(this.terms?.decimals ?? 2);
    }

    #shown(units) {
      const digits = this.terms?.decimals ?? 2;
      return (units / 1000).toLocaleString(LANGUAGE, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    }

    /* A sentence of the page, in its language, with what belongs into its places. */
    #say(name, values = {}) {
      return this.querySelector("[data-sentences]").dataset[name].replace(/\{(\w+)\}/g, (_, place) => values[place]);
    }

    #net(line) {
      return this.#rounded(Number(BigInt(line.units) * BigInt(this.#units(line.price))) / 1000);
    }

    /* Tax comes on top where prices do not hold it: once per rate. */
    get #total() {
      const bases = new Map();
      for (const line of this.#lines) bases.set(line.rate, (bases.get(line.rate) ?? 0) + this.#net(line));
      const added = ([rate, base]) => base + (this.terms.tax_included ? 0 : this.#rounded(Math.round(base * Number(rate) * 1e6) / 1e6));
      return [...bases].map(added).reduce((sum, part) => sum + part, 0);
    }

    async #scan(event) {
      event.preventDefault();
      const { code, quantity: asked } = event.target.elements;
      const units = thousandths(asked.value);
      const found = this.terms && (await find(code.value.trim()));
      if (!found) return this.#refuse(this.#say("unknown", { code: code.value }));
      if (!units || (found.soldBy === "piece" && units % 1000)) return this.#refuse(this.#say("quantity", { name: found.name }));
      if (this.#paid) this.#next();
      const same = this.#lines.find((line) => line.id === found.id);
      if (same) same.units += units;
      else this.#lines.push({ ...found, units });
      event.target.reset();
      code.focus();
      this.#refuse("");
      this.#show();
    }

    async #pay(event) {
      event.preventDefault();
      const cash = thousandths(event.target.elements.cash.value);
      const due = this.#rounded(this.#total, Math.round(Number(this.terms?.cash_step) * 1000));
      if (!this.#lines.length || this.#paid) return;
      if (!(cash >= due) || cash % this.#step) return this.#refuse(this.#say("least", { amount: this.#shown(due) }));
      const at = new Date();
      const lines = this.#lines.map((line) => ({ product: line.id, name: line.name, quantity: quantity(line.units), price: this.#money(this.#units(line.price)) }));
      const { register, by } = this.dataset;
      this.#paid = true;
      const number = await keep({ key: newName(), register, by, at: at.toISOString(), lines, total: this.#money(this.#total), cash: this.#money(cash) });
      this.#part("number").textContent = number;
      this.#part("at").textContent = at.toLocaleString(LANGUAGE);
      this.#part("paid").textContent = this.#say("paidLine", { cash: this.#shown(cash), change: this.#shown(cash - due), by });
      event.target.reset();
      await this.#catchUp();
    }

    #next() {
      this.#lines = [];
      this.#paid = null;
      for (const name of ["number", "at", "paid"]) this.#part(name).textContent = "";
      this.#show();
      this.querySelector("#code").focus();
    }

    #refuse(sentence) {
      this.#part("refusal").textContent = sentence;
    }

    #cell(tag, text) {
      return Object.assign(document.createElement(tag), { textContent: text });
    }

    #show() {
      if (!this.terms) return;
      const rows = this.#lines.map((line) => {
        const row = document.createElement("tr");
        row.append(this.#cell("td", `${quantity(line.units)} × ${line.name}`), this.#cell("td", this.#shown(this.#net(line))));
        return row;
      });
      this.#part("lines").replaceChildren(...rows);
      this.#part("total").textContent = this.#shown(this.#total);
    }
  },
);
