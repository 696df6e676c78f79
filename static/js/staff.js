/* The parts of every page of someone who is signed in. */
import "./await-answer.js";
import "./idle-lock.js";
