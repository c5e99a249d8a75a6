import { parse, View } from 'vega';
import { compile } from 'vega-lite';

/**
 * Lines on logarithmic axes, as SVG. A point that a steep line leads to is drawn as a triangle.
 *
 * @param points `{ series, x, micros, steep }`.
 */
export function plot({ title, points }) {
  const axis = (field, name) => ({ field, type: 'quantitative', scale: { type: 'log' }, title: name, axis: { format: '~s', labelOverlap: true } });
  const spec = {
    background: 'white',
    width: 480,
    height: 280,
    data: { values: points },
    encoding: { x: axis('x', title), y: axis('micros', 'µs per session'), color: { field: 'series', type: 'nominal', title: null } },
    layer: [
      { mark: 'line' },
      {
        mark: { type: 'point', filled: true },
        encoding: { shape: { field: 'steep', type: 'nominal', scale: { domain: [false, true], range: ['circle', 'triangle-up'] }, legend: null }, size: { condition: { test: 'datum.steep', value: 120 }, value: 30 } },
      },
    ],
  };
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
