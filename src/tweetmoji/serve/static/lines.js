// Files and lines in, CSV out.

export const MAX_LINES = 1024;
export const MAX_CHARS = 10_000; // code points of a text that the API takes
const MAX_FILE_BYTES = 50_000_000; // more than 1,024 texts of the longest kind

const FORMULA = /^[=+\-@\t\r]/; // what a spreadsheet may run: https://owasp.org/www-community/attacks/CSV_Injection
const BYTE_ORDER_MARK = "\uFEFF"; // tells Excel that it is UTF-8

// The text of a file in UTF-8, in UTF-16 with its mark, or else in Windows-1252. Throws an Error to show.
export async function readFile(file) {
  if (file.size > MAX_FILE_BYTES) throw new Error(`${file.name} is too large; choose a file of at most 1,024 lines.`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const mark = bytes[0] * 256 + bytes[1];
  if (mark === 0xfffe) return new TextDecoder("utf-16le").decode(bytes);
  if (mark === 0xfeff) return new TextDecoder("utf-16be").decode(bytes);
  if (bytes.includes(0)) throw new Error(`${file.name} is no text file; choose one with a text a line.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

// The lines that hold a text, as {number, text}; number counts all lines from 1. Throws an Error to show.
export function splitLines(content) {
  const lines = content.split(/\r\n|\n|\r/).map((text, i) => ({ number: i + 1, text }));
  const found = lines.filter(({ text }) => text.trim());
  const long = found.slice(0, MAX_LINES).find(({ text }) => text.length > MAX_CHARS && [...text].length > MAX_CHARS);
  if (long) throw new Error(`Line ${long.number} has more than 10,000 characters; shorten it.`);
  return found;
}

// Cut texts into parts of at most `maxTexts` and `maxBytes` of JSON, each of at least one text.
export function cutParts(texts, maxTexts, maxBytes) {
  const encoder = new TextEncoder();
  const parts = [];
  let room = 0;
  for (const text of texts) {
    const bytes = encoder.encode(JSON.stringify(text)).length + 1;
    if (!parts.length || parts.at(-1).length >= maxTexts || bytes > room) {
      parts.push([]);
      room = maxBytes;
    }
    parts.at(-1).push(text);
    room -= bytes;
  }
  return parts;
}

// Rows of strings and numbers as CSV (RFC 4180), safe to open in a spreadsheet.
export function toCsv(rows) {
  return BYTE_ORDER_MARK + rows.map((row) => `${row.map(toCell).join(",")}\r\n`).join("");
}

function toCell(value) {
  if (typeof value === "number") return String(Number(value.toFixed(6)));
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
