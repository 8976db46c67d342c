// Elements, and numbers as a person reads them.

export const find = (id) => document.getElementById(id);

// Make an element with properties (textContent, className, …) and children.
export function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

// A probability as a whole percentage that never claims certainty.
export function percent(share) {
  if (share > 0.995 && share < 1) return ">99%";
  if (share > 0 && share < 0.005) return "<1%";
  return `${Math.round(100 * share)}%`;
}

export const count = (number) => number.toLocaleString("en-US");

// "a", "a and b", "a, b and c"
export function join(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

// Show rows of {name, emoji, share, figure, rest} as bars. Bars that are there already grow instead of being replaced.
export function showBars(list, rows) {
  const names = JSON.stringify(rows.map((row) => row.name));
  if (list.dataset.names !== names) {
    list.dataset.names = names;
    list.replaceChildren(...rows.map(makeBar));
  }
  rows.forEach((row, i) => {
    const item = list.children[i];
    item.querySelector(".fill").style.width = `${100 * row.share}%`;
    item.querySelector(".figure").textContent = row.figure;
  });
}

function makeBar(row) {
  const icon = make("span", { textContent: row.emoji });
  const track = make("span", { className: "track" }, make("span", { className: "fill" }));
  for (const decoration of [icon, track]) decoration.setAttribute("aria-hidden", "true");
  const name = make("span", { textContent: row.name });
  return make("li", { className: row.rest ? "rest" : "" }, icon, name, track, make("span", { className: "figure" }));
}
