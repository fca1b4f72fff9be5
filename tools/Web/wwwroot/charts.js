// The charts of the newest minutes, drawn anew every second.

import { axes, color, hatching, series } from "./doubt.js";

const windowSecondsMax = 300, windowSecondsMin = 60;
const lateSeconds = 25;   // as Ward.LateMs: until then what has not come may be on its way
const height = 120;
const vitals = [
  { id: "chart-spo2", vital: 0, column: 2, digits: 1, range: [70, 100], splits: [70, 80, 90, 100] },
  { id: "chart-pulse", vital: 1, column: 4, digits: 0, range: [40, 180], splits: [50, 100, 150] },
  { id: "chart-temperature", vital: 4, column: 6, digits: 1, range: [34, 41], splits: [35, 37, 39, 41] },
];

export class Charts {
  constructor() {
    this.rows = [];
    this.alarms = [];
    this.plots = new Map();
    if (typeof uPlot === "undefined") {
      document.getElementById("no-charts").hidden = false;
      return;
    }

    for (const vital of vitals) {
      const place = document.querySelector(`#${vital.id} div`);
      this.plots.set(vital.id, new uPlot(this.options(vital, place), [[], [], []], place));
      const fit = () => this.plots.get(vital.id).setSize({ width: place.clientWidth, height });
      new ResizeObserver(fit).observe(place);
    }

    setInterval(() => this.draw(), 1000);
  }

  show(rows, alarms) {
    this.rows = rows;
    this.alarms = alarms.filter((alarm) => alarm.stage === "Raised");
    for (const vital of vitals) {
      this.tellNewest(vital);
    }

    this.draw();
  }

  // The newest number in words, with its time and its doubt.
  tellNewest(vital) {
    const row = this.rows.at(-1);
    const value = row?.[vital.column];
    const status = row?.[vital.column + 1];
    const text = row === undefined ? "" : value === null ? `no reading: ${status}`
      : `${value.toFixed(vital.digits)}${status === "Valid" ? "" : ` (${status})`}`;
    const time = new Date((row?.[0] ?? 0) * 1000).toLocaleTimeString([], { hour12: false });
    const at = row === undefined ? "" : ` at ${time}`;
    document.querySelector(`#${vital.id} output`).textContent = text + at;
  }

  draw() {
    const end = Math.floor(Date.now() / 1000);
    const age = end - (this.rows[0]?.[0] ?? end) + 5;
    const length = Math.max(windowSecondsMin, Math.min(windowSecondsMax, age));
    const seconds = Array.from({ length: length + 1 }, (_, i) => end - length + i);
    const byTime = new Map(this.rows.map((row) => [row[0], row]));
    for (const vital of vitals) {
      const plot = this.plots.get(vital.id);
      const pick = (isSure) => seconds.map((second) => {
        const row = byTime.get(second);
        return row !== undefined && (row[vital.column + 1] === "Valid") === isSure ? row[vital.column] : null;
      });
      plot?.setData([seconds, pick(true), pick(false)]);
    }
  }

  options(vital, place) {
    const [least, most] = vital.range;
    return {
      width: place.clientWidth, height, legend: { show: false }, cursor: { show: false },
      scales: {
        x: { time: true },
        y: { range: (_, low, high) => [Math.min(least, low ?? least), Math.max(most, high ?? most)] },
      },
      axes: axes(60, [60], vital.splits),
      series,
      hooks: {
        drawClear: [(plot) => this.drawGaps(plot, vital)],
        draw: [(plot) => this.drawMarks(plot, vital)],
      },
    };
  }

  // Hatching over every second without a number, from the first that is known; a bar below what came later.
  drawGaps(plot, vital) {
    const { ctx, bbox } = plot;
    const byTime = new Map(this.rows.map((row) => [row[0], row]));
    const first = this.rows[0]?.[0] ?? Infinity;
    const newest = this.rows.at(-1)?.[0] ?? 0;
    const now = plot.data[0].at(-1);
    const last = now - newest > lateSeconds ? now : newest;
    const pattern = hatching(ctx);
    ctx.save();
    for (const second of plot.data[0]) {
      const row = byTime.get(second);
      const left = plot.valToPos(second - 0.5, "x", true);
      const width = plot.valToPos(second + 0.5, "x", true) - left;
      if (second >= first && second <= last && (row === undefined || row[vital.column] === null)) {
        ctx.fillStyle = pattern;
        ctx.fillRect(left, bbox.top, width, bbox.height);
      }

      if (row?.[1] === 1) {
        ctx.fillStyle = color("--late");
        ctx.fillRect(left, bbox.top + bbox.height - (5 * devicePixelRatio), width, 5 * devicePixelRatio);
      }
    }

    ctx.restore();
  }

  // A line and a name where an alarm of this vital, or of the unit, was raised.
  drawMarks(plot, vital) {
    const { ctx, bbox } = plot;
    const [start] = plot.data[0];
    const isOurs = (alarm) => alarm.vital === vital.vital || alarm.vital < 0;
    const marks = this.alarms.filter((alarm) => isOurs(alarm) && alarm.utcMs / 1000 >= start);
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = color("--bad");
    ctx.lineWidth = 2 * devicePixelRatio;
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.setLineDash([]);
    for (const [index, alarm] of marks.entries()) {
      const row = (12 + (14 * (index % 4))) * devicePixelRatio;   // names of neighbours do not cover each other
      const x = plot.valToPos(alarm.utcMs / 1000, "x", true);
      const isLeft = x > bbox.left + (bbox.width * 0.7);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.textAlign = isLeft ? "right" : "left";
      ctx.fillText(isLeft ? `${alarm.title} ▼ ` : ` ▼ ${alarm.title}`, x, bbox.top + row);
    }

    ctx.restore();
    document.getElementById(vital.id).dataset.marks = marks.map((alarm) => alarm.title).join("; ");
  }
}
