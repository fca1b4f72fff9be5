// What is wrong with a unit, from what the API says of it. The limits are the operator's; the unit has its own.

const lateMs = 300_000;          // as pulsegate_devices_late of the metrics
const fillingMinutes = 12 * 60;
const endingDays = 30;           // as the unit begins to warn
const poorQuality = 30;          // below it a unit begins to show no pulse rate (docs/signal-chain.md)
const dayMs = 86_400_000;

export const troubles = [
  { id: "late", name: "late", is: (unit, now) => now - Date.parse(unit.lastReceived) > lateMs },
  { id: "filling", name: "filling up", is: (unit) => number(unit, "freeMinutes") !== null
    && number(unit, "stored") > 0 && number(unit, "freeMinutes") < fillingMinutes },
  { id: "missing", name: "with gaps", is: (unit) => unit.missing > 0 },
  { id: "lost", name: "lost readings", is: (unit) => number(unit, "dropped") > 0 || number(unit, "lostReadings") > 0 },
  { id: "sensor", name: "sensor faults", is: (unit) => number(unit, "oximeterFaults") > 0
    || number(unit, "temperatureFaults") > 0 },
  { id: "quality", name: "poor signal", is: (unit) => unit.quality !== null && unit.quality < poorQuality },
  { id: "ending", name: "certificate ends", is: (unit, now) => number(unit, "certificateEndDay") > 0
    && number(unit, "certificateEndDay") - now / dayMs < endingDays },
  { id: "doubt", name: "broken chain, conflict", is: (unit) => unit.chainBreaks > 0 || unit.conflicts > 0 },
];

export const of = (unit, now) => troubles.filter((trouble) => trouble.is(unit, now));

// A counter of the unit's newest health message; null when it has not said.
export function number(unit, name) {
  return unit.health?.[name] ?? null;
}

export function endOfCertificate(unit) {
  const day = number(unit, "certificateEndDay");
  return day > 0 ? new Date(day * dayMs).toISOString().slice(0, 10) : "";
}
