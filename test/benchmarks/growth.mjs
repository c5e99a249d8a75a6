import { growthOverConnections } from './growth-connections.mjs';
import { growthOverContent } from './growth-content.mjs';

/** Above it, a line is worse than linear and not just badly measured. */
const STEEP = 1.15;

const AXES = {
  attributes: 'attributes of the root',
  children: 'children of the root',
  bytes: 'bytes of the body',
  connections: 'connections',
};

export async function section({ quick }) {
  const points = [...(await growthOverContent({ quick })), ...(await growthOverConnections({ quick }))];
  return {
    title: 'How cost grows',
    text: `µs per session (wall), medians of rounds. Attributes, children and body: intake, folding, mapping and printing, of traces none of which has been seen
before. Connections: from the first span to the last answer, on servers with a latency of 0 and 5 ms, beside the bare loop. In brackets the slope since the row
above on logarithmic axes: 1 is linear, and what is above ${STEEP} is marked by !.`,
    tables: Object.entries(AXES).map(([axis, title]) => tableOf(title, points.filter((point) => point.axis === axis))),
    bars: [],
    plots: Object.entries(AXES).map(([axis, title]) => ({ name: `growth-${axis}`, title, points: points.filter((point) => point.axis === axis).map((point, _, all) => ({ ...point, steep: isSteep(slopeAt(point, all)) })) })),
  };
}

function tableOf(title, points) {
  const series = [...new Set(points.map(({ series }) => series))];
  const sizes = [...new Set(points.map(({ x }) => x))];
  const cell = (name, x) => {
    const point = points.find((point) => point.series === name && point.x === x);
    if (point === undefined) return '-';
    const slope = slopeAt(point, points);
    return `${point.micros.toFixed(1)} µs${slope === undefined ? '' : ` (${slope.toFixed(2)}${isSteep(slope) ? ' !' : ''})`}`;
  };
  return { head: [title, ...series], rows: sizes.map((x) => [x.toLocaleString('en'), ...series.map((name) => cell(name, x))]) };
}

const isSteep = (slope) => slope !== undefined && slope > STEEP;

/** Of the line that leads to a point; undefined at the first. */
function slopeAt(point, points) {
  const line = points.filter(({ series }) => series === point.series);
  const before = line[line.findIndex(({ x }) => x === point.x) - 1];
  return before && Math.log(point.micros / before.micros) / Math.log(point.x / before.x);
}
