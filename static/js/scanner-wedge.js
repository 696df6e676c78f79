/* Tells a scanner from fingers by its pace, wherever the focus is. A code goes to the scan box; what it typed into another field is taken out again. */
customElements.define(
  "scanner-wedge",
  class extends HTMLElement {
    #keys = [];
    #field = null;
    #before = "";
    #marked = false;

    connectedCallback() {
      this.leave = new AbortController();
      document.addEventListener("keydown", (event) => this.#hear(event), { capture: true, signal: this.leave.signal });
    }

    disconnectedCallback() {
      this.leave.abort();
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

    #finish(event, typed) {
      const { prefix, suffix } = this.dataset;
      const code = typed.slice(prefix && typed.startsWith(prefix) ? prefix.length : 0, suffix && typed.endsWith(suffix) ? -suffix.length : undefined);
      const scan = new CustomEvent("scan", { detail: { code, typed, keys: this.#keys, field: this.#field }, cancelable: true });
      this.#keys = [];
      if (this.#field?.matches("[data-takes-scans]") && !prefix && !suffix) return;
      if (document.dispatchEvent(scan)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (this.#field) this.#field.value = this.#before;
    }
  },
);
