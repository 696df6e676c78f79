/* A low tone when the shop says no: the cashier looks at the goods, not at the screen. */
customElements.define(
  "till-sound",
  class extends HTMLElement {
    connectedCallback() {
      document.addEventListener("htmx:afterRequest", (event) => {
        if ([409, 422].includes(event.detail.xhr.status)) this.#sound(220, 0.35);
      });
    }

    #sound(pitch, seconds) {
      this.context ??= new AudioContext();
      const tone = this.context.createOscillator();
      const loudness = this.context.createGain();
      loudness.gain.value = 0.2;
      tone.type = "square";
      tone.frequency.value = pitch;
      tone.connect(loudness).connect(this.context.destination);
      tone.start();
      tone.stop(this.context.currentTime + seconds);
    }
  },
);
