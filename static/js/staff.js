/* All parts of the staff's pages, loaded at once because the document stays when pages turn. The wedge comes first, so
   that it hears keys first. */
import "./parts/page-turner.js";
import "./scanning/scanner-wedge.js";
import "./parts/await-answer.js";
import "./till/idle-lock.js";
import "./till/lock-screen.js";
import "./outage/outage-forget.js";
import "./scanning/scan-box.js";
import "./till/basket-queue.js";
import "./scanning/next-sale.js";
import "./scanning/count-scan.js";
import "./till/till-sound.js";
import "./till/key-map.js";
import "./till/change-due.js";
import "./till/connection-note.js";
import "./scanning/kept-scans.js";
import "./till/line-sheet.js";
import "./till/keep-place.js";
import "./parts/number-pad.js";
import "./till/next-key.js";
import "./parts/quantity-stepper.js";
import "./till/count-sum.js";
import "./parts/print-button.js";
import "./scanning/scanner-test.js";
import "./scanning/delivery-queue.js";
import "./desk/goods-grid.js";
import "./desk/picture-drop.js";
