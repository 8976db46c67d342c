// What a threshold costs and gains: coverage and accuracy on validation texts, from the curves of /v1/model.

import { count, join, percent } from "./elements.js";

// Evaluations of the served weights on validation texts that have a curve.
export function chooseCurves(metrics) {
  return metrics.filter((row) => row.weights === "int8" && row.split === "val" && row.selective?.length);
}

// Coverage and accuracy of the answers at or above a threshold, all curves together; null where nothing is answered.
export function estimate(curves, threshold) {
  let [texts, answered, right] = [0, 0, 0];
  for (const { selective } of curves) {
    const { n } = selective.at(-1); // the last point answers all texts
    const { coverage, accuracy } = readCurve(selective, threshold);
    texts += n;
    answered += n * coverage;
    right += n * coverage * accuracy;
  }
  return { texts, coverage: answered / texts, accuracy: answered > 0 ? right / answered : null };
}

// A point of one curve, between two measured ones on the line that joins them. Points come from few to all texts.
function readCurve(points, threshold) {
  const next = points.findIndex((point) => point.min_confidence < threshold);
  if (next === -1) return points.at(-1);
  if (next === 0) return { coverage: 0, accuracy: 0 };
  const [above, below] = [points[next - 1], points[next]];
  const part = (above.min_confidence - threshold) / (above.min_confidence - below.min_confidence);
  const between = (name) => above[name] + part * (below[name] - above[name]);
  return { coverage: between("coverage"), accuracy: between("accuracy") };
}

// The estimate as a sentence.
export function describe(curves, threshold) {
  const { texts, coverage, accuracy } = estimate(curves, threshold);
  const sources = join(curves.map((row) => row.source));
  const share = `Of ${count(texts)} validation texts (${sources}), it then answers about ${percent(coverage)}`;
  return accuracy === null ? `${share}.` : `${share}, and ${percent(accuracy)} of these answers are right.`;
}
