// Questions to the API with the token of this tab. What has failed is said, and what is shown then is marked old.

const key = "pulsegate-token";
const pageMax = 200;   // a walk over pages ends here, and says so

export const byId = (id) => document.getElementById(id);

export function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, value);
  }

  return made;
}

export const token = {
  get: () => sessionStorage.getItem(key),
  set: (text) => sessionStorage.setItem(key, text),
  forget: () => sessionStorage.removeItem(key),
};

export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export async function ask(path, method = "GET") {
  const response = await fetch(path, { method, headers: { Authorization: `Bearer ${token.get()}` } });
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new Refusal(response.status, problem.title ?? `the server answered ${response.status}`);
  }

  return response.status === 204 ? null : response.json();
}

// Every entry of a paged answer, by pages of 1 000.
export async function walk(path) {
  const items = [];
  let after = "";
  for (let page = 0; page < pageMax; page++) {
    const sign = path.includes("?") ? "&" : "?";
    const answer = await ask(`${path}${sign}limit=1000${after === "" ? "" : `&after=${encodeURIComponent(after)}`}`);
    items.push(...answer.items);
    if (answer.next === null) {
      return items;
    }

    after = answer.next;
  }

  throw new Error(`more than ${pageMax} pages of ${path}`);
}

export function showProblem(text) {
  byId("problem").textContent = text;
  byId("problem").hidden = text === "";
  document.body.classList.toggle("old", text !== "");
}

export const time = (iso) => iso === null ? "at an unknown time" : new Date(iso).toLocaleString([], { hour12: false });

export function ago(milliseconds) {
  const minutes = Math.round(milliseconds / 60000);
  return minutes < 2 ? `${Math.max(0, Math.round(milliseconds / 1000))} s` : minutes < 120 ? `${minutes} min`
    : minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
}
