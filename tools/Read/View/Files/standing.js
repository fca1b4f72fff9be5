// Alarms that stand now in the whole fleet, highest priority first, with what makes each of them doubtful.

import { ago, ask, byId, element, time } from "./client.js";

const shownMax = 200;
const doubts = { Late: "nothing has come since; it may have ended", Missing: "a later record is missing; it may have ended" };

export async function show() {
  const page = await ask("v1/alarms?limit=1000");
  const counts = ["High", "Medium", "Low"].map((priority) =>
    `${page.items.filter((item) => item.alarm.priority === priority).length} ${priority.toLowerCase()}`);
  const more = page.next === null ? "" : `; of the first ${page.items.length.toLocaleString()}, there are more`;
  byId("standing-count").textContent = page.items.length === 0 ? "none" : counts.join(", ") + more;
  byId("standing-list").replaceChildren(...page.items.slice(0, shownMax).map(line));
  byId("standing-rest").textContent = page.items.length > shownMax ? `The first ${shownMax} are shown.` : "";
}

function line({ alarm, lastReceived, doubt }) {
  const row = element("li", "", { "data-priority": alarm.priority });
  const value = alarm.value === null ? "" : ` ${alarm.value} ${alarm.unit ?? ""} (limit ${alarm.limit})`;
  const seen = alarm.acknowledgedBy === null ? "" : `; seen by ${alarm.acknowledgedBy}`;
  const words = element("span");
  words.append(
    element("b", `${alarm.priority} `), element("a", alarm.device, { href: `#/${encodeURIComponent(alarm.device)}` }),
    `: ${alarm.condition}${value}, ${alarm.stage} ${time(alarm.utc)}${seen}`);
  row.append(words);
  if (doubt !== null) {
    row.append(element("em", ` heard ${ago(Date.now() - Date.parse(lastReceived))} ago: ${doubts[doubt]}`));
  }

  return row;
}
