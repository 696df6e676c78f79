/* The parts of the checkout screen. */
import "./scan-box.js";
import "./basket-queue.js";
import "./scanner-wedge.js";
import "./till-sound.js";
import "./key-map.js";
import "./change-due.js";
import "./connection-note.js";
import "./kept-scans.js";
import "./line-sheet.js";
import "./keep-place.js";
import "./number-pad.js";
import "./next-key.js";
