/* On the pages of those who are not signed in: nobody sells here without the server. */
import { forget } from "./outage-leave.js";

customElements.define(
  "outage-forget",
  class extends HTMLElement {
    connectedCallback() {
      forget();
    }
  },
);
