// How doubt is drawn: a line where a number is valid, a grey dashed one where it is not sure, hatching where there
// is none, and nothing is ever drawn across a gap.

const grey = "#8a8f94";

export const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// A number without a neighbour has no line: it is a dot.
const dots = {
  size: 4, show: false,
  filter: (plot, index) => plot.data[index].flatMap((value, i, all) =>
    value !== null && (all[i - 1] ?? null) === null && (all[i + 1] ?? null) === null ? [i] : []),
};

// Time, what is sure, what is not.
export const series = [
  {},
  { stroke: () => color("--sure"), width: 2, spanGaps: false, points: dots },
  { stroke: grey, width: 2, dash: [5, 4], spanGaps: false, points: dots },
];

export function axes(space, incrs, splits) {
  const axis = { stroke: () => color("--soft"), grid: { stroke: () => color("--line"), width: 1 } };
  return [
    { ...axis, size: 28, space, incrs, values: (_, seconds) => seconds.map(clock) },
    { ...axis, size: 44, splits: () => splits },
  ];
}

function clock(second) {
  const shape = { hour: "2-digit", minute: "2-digit", hour12: false };
  return new Date(second * 1000).toLocaleTimeString([], shape);
}

export function hatching(context) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8 * devicePixelRatio;
  const ink = tile.getContext("2d");
  ink.strokeStyle = grey;
  ink.lineWidth = devicePixelRatio;
  ink.beginPath();
  ink.moveTo(0, tile.height);
  ink.lineTo(tile.width, 0);
  ink.stroke();
  return context.createPattern(tile, "repeat");
}
