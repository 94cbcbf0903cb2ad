// The differential count, as `giemsa predict` counts. Pure functions.
import {isAbstention, kNoCell, labelOf} from './cells.js';

/** Wilson's 95 % interval (1927) of a share of `count`, as [low, high] from 0 to 1. */
function wilson(share, count) {
  const z = 1.959963984540054;
  const middle = share + z * z / (2 * count);
  const half = z * Math.sqrt(share * (1 - share) / count + z * z / (4 * count * count));
  const scale = 1 / (1 + z * z / count);
  return [Math.max(0, scale * (middle - half)), Math.min(1, scale * (middle + half))];
}

/**
 * model: of /v1/model. White cells get their per cent of all white cells with its interval, in the order of
 * the model's classes; what a person named counts as named.
 * → {classes: [{name, isWhite, cells, value, low, high}], white, noCells, abstained, unreadable, corrected}
 */
export function differentialCount(cells, {classes, white}) {
  const tally = new Map(classes.map((name) => [name, 0]));
  const others = {noCells: 0, abstained: 0, unreadable: 0, corrected: 0};
  for (const cell of cells) {
    const label = labelOf(cell);
    if (cell.corrected !== null) others.corrected += 1;
    if (label === kNoCell && !tally.has(kNoCell)) others.noCells += 1;
    else if (label !== null) tally.set(label, tally.get(label) + 1);
    else if (isAbstention(cell)) others.abstained += 1;
    else if (cell.status === 'unreadable') others.unreadable += 1;
  }
  const isWhite = new Set(white);
  const all = white.reduce((sum, name) => sum + tally.get(name), 0);
  return {
    classes: classes.map((name) => {
      const row = {name, isWhite: isWhite.has(name), cells: tally.get(name), value: NaN, low: NaN, high: NaN};
      if (!row.isWhite || all === 0) return row;
      const [low, high] = wilson(row.cells / all, all);
      return {...row, value: 100 * row.cells / all, low: 100 * low, high: 100 * high};
    }),
    white: all,
    ...others,
  };
}
