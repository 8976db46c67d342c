// One answer: the emoji, the label, how sure, the bars, the words that count, the emoji that people add.

import { find, join, make, percent, showBars } from "./elements.js";
import { chooseTint, cut, rankWords } from "./words.js";

const NONE_FROM = 0.5; // probability of none from which it is the answer
const MANY_BARS = 12; // labels from which the bars are sorted
const SPEAK_AFTER_MS = 600; // a screen reader hears the answer once the typing pauses

let speaking;

// What to answer with a threshold: "sure", "unsure", or "none" where probably none of the labels fits.
export function decide(prediction, threshold) {
  if (prediction.none !== null && prediction.none >= NONE_FROM) return "none";
  return prediction.confidence >= threshold ? "sure" : "unsure";
}

// Show a prediction.
export function showAnswer(prediction, threshold) {
  const kind = decide(prediction, threshold);
  const { label, confidence } = prediction;
  const shown = percent(confidence);
  const [title, more] = {
    sure: [label, `${shown} sure: right about ${tellOdds(confidence)}.`],
    unsure: [`Not sure, perhaps ${label}`, `${shown} sure, and you ask for ${percent(threshold)}.`],
    none: ["Probably none of these", `${percent(prediction.none)} sure that none fits. If one does, ${label}.`],
  }[kind];
  showEmoji(prediction.emoji, kind !== "sure");
  find("label").textContent = title;
  find("confidence").textContent = prediction.truncated ? `${more} Only the beginning was read.` : more;
  find("details").hidden = false;
  speak(`${title}, ${more}`);
}

// Show that there is no text.
export function rest() {
  showEmoji("💬", true);
  find("answer").className = "resting";
  find("label").textContent = "The answer appears here";
  find("confidence").textContent = "Start typing, or pick an example.";
  find("details").hidden = true;
  speak("");
}

// Show the probability of every label, and of none where the model gives it; they sum to 1.
export function showProbabilities({ scores, none }, emoji) {
  const some = 1 - (none ?? 0);
  const rows = Object.entries(scores).map(([name, score]) => makeRow(name, emoji[name] ?? "", score * some));
  if (rows.length > MANY_BARS) rows.sort((a, b) => b.share - a.share);
  if (none !== null) rows.push({ ...makeRow("none of these", "", none), rest: true });
  showBars(find("bars"), rows);
}

// Tint the words of a text, or hide them where the server explains nothing.
export function showWords(text, label, words) {
  const pieces = cut(text, words);
  find("why").hidden = !words.length;
  find("tinted").replaceChildren(...pieces.map(tint));
  const { support, oppose } = rankWords(pieces);
  const quote = (found) => join(found.map((word) => `“${word}”`));
  const reasons = [];
  if (support.length) reasons.push(`For ${label}: ${quote(support)}.`);
  if (oppose.length) reasons.push(`Against it: ${quote(oppose)}.`);
  find("reasons").textContent = reasons.join(" ") || "No single word decides.";
}

// Show emoji as buttons, which `add` hears of; none hides them.
export function showSuggestions(suggestions, add) {
  find("added").hidden = !suggestions.length;
  const buttons = suggestions.map(({ emoji, probability }) => {
    const share = make("small", { textContent: percent(probability) });
    const button = make("button", { type: "button" }, `${emoji} `, share);
    button.setAttribute("aria-label", `Add ${emoji} to the text, ${percent(probability)}`);
    button.addEventListener("click", () => add(emoji));
    return button;
  });
  find("suggestions").replaceChildren(...buttons);
}

// "9 times in 10"
export function tellOdds(confidence) {
  if (confidence >= 0.985) return "99 times in 100";
  if (confidence >= 0.95) return "19 times in 20";
  const times = Math.round(10 * confidence);
  return times === 1 ? "once in 10 times" : `${times} times in 10`;
}

const makeRow = (name, emoji, share) => ({ name, emoji, share, figure: percent(share), rest: false });

function showEmoji(emoji, unsure) {
  const node = find("emoji");
  find("answer").className = unsure ? "unsure" : "";
  if (node.textContent === emoji) return;
  node.textContent = emoji;
  node.classList.remove("new");
  void node.offsetWidth; // so that the animation starts again
  node.classList.add("new");
}

function tint({ text, weight }) {
  const className = weight === null ? "" : chooseTint(weight);
  if (!className) return text;
  const title = `${weight > 0 ? "+" : "−"}${percent(Math.abs(weight))}`;
  return make("mark", { textContent: text, className, title });
}

function speak(sentence) {
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    find("spoken").textContent = sentence;
  }, SPEAK_AFTER_MS);
}
