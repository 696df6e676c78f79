/* Whether the server answers. Callers ask again after AGAIN milliseconds; a request is given up after PATIENCE
   milliseconds. */
export const AGAIN = 750;
const PATIENCE = 4000;

export const answers = (ready) =>
  fetch(ready, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }).then((got) => got.ok, () => false);
