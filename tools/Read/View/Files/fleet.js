// The list of all units. Only the rows in sight are in the document, so that ten thousand are as quick as ten.

import { ago, byId, element, walk } from "./client.js";
import { endOfCertificate, number, of, troubles } from "./trouble.js";

const spareRows = 10;
const columns = [
  { name: "Unit", value: (u) => u.device },
  { name: "Heard", value: (u) => Date.parse(u.lastReceived), text: (u) => `${ago(now - Date.parse(u.lastReceived))} ago`, wrong: "late" },
  { name: "Says", value: (u) => u.online, text: (u) => u.online === null ? "nothing" : u.online ? "connected" : "gone" },
  { name: "Signal", value: (u) => u.quality, text: (u) => u.quality === null ? "" : `${u.quality} %`, wrong: "quality" },
  { name: "Waiting", value: (u) => number(u, "stored"), text: (u) => count(number(u, "stored")) },
  { name: "Room for", value: (u) => number(u, "freeMinutes"), wrong: "filling",
    text: (u) => number(u, "freeMinutes") === null ? "" : ago(number(u, "freeMinutes") * 60000) },
  { name: "Missing", value: (u) => u.missing, text: (u) => count(u.missing), wrong: "missing" },
  { name: "Declared lost", value: (u) => u.declared, text: (u) => count(u.declared) },
  { name: "Firmware", value: (u) => u.firmware ?? "" },
  { name: "Certificate ends", value: (u) => endOfCertificate(u), wrong: "ending" },
];

let units = [];
let rows = [];
let now = Date.now();
let sorting = { column: 1, isDown: false };   // who was heard longest ago stands first
let only = null;

const count = (value) => value === null ? "" : value.toLocaleString();

export function begin() {
  columns.forEach((column, index) => {
    const head = element("th", "", { scope: "col" });
    const button = head.appendChild(element("button", column.name, { type: "button" }));
    button.addEventListener("click", () => {
      sorting = { column: index, isDown: sorting.column === index && !sorting.isDown };
      arrangeAnew();
    });
    document.querySelector("#rows thead tr").append(head);
  });
  for (const trouble of [{ id: null, name: "units" }, ...troubles]) {
    const button = element("button", "", { type: "button", "data-trouble": trouble.id ?? "all" });
    button.append(element("b", "0"), trouble.name);
    button.addEventListener("click", () => {
      only = trouble.id === only ? null : trouble.id;
      arrangeAnew();
    });
    byId("counts").append(button);
  }

  byId("find").addEventListener("input", arrangeAnew);
  byId("rows").addEventListener("scroll", draw);
  new ResizeObserver(draw).observe(byId("rows"));
}

export async function show() {
  const found = await walk("v1/devices");
  now = Date.now();
  units = found.map((unit) => ({ ...unit, troubles: new Set(of(unit, now).map((trouble) => trouble.id)) }));
  arrange();
}

function arrange() {
  for (const button of byId("counts").children) {
    const id = button.dataset.trouble === "all" ? null : button.dataset.trouble;
    const here = id === null ? units.length : units.filter((unit) => unit.troubles.has(id)).length;
    button.querySelector("b").textContent = count(here);
    button.setAttribute("aria-pressed", String(id === only));
  }

  const words = byId("find").value.trim().toLowerCase();
  const { value } = columns[sorting.column];
  rows = units.filter((unit) => (only === null || unit.troubles.has(only))
    && (unit.device.toLowerCase().includes(words) || (unit.firmware ?? "").toLowerCase().includes(words)));
  rows.sort((a, b) => compare(value(a), value(b)) * (sorting.isDown ? -1 : 1) || compare(a.device, b.device));
  byId("found").textContent = `${count(rows.length)} of ${count(units.length)}`;
  document.querySelectorAll("#rows th").forEach((head, index) => head.setAttribute(
    "aria-sort", index !== sorting.column ? "none" : sorting.isDown ? "descending" : "ascending"));
  draw();
}

function arrangeAnew() {
  byId("rows").scrollTop = 0;
  arrange();
}

// What is not known comes last but for names, which all are.
function compare(a, b) {
  if (a === null || b === null) {
    return Number(a === null) - Number(b === null);
  }

  return a < b ? -1 : a > b ? 1 : 0;
}

function draw() {
  const list = byId("rows");
  const height = parseFloat(getComputedStyle(document.documentElement).fontSize) * 2.5;   // --row
  const first = Math.max(0, Math.floor(list.scrollTop / height) - spareRows);
  const last = Math.min(rows.length, Math.ceil((list.scrollTop + list.clientHeight) / height) + spareRows);
  byId("above").replaceChildren(space(first * height));
  byId("below").replaceChildren(space((rows.length - last) * height));
  byId("shown").replaceChildren(...rows.slice(first, last).map(line));
}

function space(height) {
  const row = element("tr", "", { "aria-hidden": "true" });
  row.style.height = `${height}px`;
  return row;
}

function line(unit) {
  const row = element("tr");
  columns.forEach((column, index) => {
    const cell = element("td", index === 0 ? "" : column.text?.(unit) ?? column.value(unit));
    if (index === 0) {
      cell.append(element("a", unit.device, { href: `#/${encodeURIComponent(unit.device)}` }));
    }

    cell.classList.toggle("wrong", unit.troubles.has(column.wrong));
    row.append(cell);
  });
  return row;
}
