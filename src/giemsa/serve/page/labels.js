// The choice of a label for one cell.
import {isAbstention, kNoCell, labelOf} from './cells.js';
import {el} from './dom.js';
import {classLabel, percent} from './words.js';

/** What a label is called: a class of the model, or that it is no cell. */
export const labelName = (label) => (label === kNoCell ? 'not a cell' : classLabel(label));

/** What the model named, in words: "neutrophil, 98.2 %". */
export const modelSays = (cell) => `${classLabel(cell.class)}, ${percent(cell.confidence)}`;

/** onchange(label): a class, kNoCell, or null for what the model says. The first nine have keys. */
export function labelSelect(cell, classes, onchange) {
  const asModel = isAbstention(cell) ? 'label …' : `✓ ${classLabel(cell.class)}`;
  const select = el('select', {'aria-label': `Label of ${cell.name}`, class: 'label'},
    el('option', {value: ''}, asModel),
    classes.map((name, i) => el('option', {value: name}, (i < 9 ? `${i + 1}  ` : '') + classLabel(name))),
    classes.includes(kNoCell) ? null : el('option', {value: kNoCell}, '–  not a cell'));
  select.addEventListener('change', () => onchange(select.value || null));
  showLabel(select, cell);
  return select;
}

export function showLabel(select, cell) {
  select.value = cell.corrected ?? '';
  select.classList.toggle('changed', cell.corrected !== null);
}

/** The label that a key stands for; undefined for other keys. null: back to the model's. */
export function labelOfKey(key, classes) {
  if (key === '0' || key === 'Backspace' || key === 'Delete') return null;
  if (key === '-') return kNoCell;
  return /^[1-9]$/.test(key) ? classes[Number(key) - 1] : undefined;
}

/** What stands as the heading of a cell. */
export function headingOf(cell) {
  const label = labelOf(cell);
  if (label !== null) return labelName(label);
  return cell.status === 'unlike' ? 'Not a known cell' : 'Not sure';
}
