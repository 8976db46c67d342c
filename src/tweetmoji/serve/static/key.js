// The field for an API key, shown while the server wants one.

import { find } from "./elements.js";
import { onKeyNeeded } from "./request.js";

// Show the field; a promise of what is entered.
function enter(refused) {
  const [form, field, note] = [find("key-form"), find("key"), find("key-note")];
  form.hidden = note.hidden = false;
  note.textContent = refused ? "The server does not know this key." : "This server wants an API key.";
  field.setAttribute("aria-invalid", String(refused));
  if (refused) field.focus();
  return new Promise((resolve) => {
    form.onsubmit = (event) => {
      event.preventDefault();
      if (!field.value.trim()) return;
      resolve(field.value.trim());
      if (form.contains(document.activeElement)) find("text").focus(); // it must not vanish with the form
      field.value = "";
      form.hidden = note.hidden = true;
    };
  });
}

export function setUpKey() {
  onKeyNeeded(enter);
}
