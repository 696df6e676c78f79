/* On the pages of those who are not signed in: nobody sells here without the server. */
import { withdraw } from "./outage-leave.js";

customElements.define(
  "outage-forget",
  class extends HTMLElement {
    connectedCallback() {
      withdraw();
    }
  },
);
