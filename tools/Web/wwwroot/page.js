// The unit on the left as it is told by the event "face", the backend on the right by "ward", "outages" and
// "balance". Each event is a whole state: what is shown is the newest, or marked as old.
import { Charts } from "./charts.js";

const byId = (id) => document.getElementById(id);
const isStill = matchMedia("(prefers-reduced-motion: reduce)");
const charts = new Charts();
const colors = {
  red: "#ff2d20", green: "#00a862", yellow: "#ffd400", blue: "#2b6cff", magenta: "#d633d6",
  "pale blue": "#6fe3ff", white: "#fff", dark: "#2b3640",
};

const silenceMax = 5000;   // "balance" comes twice a second
const comeAgainAfter = 3000;
let heardAt = Date.now();
const shows = { face: showFace, ward: showWard, outages: showOutages, balance: showBalance };

function listen() {
  const source = new EventSource("events");
  for (const [name, show] of Object.entries(shows)) {
    source.addEventListener(name, (event) => {
      heardAt = Date.now();
      showOld(false);
      show(JSON.parse(event.data));
    });
  }

  source.onerror = () => {
    showOld(true);
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(listen, comeAgainAfter);   // refused, as by a demo with too many onlookers: no browser asks again
    }
  };
}

listen();
setInterval(() => {
  if (Date.now() - heardAt > silenceMax) {
    showOld(true);
  }
}, 1000);

function showOld(isOld) {
  byId("stale").hidden = !isOld;
  document.body.classList.toggle("old", isOld);
}

let frameShown = null;
let frameWanted = null;
let isLoading = false;

function loadFrame() {
  if (isLoading || frameShown === frameWanted) {
    return;
  }

  isLoading = true;
  const frame = frameWanted;
  const next = new Image();
  next.onload = () => {
    byId("screen").src = next.src;
    frameShown = frame;
    isLoading = false;
    setTimeout(loadFrame, 100);
  };
  next.onerror = () => {
    isLoading = false;
  };
  next.src = `frame.png?v=${frame}`;
}

function showFace(face) {
  frameWanted = face.frame;
  loadFrame();
  setText("alarm", face.alarm);
  byId("screen").alt = `The display of the unit. ${face.words}`;
  showLight(face.light);
  noteSound(face.light.volume, face.sound);
  document.querySelectorAll("[data-button]").forEach((button) => {
    button.disabled = !face.hasPower;
  });
  for (const [name, isOn] of Object.entries(face.controls)) {
    const button = document.querySelector(`[data-control="${name}"]`);
    button.disabled = isOn === null;
    button.setAttribute("aria-pressed", String(isOn === true));
  }
}

function showLight(light) {
  const isLit = light.isRed || light.isGreen || light.isBlue;
  const isShown = isStill.matches ? light.litPercent > 0 : isLit;   // who wants no motion reads the rate
  const lamp = byId("lamp");
  lamp.style.background = colors[isShown ? light.color : "dark"];
  lamp.style.boxShadow = isShown ? `0 0 1.2rem ${colors[light.color]}` : "none";
  byId("speaker").classList.toggle("on", light.volume > 0);
  const flashes = `, flashes ${light.flashesPerMinute} times a minute, lit ${light.litPercent} %`;
  const steady = light.litPercent > 0 ? ", steady" : "";
  setText("light-words", `Light: ${light.color}${light.flashesPerMinute > 0 ? flashes : steady}`);
}

// A burst is heard until the next is due, or its alarm sounds no more.
const burstEvery = { High: 6500, Medium: 8000, Low: 20500, None: 1500 };
let soundUntil = 0;
let volumeHeard = 0;
let soundOf = "None";

function noteSound(volume, priority) {
  if (priority !== soundOf) {
    soundOf = priority;
    soundUntil = 0;
  }

  if (volume > 0) {
    soundUntil = Date.now() + burstEvery[priority];
    volumeHeard = volume;
  }

  setText("sound-words", Date.now() < soundUntil ? `Sound: beeps, volume ${volumeHeard} %` : "Sound: silent");
}

function setText(id, text) {
  const element = byId(id);
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

function time(utcMs) {
  return new Date(utcMs).toLocaleTimeString([], { hour12: false });
}

// Items of text alone: what comes from the database is never read as HTML.
function fillList(id, items, nothing) {
  const list = byId(id);
  list.replaceChildren(...items.map(([when, text]) => {
    const item = document.createElement("li");
    const stamp = document.createElement("time");
    stamp.textContent = when;
    item.append(stamp, " ", text);
    return item;
  }));
  if (items.length === 0) {
    list.append(Object.assign(document.createElement("li"), { textContent: nothing }));
  }
}

const stages = {
  Raised: "raised", Cleared: "over", Acknowledged: "seen at the bedside",
  AudioPaused: "sound paused at the bedside", AudioReturned: "sound is back", Unattended: "nobody answers",
};

function showWard(ward) {
  charts.show(ward.readings, ward.alarms);
  fillList("alarms", ward.alarms.toReversed().map((alarm) => [
    time(alarm.utcMs),
    `${alarm.title}: ${stages[alarm.stage] ?? alarm.stage} (${alarm.priority.toLowerCase()}, `
      + `in the database after ${(Math.max(0, alarm.delayMs) / 1000).toFixed(1)} s)`,
  ]), "none");
  fillList("events", ward.events.toReversed().map((event) => [time(event.utcMs), event.text]), "none");
}

function showOutages(outages) {
  fillList("outages", outages.toReversed().map((outage) => [
    `${time(outage.fromUtcMs)} to ${outage.toUtcMs ? time(outage.toUtcMs) : "now"}`,
    outage.toUtcMs
      ? `${outage.backfilled} readings came later, ${outage.missing} s without a reading`
      : `nothing has come for ${outage.missing} s`,
  ]), "none");
}

function showBalance(balance) {
  for (const cell of document.querySelectorAll("[data-count]")) {
    cell.textContent = balance[cell.dataset.count];
    const isWrong = cell.dataset.count === "unaccounted" && balance.unaccounted > 0;
    cell.parentElement.classList.toggle("wrong", isWrong);
  }

  const words = [`${balance.starts} ${balance.starts === 1 ? "start" : "starts"} of the unit.`];
  if (balance.lostWithPower > 0) {
    words.push(`${balance.lostWithPower} readings were in RAM when the power went.`);
  }

  if (balance.spoiledCount > 0) {
    words.push(`The flash was damaged ${balance.spoiledCount} times: what it had alone stays unaccounted for, `
      + "and the unit says so among the events.");
  }

  words.push(balance.problem);
  setText("balance-words", words.join(" "));
}

function send(path) {
  return fetch(path, { method: "POST", headers: { "X-Pulsegate": "page" } });
}

for (const button of document.querySelectorAll("[data-button]")) {
  button.addEventListener("click", () => send(`button/${button.dataset.button}`));
}

for (const button of document.querySelectorAll("[data-control]")) {
  button.addEventListener("click", async () => {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    const answer = await send(`control/${button.dataset.control}?on=${isOn}`);
    const words = isOn ? button.dataset.on : button.dataset.off;
    setText("happening", answer.ok ? words : "That is not possible now.");
  });
}
