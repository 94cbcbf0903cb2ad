// The differential count as a figure and as a table.
import {el, kColours, svg} from './dom.js';
import {classLabel, whole} from './words.js';

// In units of the drawing, which is as wide as the panel.
const kWidth = 320, kHead = 18, kRow = 25, kAxis = 20;
const kBars = 142, kBarsEnd = 240, kCells = 276;

/** Bars of the white cells' shares with their intervals. */
export function countFigure({classes, white}) {
  const rows = classes.map((row, i) => ({...row, colour: i % kColours})).filter(({isWhite}) => isWhite);
  const height = kHead + rows.length * kRow + kAxis;
  const most = axisEnd(Math.max(0, ...rows.map(({high}) => high || 0)));
  const x = (value) => kBars + (kBarsEnd - kBars) * value / most;
  const text = (x, y, words, properties = {}) =>
    svg('text', {x, y, 'text-anchor': 'end', ...properties}, words);
  const spoken = rows.filter(({cells}) => cells > 0)
                     .map(({name, value}) => `${classLabel(name)} ${value.toFixed(1)} %`);
  const label = `Shares of the white cells: ${spoken.join(', ') || 'none yet'}`;
  return svg('svg', {viewBox: `0 0 ${kWidth} ${height}`, role: 'img', 'aria-label': label},
    text(kCells, 11, 'cells', {class: 'head'}), text(kWidth, 11, '%', {class: 'head'}),
    [0, most / 2, most].map((value) => svg('g', {class: 'tick'},
      svg('line', {x1: x(value), x2: x(value), y1: kHead, y2: height - kAxis}),
      text(x(value), height - 5, value === most ? `${value} %` : value, {'text-anchor': 'middle'}))),
    rows.map((row, i) => {
      const y = kHead + i * kRow + kRow / 2;
      const [low, high] = [x(row.low), x(row.high)];
      const width = x(row.value) - x(0);
      const bar = {x: x(0), y: y - 7, width, height: 14, rx: 2, 'data-colour': row.colour};
      const interval = `M${low} ${y}H${high}M${low} ${y - 4}v8M${high} ${y - 4}v8`;
      return svg('g', {class: row.cells > 0 ? '' : 'none'},
        text(kBars - 8, y + 4, shortLabel(row.name)),
        white > 0 ? svg('rect', bar) : null,
        white > 0 ? svg('path', {class: 'interval', d: interval}) : null,
        text(kCells, y + 4, whole(row.cells)),
        text(kWidth, y + 4, white > 0 ? row.value.toFixed(1) : '–', {class: 'value'}));
    }));
}

/** What is counted beside the white cells: pairs for a description list. */
export function countBeside(count) {
  return besides(count).map(([name, cells]) => el('div', {}, el('dt', {}, name), el('dd', {}, whole(cells))));
}

/** The same and the other cells in numbers. */
export function countTable(count) {
  const row = ({name, isWhite, cells, value, low, high}) => el('tr', {},
    el('th', {scope: 'row'}, classLabel(name)), el('td', {}, whole(cells)),
    Number.isFinite(value) ? el('td', {}, value.toFixed(1)) : el('td', {class: 'soft'}, isWhite ? '–' : ''),
    Number.isFinite(value) ? el('td', {class: 'soft'}, `${low.toFixed(1)}–${high.toFixed(1)}`) : el('td'));
  const plain = (name, cells, group) => el('tr', {class: group ?? null},
    el('th', {scope: 'row'}, name), el('td', {}, whole(cells)), el('td'), el('td'));
  return el('table', {class: 'count'},
    el('caption', {class: 'unseen'}, 'Differential count'),
    el('thead', {},
       el('tr', {}, ['Class', 'Cells', '%', '95 %'].map((name) => el('th', {scope: 'col'}, name)))),
    el('tbody', {},
       count.classes.filter(({isWhite}) => isWhite).map(row), plain('white cells', count.white, 'sum')),
    el('tbody', {}, besides(count).map(([name, cells]) => plain(name, cells))));
}

const besides = (count) => [
  ...count.classes.filter(({isWhite}) => !isWhite).map(({name, cells}) => [classLabel(name), cells]),
  ...(count.noCells > 0 ? [['not a cell', count.noCells]] : []),
  ['abstained', count.abstained], ['not readable', count.unreadable],
];

/** The next of 10, 20, 40, 60, 80, 100. */
const axisEnd = (value) => [10, 20, 40, 60, 80].find((end) => value <= end) ?? 100;

/** What fits beside the bars. */
const shortLabel = (name) => (classLabel(name).length > 20 ? name : classLabel(name));
