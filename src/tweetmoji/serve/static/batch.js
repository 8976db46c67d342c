// Many texts: label them part by part, show how the labels are distributed, and give the table to take home.

import { decide } from "./answer.js";
import { count, find, make, percent, showBars } from "./elements.js";
import { cutParts, MAX_LINES, readFile, splitLines, toCsv } from "./lines.js";
import { describeWait, keepAsking } from "./request.js";

const PART_TEXTS = 128; // small enough to show progress, below the 1,024 of the API
const PART_BYTES = 500_000; // half of what a request may have
const TRIES = 8;
const PREVIEW = 10;

let running = new AbortController();
let labeled = []; // {number, text, prediction}
let labels = {}; // label to emoji
let threshold = 0;
let address = null; // of the CSV

// Label the lines of a content; what was there before goes.
async function run(content) {
  running.abort();
  running = new AbortController();
  labeled = [];
  showResults();
  try {
    const lines = splitLines(content);
    if (!lines.length) throw new Error("There is no text yet: paste some, or choose a file.");
    await labelLines(lines.slice(0, MAX_LINES), lines.length - MAX_LINES, running.signal);
  } catch (error) {
    if (error.name === "AbortError") return;
    endRun();
    say(labeled.length ? `${error.message} ${count(labeled.length)} texts were labeled before.` : error.message);
  }
}

async function labelLines(lines, left, signal) {
  const tell = (trouble, wait_s) => say(describeWait(trouble, wait_s));
  startRun(lines.length);
  for (const texts of cutParts(lines.map(({ text }) => text), PART_TEXTS, PART_BYTES)) {
    const { predictions } = await keepAsking("v1/predictions", { texts }, { signal, tell, tries: TRIES });
    for (const prediction of predictions) labeled.push({ ...lines[labeled.length], prediction });
    find("progress").value = labeled.length;
    say(`${count(labeled.length)} of ${count(lines.length)}`);
  }
  endRun();
  const done = `${count(lines.length)} ${lines.length === 1 ? "text" : "texts"}`;
  say(left > 0 ? `Labeled the first ${done}, and left out ${count(left)} more.` : `Labeled ${done}.`);
}

function startRun(total) {
  Object.assign(find("progress"), { max: total, value: 0, hidden: false });
  find("stop").hidden = false;
}

function endRun() {
  find("progress").hidden = true;
  if (document.activeElement === find("stop")) find("run").focus(); // the focus must not vanish with the button
  find("stop").hidden = true;
  showResults();
}

function stop() {
  running.abort();
  endRun();
  say(`Stopped after ${count(labeled.length)} texts.`);
}

async function runFile(file) {
  running.abort();
  try {
    await run(await readFile(file));
  } catch (error) {
    say(error.message);
  }
}

function showResults() {
  find("results").hidden = !labeled.length;
  if (!labeled.length) return;
  showChart();
  const rows = labeled.slice(0, PREVIEW).map(({ text, prediction }) => {
    const sure = decide(prediction, threshold) === "sure";
    const answer = make("span", { textContent: sure ? prediction.emoji : "–" });
    return make("li", {}, answer, make("span", { textContent: text }));
  });
  find("preview").replaceChildren(...rows);
  if (address) URL.revokeObjectURL(address);
  address = URL.createObjectURL(new Blob([toCsv(makeTable())], { type: "text/csv;charset=utf-8" }));
  find("download").href = address;
}

function showChart() {
  const kinds = labeled.map(({ prediction }) => {
    const kind = decide(prediction, threshold);
    return kind === "sure" ? `label ${prediction.label}` : kind;
  });
  const makeRow = (name, emoji, kind, rest) => {
    const number = kinds.filter((other) => other === kind).length;
    const share = number / kinds.length;
    return { name, emoji, share, figure: `${count(number)} (${percent(share)})`, rest };
  };
  const names = Object.keys(labeled[0].prediction.scores);
  const rows = names.map((name) => makeRow(name, labels[name] ?? "", `label ${name}`, false));
  if (kinds.includes("none")) rows.push(makeRow("none of these", "", "none", true));
  rows.push(makeRow("not sure", "", "unsure", true));
  showBars(find("chart"), rows);
}

// The table: emoji and label are empty where the answer is "not sure" or none.
function makeTable() {
  const names = Object.keys(labeled[0].prediction.scores);
  const hasNone = labeled[0].prediction.none !== null;
  const answers = ["line", "text", "emoji", "label", "confidence", ...(hasNone ? ["none"] : [])];
  const header = [...answers, ...names.map((name) => `score_${name}`)];
  const rows = labeled.map(({ number, text, prediction }) => {
    const sure = decide(prediction, threshold) === "sure";
    const { emoji, label, confidence, none, scores } = prediction;
    const answer = [number, text, sure ? emoji : "", sure ? label : "", confidence];
    return [...answer, ...(hasNone ? [none] : []), ...names.map((name) => scores[name])];
  });
  return [header, ...rows];
}

function say(sentence) {
  find("progress-text").textContent = sentence;
}

// Use other emoji of labels, or another threshold, and show the results again.
export function changeBatch(changes) {
  labels = changes.labels ?? labels;
  threshold = changes.threshold ?? threshold;
  showResults();
}

// Listen to the buttons, the file field, files that are pasted, and files that are dropped anywhere.
export function setUpBatch() {
  find("run").addEventListener("click", () => run(find("lines").value));
  find("stop").addEventListener("click", stop);
  find("file").addEventListener("change", ({ target }) => {
    if (target.files.length) runFile(target.files[0]);
    target.value = ""; // so that the same file can be chosen again
  });
  find("lines").addEventListener("paste", (event) => takeFile(event, event.clipboardData));
  const hasFiles = (event) => event.dataTransfer.types.includes("Files");
  window.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  window.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  window.addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    if (takeFile(event, event.dataTransfer)) find("many").scrollIntoView();
  });
}

function takeFile(event, { files }) {
  if (!files.length) return false;
  event.preventDefault();
  runFile(files[0]);
  return true;
}
