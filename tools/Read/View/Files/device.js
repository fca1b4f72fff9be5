// One unit: its vitals over a time with all their doubt, its alarms, what is missing, and every message as it came.

import { Chart } from "./chart.js";
import { ask, byId, element, showProblem, time, walk } from "./client.js";
import { endOfCertificate, of } from "./trouble.js";

const lateMs = 180_000;
const alarmsShownMax = 200;
const vitals = [
  { name: "spO2", range: [70, 100], splits: [70, 80, 90, 100] },
  { name: "pulseRate", range: [40, 180], splits: [50, 100, 150] },
  { name: "skinTemperature", range: [30, 41], splits: [30, 35, 40] },
];

let charts = null;
let device = "";
let end = null;   // of the time that is shown, ms; null for the newest
let asked = 0;    // an answer to an older question is not shown

export function begin(refresh) {
  document.querySelectorAll("[data-move]").forEach((button) => button.addEventListener("click", () => {
    const steps = Number(button.dataset.move);
    end = steps === 0 ? null : (end ?? Date.now()) + (steps * length());
    refresh();
  }));
  byId("length").addEventListener("change", refresh);
}

const length = () => Number(byId("length").value) * 1000;

export async function show(name) {
  if (name !== device) {
    device = name;
    end = null;
  }

  const question = ++asked;
  const path = `v1/devices/${encodeURIComponent(name)}`;
  const unit = await ask(path);
  const last = end ?? Date.parse(unit.lastReceived);
  const [from, to] = [new Date(last - length()), new Date(last)];
  const [readings, alarms, gaps] = await Promise.all([
    walk(`${path}/readings?from=${from.toISOString()}&to=${to.toISOString()}`), walk(`${path}/alarms`), ask(`${path}/gaps?limit=1000`),
  ]);
  if (question !== asked) {
    return;
  }

  byId("name").textContent = name;
  byId("trouble").textContent = of(unit, Date.now()).map((trouble) => trouble.name).join(", ");
  byId("window").textContent = `${time(from)} to ${time(to)}`;
  showReadings(readings, alarms, from, to);
  fill("alarms", alarms.slice(-alarmsShownMax).reverse().map((alarm) => alarmLine(alarm)), "none");
  fill("gaps", gapLines(gaps), "nothing is missing, and nothing was declared lost");
  fill("records", recordLines(readings), "no record of this time");
  showFacts(unit);
}

function showReadings(readings, alarms, from, to) {
  const isLate = (reading) => Date.parse(reading.received) - Date.parse(reading.utc) > lateMs;
  charts ??= vitals.map((vital) => new Chart(`chart-${vital.name}`, vital.range, vital.splits));
  vitals.forEach((vital, index) => charts[index].show(
    from.getTime() / 1000, to.getTime() / 1000,
    readings.map((reading) => ({
      second: Math.round(Date.parse(reading.utc) / 1000), value: reading[vital.name].value,
      isSure: reading[vital.name].status === "Valid" && reading.utcSource !== "estimate", isLate: isLate(reading),
    })),
    alarms.filter((alarm) => alarm.stage === "Raised" && alarm.utc !== null)
      .map((alarm) => ({ second: Date.parse(alarm.utc) / 1000, name: alarm.condition }))));
  const guessed = readings.filter((reading) => reading.utcSource === "estimate").length;
  const late = readings.filter(isLate).length;
  byId("doubt").textContent = `${readings.length} readings, ${late} of them came later`
    + `${guessed > 0 ? `, ${guessed} at a time that the unit had only estimated (drawn as doubtful)` : ""}. `
    + "Readings whose time is not known at all are not drawn; their records are in the CSV of the API.";
}

function alarmLine(alarm) {
  const value = alarm.value === null ? "" : ` ${alarm.value} ${alarm.unit ?? ""} (limit ${alarm.limit})`;
  const seen = alarm.acknowledgedBy === null ? "" : `; seen by ${alarm.acknowledgedBy}`;
  const line = element("li");
  line.append(element("span", `${time(alarm.utc)}: ${alarm.condition}, ${alarm.priority}, `
    + `${alarm.stage}${value}${seen}`), messageButton(alarm));
  if (alarm.stage === "Raised" && alarm.acknowledgedBy === null) {
    const button = element("button", "Seen", { type: "button", title: "Notes who has seen it. It silences nothing at the bedside." });
    button.addEventListener("click", () => tell(async () => {
      await ask(`v1/devices/${encodeURIComponent(device)}/alarms/${alarm.epoch}/${alarm.sequence}/acknowledgement`, "POST");
      await show(device);
    }));
    line.append(button);
  }

  return line;
}

function gapLines(gaps) {
  const missing = gaps.missing.map((gap) => element("li",
    `records ${gap.first} to ${gap.last} of store ${gap.epoch} are missing, and may still come`));
  const declared = gaps.declared.map((gap) => {
    const line = element("li");
    line.append(element("span", `records ${gap.first} to ${gap.last}: ${gap.reason}, declared by the unit`
      + `${gap.readings === null ? "" : `, ${gap.readings} readings`}`), messageButton(gap));
    return line;
  });
  const more = gaps.next === null ? [] : [element("li", "there are more: ask the API for the gaps")];
  return [...missing, ...declared.reverse(), ...more];
}

function recordLines(readings) {
  const records = new Map();
  for (const reading of readings) {
    const name = `${reading.epoch}.${reading.sequence}`;
    const record = records.get(name) ?? { ...reading, count: 0 };
    record.count++;
    records.set(name, record);
  }

  const newestFirst = [...records.values()].sort((a, b) => Date.parse(b.utc) - Date.parse(a.utc));
  return newestFirst.map((record) => {
    const line = element("li");
    line.append(element("span", `${time(record.utc)}: record ${record.sequence}, ${record.count} readings`), messageButton(record));
    return line;
  });
}

function messageButton(record) {
  const button = element("button", "Message", { type: "button" });
  button.addEventListener("click", () => tell(async () => {
    const raw = await ask(`v1/devices/${encodeURIComponent(device)}/records/${record.epoch}/${record.sequence}`);
    byId("message-title").textContent = `Record ${raw.sequence}, ${raw.kind}: ${raw.verification}`;
    byId("message-words").textContent = `Store ${raw.epoch}, key version ${raw.keyVersion}, received ${time(raw.received)}. `
      + "As it came:";
    byId("message-text").textContent = raw.jws;
    byId("message").showModal();
  }));
  return button;
}

function showFacts(unit) {
  const said = Object.entries(unit.health ?? {}).sort(([a], [b]) => a < b ? -1 : 1);
  const facts = [
    ["firmware", unit.firmware ?? "not said"], ["last heard", time(unit.lastReceived)], ["first heard", time(unit.firstReceived)],
    ["certificate ends", endOfCertificate(unit) || "not said"], ["records", unit.records], ["readings", unit.readings],
    ["health message of", unit.healthReceived === null ? "never" : time(unit.healthReceived)], ...said,
  ];
  byId("facts").replaceChildren(...facts.flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
}

function fill(id, lines, nothing) {
  byId(id).replaceChildren(...(lines.length > 0 ? lines : [element("li", nothing)]));
}

// A refusal is of this one thing: what is shown stays.
async function tell(act) {
  try {
    showProblem("");
    await act();
  } catch (problem) {
    byId("problem").textContent = problem.message;
    byId("problem").hidden = false;
  }
}
