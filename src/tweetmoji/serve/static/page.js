// The page: asks for the emoji as you type. An answer to an older text is dropped, however late it comes.

import { rest, showAnswer, showProbabilities, showSuggestions, showWords } from "./answer.js";
import { changeBatch, setUpBatch } from "./batch.js";
import { find, make, percent } from "./elements.js";
import { setUpKey } from "./key.js";
import { describeWait, keepAsking, Trouble } from "./request.js";
import { chooseCurves, describe } from "./threshold.js";
import { MAX_WORDS } from "./words.js";

const DEBOUNCE_MS = 200;
const SUGGESTIONS = 5;
const TRIES_OF_EXTRAS = 2; // the answer is there: what goes with it may be missing
const EXAMPLES = [
  "Today is a good day!",
  "I miss you so much",
  "How dare they cancel my train again",
  "what was that noise, i am scared",
  "not happy at all, to be honest",
  "The meeting is on Tuesday",
];

const field = find("text");
let model = { suggestions: [], metrics: [] };
let emoji = {}; // label to emoji
let shown = null; // the prediction on the page
let explains = true; // until the server says that it does not
let asking = new AbortController(); // ends what the last text asked for
let timer;

function schedule(delay_ms) {
  clearTimeout(timer);
  asking.abort();
  asking = new AbortController();
  const text = field.value;
  find("link").href = `#t=${encodeURIComponent(text.toWellFormed?.() ?? text)}`;
  find("copied").textContent = "";
  showTrouble("");
  if (text.trim()) {
    timer = setTimeout(answer, delay_ms, text, asking.signal);
  } else {
    shown = null;
    rest();
  }
}

async function answer(text, signal) {
  const tell = (trouble, wait_s) => showTrouble(describeWait(trouble, wait_s), true);
  try {
    const { predictions } = await keepAsking("v1/predictions", { texts: [text] }, { signal, tell });
    if (signal.aborted) return;
    shown = predictions[0];
    showTrouble("");
    showPrediction();
    showProbabilities(shown, emoji);
    await Promise.all([explain(text, shown.label, signal), suggest(text, signal)]);
  } catch (error) {
    if (!signal.aborted) showTrouble(error.message, true);
  }
}

// What goes with an answer: null where the server has none.
async function askExtra(path, body, signal) {
  try {
    const found = await keepAsking(path, body, { signal, tries: TRIES_OF_EXTRAS });
    return signal.aborted ? null : found;
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    if (error.status === 404) explains = explains && path !== "v1/explanations";
    return null;
  }
}

async function explain(text, label, signal) {
  const few = text.trim().split(/\s+/).length <= MAX_WORDS;
  const found = explains && few ? await askExtra("v1/explanations", { text }, signal) : null;
  if (!signal.aborted) showWords(text, label, found?.words ?? []);
}

async function suggest(text, signal) {
  if (!model.suggestions.length) return;
  const found = await askExtra("v1/suggestions", { texts: [text], k: SUGGESTIONS }, signal);
  if (!signal.aborted) showSuggestions(found?.suggestions[0] ?? [], append);
}

function append(symbol) {
  setText(`${field.value.trimEnd()} ${symbol}`);
  field.focus();
}

function setText(text) {
  field.value = text;
  schedule(0);
}

function showTrouble(message, again = false) {
  find("trouble").hidden = !message;
  find("trouble-text").textContent = message;
  find("again").hidden = !again;
}

const readThreshold = () => find("threshold").value / 100;

function showPrediction() {
  if (shown) showAnswer(shown, readThreshold());
}

function changeThreshold() {
  const threshold = readThreshold();
  find("threshold-value").textContent = percent(threshold);
  find("threshold").setAttribute("aria-valuetext", `${find("threshold").value} percent`);
  const curves = chooseCurves(model.metrics);
  find("measured").hidden = !curves.length;
  if (curves.length) find("measured").textContent = describe(curves, threshold);
  showPrediction();
  changeBatch({ threshold });
}

async function loadModel() {
  const { signal } = new AbortController();
  const [found, { labels }] = await Promise.all([
    keepAsking("v1/model", undefined, { signal }),
    keepAsking("v1/labels", undefined, { signal }),
  ]);
  model = found;
  emoji = Object.fromEntries(labels.map((row) => [row.label, row.emoji]));
  const list = labels.map((row) => `${row.emoji} ${row.label}`).join(", ");
  find("model").textContent = `Model ${model.name}, version ${model.version}: ${list}.`;
  changeBatch({ labels: emoji });
  changeThreshold();
  if (shown) schedule(0); // it was shown without the emoji of the other labels
}

function readFragment() {
  const encoded = /^#t=(.*)$/s.exec(location.hash)?.[1];
  if (encoded === undefined) return;
  try {
    const text = decodeURIComponent(encoded).slice(0, field.maxLength);
    if (text !== field.value) setText(text);
  } catch {
    showTrouble("The text in this link is damaged.");
  }
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(find("link").href);
    find("copied").textContent = "Copied";
  } catch {
    find("copied").textContent = "Now in the address bar"; // no clipboard without HTTPS
  }
}

function setUp() {
  const buttons = EXAMPLES.map((text) => make("button", { type: "button", textContent: text }));
  for (const button of buttons) button.addEventListener("click", () => setText(button.textContent));
  find("examples").replaceChildren(...buttons);
  field.addEventListener("input", () => schedule(DEBOUNCE_MS));
  find("again").addEventListener("click", () => schedule(0));
  find("threshold").addEventListener("input", changeThreshold);
  find("link").addEventListener("click", copyLink);
  window.addEventListener("hashchange", readFragment);
  setUpBatch();
  changeThreshold();
  readFragment();
  if (field.value) schedule(0); // what a reload kept
  if (matchMedia("(hover: hover)").matches) field.focus({ preventScroll: true }); // on a phone, a keyboard would open
}

setUpKey();
setUp();
loadModel().catch((error) => showTrouble(error.message, true));
