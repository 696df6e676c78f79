/* Whether the server answers. Who waits for it asks again within a second, and gives up on an answer that does not come. */
export const AGAIN = 750;
const PATIENCE = 4000;

export const answers = (ready) =>
  fetch(ready, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }).then((got) => got.ok, () => false);
