// A chart over a time that has been: what is sure, what is not, what is missing, and what came later.

import { axes, color, hatching, series } from "./doubt.js";

const height = 130;
const incrs = [60, 300, 600, 1800];

export class Chart {
  constructor(id, range, splits) {
    this.figure = document.getElementById(id);
    this.bySecond = new Map();
    this.marks = [];
    if (typeof uPlot === "undefined") {
      document.getElementById("no-charts").hidden = false;
      return;
    }

    const place = this.figure.querySelector("div");
    this.plot = new uPlot({
      width: place.clientWidth || 600, height, legend: { show: false }, cursor: { show: false },
      scales: {
        x: { time: true },
        y: { range: (_, low, high) => [Math.min(range[0], low ?? range[0]), Math.max(range[1], high ?? range[1])] },
      },
      axes: axes(80, incrs, splits),
      series,
      hooks: { drawClear: [() => this.drawGaps()], draw: [() => this.drawMarks()] },
    }, [[], [], []], place);
    new ResizeObserver(() => this.plot.setSize({ width: place.clientWidth, height })).observe(place);
  }

  // readings: { second, value, isSure, isLate }; marks: { second, name }
  show(first, last, readings, marks) {
    this.bySecond = new Map(readings.map((reading) => [reading.second, reading]));
    this.marks = marks.filter((mark) => mark.second >= first && mark.second <= last);
    const start = Math.ceil(first);
    const seconds = Array.from({ length: Math.floor(last) - start }, (_, i) => start + i);
    const pick = (isSure) => seconds.map((second) => {
      const reading = this.bySecond.get(second);
      return reading?.isSure === isSure ? reading.value : null;
    });
    this.figure.dataset.marks = this.marks.map((mark) => mark.name).join("; ");
    this.figure.dataset.numbers = String(readings.filter((reading) => reading.value !== null).length);
    this.figure.dataset.late = String(readings.filter((reading) => reading.isLate).length);
    this.plot?.setData([seconds, pick(true), pick(false)]);
  }

  // Hatching over every run of seconds without a number; a bar below what came later.
  drawGaps() {
    this.drawRuns((reading) => reading === undefined || reading.value === null, hatching(this.plot.ctx), 1);
    this.drawRuns((reading) => reading?.isLate === true, color("--late"), 0.04);
  }

  drawRuns(isIn, style, share) {
    const { ctx, bbox, data } = this.plot;
    const [seconds] = data;
    ctx.save();
    ctx.fillStyle = style;
    let from = null;
    for (let i = 0; i <= seconds.length; i++) {
      const isNow = i < seconds.length && isIn(this.bySecond.get(seconds[i]));
      if (isNow && from === null) {
        from = seconds[i];
      } else if (!isNow && from !== null) {
        const left = this.plot.valToPos(from - 0.5, "x", true);
        const width = this.plot.valToPos(seconds[i - 1] + 0.5, "x", true) - left;
        ctx.fillRect(left, bbox.top + (bbox.height * (1 - share)), width, bbox.height * share);
        from = null;
      }
    }

    ctx.restore();
  }

  drawMarks() {
    const { ctx, bbox } = this.plot;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = color("--bad");
    ctx.lineWidth = devicePixelRatio;
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    for (const [index, mark] of this.marks.entries()) {
      const x = this.plot.valToPos(mark.second, "x", true);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.textAlign = x > bbox.left + (bbox.width * 0.7) ? "right" : "left";
      ctx.fillText(` ▼ ${mark.name} `, x, bbox.top + ((12 + (14 * (index % 4))) * devicePixelRatio));
    }

    ctx.restore();
  }
}
