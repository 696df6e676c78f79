/* A part of a page. What it hears from the document or the window ends with it, for the document stays when pages turn. */
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
