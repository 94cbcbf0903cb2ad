// The help dialog.
import {byId, el} from './dom.js';

const kKeys = [
  [['←', '→', '↑', '↓'], 'to the next card'],
  [['Home', 'End', 'Page ↑', 'Page ↓'], 'far'],
  [['Enter'], 'all about the cell: large picture, overlay for any class, all probabilities'],
  [['o', 'Space'], 'keep the overlay shown, or no longer'],
  [['1', '…', '9'], 'label it as the first, … ninth class'],
  [['-'], 'label it as no cell'],
  [['0', 'Del'], 'take the label back'],
  [['l'], 'to the choice of labels'],
  [['?'], 'this help'],
];

const drawn = (key) => (key === '…' ? key : el('kbd', {}, key));

byId('keys').append(...kKeys.map(([keys, does]) =>
  el('div', {}, el('dt', {}, keys.map(drawn)), el('dd', {}, does))));
byId('help-open').addEventListener('click', openHelp);
byId('help-close').addEventListener('click', () => byId('help').close());

export function openHelp() {
  byId('help').showModal();
}
