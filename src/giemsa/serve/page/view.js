// Which cells are shown, and in which order. Pure functions.
import {isAbstention, labelOf} from './cells.js';
import {byName} from './intake.js';

/** Stands among the classes of a choice for what the model abstained from and nobody named. */
export const kUnnamed = 'abstained';

export const emptyChoice = () =>
  ({classes: new Set(), least: 0, most: 1, text: '', correctedOnly: false, order: 'added'});

export const isPlain = ({classes, least, most, text, correctedOnly}) =>
  classes.size === 0 && least === 0 && most === 1 && text === '' && !correctedOnly;

/** → {named, abstained, unreadable}: lists of cells as `choice` wants them. */
export function arrange(cells, choice) {
  const wanted = choice.text.trim().toLowerCase();
  const hasText = (cell) => wanted === '' || cell.name.toLowerCase().includes(wanted);
  const isChosen = (cell) => hasText(cell) && (!choice.correctedOnly || cell.corrected !== null) &&
      cell.confidence >= choice.least && cell.confidence <= choice.most &&
      (choice.classes.size === 0 || choice.classes.has(labelOf(cell) ?? kUnnamed));
  const hasOnlyText = isPlain({...choice, text: ''});

  const lists = {named: [], abstained: [], unreadable: []};
  for (const cell of cells) {
    if (cell.status === 'waiting') continue;
    if (cell.status === 'unreadable') {
      if (hasOnlyText && hasText(cell)) lists.unreadable.push(cell);  // it has neither class nor confidence
    } else if (isChosen(cell)) {
      lists[isAbstention(cell) ? 'abstained' : 'named'].push(cell);
    }
  }
  const compare = kOrders[choice.order];
  if (compare) Object.values(lists).forEach((list) => list.sort(compare));
  return lists;
}

const shownClass = (cell) => labelOf(cell) ?? cell.class ?? '';
const text = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** By name; sorting is stable, so cells that are equal stay in the order in which they were added. */
const kOrders = {
  added: null,
  name: byName,
  class: (a, b) => text(shownClass(a), shownClass(b)) || b.confidence - a.confidence,
  least: (a, b) => a.confidence - b.confidence,
  most: (a, b) => b.confidence - a.confidence,
};
