// The words of a text, tinted by how much each moved the answer. The API counts code points, JavaScript UTF-16 units.

export const MAX_WORDS = 64; // of /v1/explanations

const STEPS = [0.02, 0.1, 0.25, 0.5]; // weights at which the tint gets stronger
const NAMED = 3; // words that the sentence below names

// UTF-16 offset of each code point of a text, and the text's length at the end.
export function measure(text) {
  const offsets = [0];
  for (const character of text) offsets.push(offsets.at(-1) + character.length);
  return offsets;
}

// Cut a text into pieces {text, weight}; weight is null between the words. Words are in order and do not overlap.
export function cut(text, words) {
  const offsets = measure(text);
  const pieces = [];
  let done = 0;
  for (const { start, end, weight } of words) {
    const [from, to] = [offsets[start], offsets[end]];
    if (from > done) pieces.push({ text: text.slice(done, from), weight: null });
    pieces.push({ text: text.slice(from, to), weight });
    done = to;
  }
  if (done < text.length) pieces.push({ text: text.slice(done), weight: null });
  return pieces;
}

// Class of the tint: "for-1" to "for-4", "against-1" to "against-4", or "" where the word hardly matters.
export function chooseTint(weight) {
  const step = STEPS.filter((least) => Math.abs(weight) >= least).length;
  return step === 0 ? "" : `${weight > 0 ? "for" : "against"}-${step}`;
}

// The heaviest words that speak for the answer, and those against it; each word once.
export function rankWords(pieces) {
  const rank = (sign) => {
    const heavy = pieces.filter((piece) => piece.weight !== null && sign * piece.weight >= STEPS[0]);
    heavy.sort((a, b) => sign * (b.weight - a.weight));
    return [...new Set(heavy.map((piece) => piece.text))].slice(0, NAMED);
  };
  return { support: rank(1), oppose: rank(-1) };
}
