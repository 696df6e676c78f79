/* Tells a scanner from fingers by its pace, wherever the focus is. A code goes to the scan box; what it typed into
   another field is taken out again. A page that sells nothing leaves fields for words alone, and knows the scanner from
   the till's page. A scan that a change of pages cuts in two is put together again. */
const SCANNER = "scanner";
const BEGUN = "scan-begun";

customElements.define(
  "scanner-wedge",
  class extends HTMLElement {
    #keys = [];
    #field = null;
    #before = "";
    #marked = false;

    connectedCallback() {
      const early = document.earlyKeys?.() ?? [];
      const known = this.#know();
      if (!known) return;
      Object.assign(this.dataset, known);
      this.leave = new AbortController();
      const { signal } = this.leave;
      document.addEventListener("keydown", (event) => this.#hear(event), { capture: true, signal });
      addEventListener("pagehide", () => this.#handOn(), { signal });
      this.#goOn();
      for (const event of early) this.#hear(event);
    }

    disconnectedCallback() {
      this.leave?.abort();
    }

    #know() {
      if (this.hasAttribute("data-elsewhere")) return JSON.parse(localStorage.getItem(SCANNER));
      const { prefix, suffix, pause } = this.dataset;
      localStorage.setItem(SCANNER, JSON.stringify({ prefix, suffix, pause }));
      return { prefix, suffix, pause };
    }

    #handOn() {
      const isRunning = performance.now() - this.#keys.at(-1)?.at <= Number(this.dataset.pause);
      if (isRunning) sessionStorage.setItem(BEGUN, JSON.stringify({ keys: this.#keys, at: Date.now() }));
    }

    #goOn() {
      const begun = JSON.parse(sessionStorage.getItem(BEGUN));
      sessionStorage.removeItem(BEGUN);
      if (begun && Date.now() - begun.at < 1000) this.#keys = begun.keys.map((key) => ({ ...key, at: Infinity }));
    }

    #hear(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.key === "Shift") return;
      const { prefix, suffix, pause } = this.dataset;
      if (event.key.length > 1 && event.key !== "Enter") return (this.#keys = []);
      const gap = event.timeStamp - (this.#keys.at(-1)?.at ?? -Infinity);
      if (gap > Number(pause)) this.#begin(event.target);
      this.#keys.push({ key: event.key, at: event.timeStamp, gap: Number.isFinite(gap) ? gap : 0 });
      const typed = this.#keys.filter(({ key }) => key.length === 1).map(({ key }) => key).join("");
      this.#marked ||= prefix !== "" && typed === prefix;
      const over = event.key === "Enter" || (suffix && typed.endsWith(suffix));
      if (over && typed.length >= 4 && gap <= Number(pause)) return this.#finish(event, typed);
      if (event.key === "Enter") this.#keys = [];
      else if (this.#marked) event.preventDefault();
    }

    #begin(field) {
      this.#keys = [];
      this.#marked = false;
      this.#field = field.matches("input, textarea") ? field : null;
      this.#before = this.#field?.value ?? "";
    }

    /* An amount is shorter than a code, or has a point. */
    #isFor(field, code) {
      const isAmount = field?.matches("[inputmode=decimal], [inputmode=numeric]:not([type=password])");
      if (this.hasAttribute("data-elsewhere")) return field && !(isAmount && /^[^.,]{8,}$/.test(code));
      return field?.matches("[data-takes-scans]") && !this.dataset.prefix && !this.dataset.suffix;
    }

    #finish(event, typed) {
      const { prefix, suffix } = this.dataset;
      const code = typed.slice(prefix && typed.startsWith(prefix) ? prefix.length : 0, suffix && typed.endsWith(suffix) ? -suffix.length : undefined);
      const scan = new CustomEvent("scan", { detail: { code, typed, keys: this.#keys, field: this.#field }, cancelable: true });
      this.#keys = [];
      if (this.#isFor(this.#field, code)) return;
      if (document.dispatchEvent(scan)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (this.#field) this.#field.value = this.#before;
    }
  },
);
