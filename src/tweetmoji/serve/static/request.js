// Requests to this server, by relative URLs: the page works below any path. Errors come as a person wants to read them.

const MAX_WAIT_S = 60;
const BUSY = new Set([429, 503]);

let key = ""; // where the server wants one: here and nowhere else, so a reload of the page forgets it
let askForKey = null; // gives a promise that a person enters a key

// What went wrong. `wait_s` says after how many seconds to try again; null where that would not help.
export class Trouble extends Error {
  constructor(message, { status = 0, wait_s = null } = {}) {
    super(message);
    this.status = status;
    this.wait_s = wait_s;
  }
}

// The JSON that the server answers; without a body the request is a GET. Throws Trouble, or AbortError.
export async function ask(path, body, signal) {
  const used = key;
  const headers = used ? { Authorization: `Bearer ${used}` } : {};
  const post = { method: "POST", body: JSON.stringify(body) };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const response = await fetch(path, { ...(body === undefined ? {} : post), headers, signal });
    if (response.ok) return await response.json();
    if (response.status === 401 && askForKey) {
      if (used === key) await abortable(askForKey(used !== ""), signal);
      return await ask(path, body, signal);
    }
    throw await describe(response);
  } catch (error) {
    if (error instanceof Trouble || error.name === "AbortError") throw error;
    throw unreachable();
  }
}

// Say what asks for an API key. It hears whether the last one was refused; requests that come meanwhile wait for the same.
export function onKeyNeeded(enter) {
  let entering = null;
  const take = (entered) => {
    key = entered;
    entering = null;
  };
  askForKey = (refused) => {
    entering ??= enter(refused).then(take);
    return entering;
  };
}

// Settles as the promise does, but throws AbortError once the signal is aborted.
function abortable(promise, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new DOMException("no longer wanted", "AbortError"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject);
  });
}

// Ask until the server answers. `tell` hears of each trouble that waiting may end.
export async function keepAsking(path, body, { signal, tell = () => {}, tries = Infinity }) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask(path, body, signal);
    } catch (error) {
      if (!(error instanceof Trouble) || error.wait_s === null || attempt >= tries) throw error;
      const wait_s = error.status ? error.wait_s : Math.min(30, 2 ** attempt);
      tell(error, wait_s);
      await sleep(wait_s, signal);
    }
  }
}

// "The server is busy. Trying again in 2 seconds."
export function describeWait(trouble, wait_s) {
  return `${trouble.message} Trying again in ${wait_s} ${wait_s === 1 ? "second" : "seconds"}.`;
}

function unreachable() {
  const message = navigator.onLine ? "The server cannot be reached; is it still running?" : "You are offline.";
  return new Trouble(message, { wait_s: 2 });
}

async function describe(response) {
  const { status } = response;
  if (BUSY.has(status)) return new Trouble("The server is busy.", { status, wait_s: readWait(response) });
  if (status >= 500) return new Trouble("Something went wrong on the server; its log says what.", { status });
  const problem = await response.json().catch(() => ({}));
  return new Trouble(`The server did not take this: ${problem.detail ?? `status ${status}`}.`, { status });
}

// Retry-After is a number of seconds or a date.
function readWait(response) {
  const value = response.headers.get("Retry-After") ?? "1";
  const wait_s = /^\d+$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - Date.now()) / 1000);
  return Math.min(MAX_WAIT_S, Math.max(1, wait_s || 1));
}

// Wait, but no longer than until the browser is online again; throws AbortError once the signal is aborted.
function sleep(wait_s, signal) {
  return new Promise((resolve, reject) => {
    const end = (settle) => () => {
      clearTimeout(timer);
      window.removeEventListener("online", wake);
      signal.removeEventListener("abort", stop);
      settle();
    };
    const wake = end(resolve);
    const stop = end(() => reject(new DOMException("no longer wanted", "AbortError")));
    const timer = setTimeout(wake, 1000 * wait_s);
    window.addEventListener("online", wake);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop);
  });
}
