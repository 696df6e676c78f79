/* Plays a low tone when the shop refuses something, because the cashier looks at the goods and not at the screen. */
import { Part } from "../parts/part.js";

let loudspeaker = null;

customElements.define(
  "till-sound",
  class extends Part {
    connectedCallback() {
      this.hear(document, "htmx:afterRequest", (event) => {
        if ([409, 422].includes(event.detail.xhr.status)) this.#sound(220, 0.35);
      });
    }

    #sound(pitch, seconds) {
      loudspeaker ??= new AudioContext();
      const tone = loudspeaker.createOscillator();
      const loudness = loudspeaker.createGain();
      loudness.gain.value = 0.2;
      tone.type = "square";
      tone.frequency.value = pitch;
      tone.connect(loudness).connect(loudspeaker.destination);
      tone.start();
      tone.stop(loudspeaker.currentTime + seconds);
    }
  },
);
