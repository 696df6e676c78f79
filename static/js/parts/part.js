/* Base of custom elements. Listeners on document or window are removed with the element, because the document stays
   when pages turn. */
export const Part = class extends HTMLElement {
  #leaving = new AbortController();

  hear(target, name, deed, options = {}) {
    target.addEventListener(name, deed, { ...options, signal: this.#leaving.signal });
  }

  disconnectedCallback() {
    this.#leaving.abort();
    this.#leaving = new AbortController();
  }
};
