import { ratio } from './report.mjs';

/** A row of the summary whose ratio is to be small: `what` it is, what ours and the alternative cost, and the bar; undefined: no bar. */
export function atMost(what, ours, alternative, figure, bar) {
  return judged(what, ours, alternative, figure, bar, '<=', bar === undefined || middleOf(figure) <= bar);
}

/** The same, of one that is to be large. */
export function atLeast(what, ours, alternative, figure, bar) {
  return judged(what, ours, alternative, figure, bar, '>=', bar === undefined || middleOf(figure) >= bar);
}

/** One whose bar is an amount, not a ratio. */
export function amountAtMost(what, ours, value, bar, print) {
  return { row: [what, ours, '-', '-', `<= ${print(bar)}`], met: value <= bar };
}

function judged(what, ours, alternative, figure, bar, sign, met) {
  const printed = typeof figure === 'number' ? `${figure.toFixed(2)}x` : ratio(figure);
  return { row: [what, ours, alternative, printed, bar === undefined ? '-' : `${sign} ${bar.toFixed(2)}x`], met: bar === undefined ? undefined : met };
}

const middleOf = (figure) => (typeof figure === 'number' ? figure : figure.median);
