/* On pages for people not signed in: withdraws the permission to sell in an outage. */
import { withdraw } from "./outage-leave.js";

customElements.define(
  "outage-forget",
  class extends HTMLElement {
    connectedCallback() {
      withdraw();
    }
  },
);
