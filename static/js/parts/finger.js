/* A button replaced between press and release gets no click, so what an answer brings waits for the finger. */
const LONGEST = 1000; // milliseconds

let isDown = false;
let release = () => {};
let lifted = Promise.resolve();

const lift = () => {
  isDown = false;
  setTimeout(release); // after the click that follows the release
};

const press = (event) => {
  if (event.button !== 0) return;
  isDown = true;
  lifted = new Promise((resolve) => (release = resolve));
  setTimeout(release, LONGEST);
};

addEventListener("pointerdown", press, { capture: true });
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, lift, { capture: true });

export const fingerIsDown = () => isDown;
export const fingerLifted = () => lifted;
