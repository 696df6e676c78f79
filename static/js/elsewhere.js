/* The parts of a page that sells nothing, at a till; the wedge comes last, with what was scanned before. */
import "./next-sale.js";
import "./scanner-wedge.js";
