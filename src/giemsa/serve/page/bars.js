// Probabilities as bars.
import {el, kColours} from './dom.js';
import {classLabel, percent} from './words.js';

/** The `most` most probable classes, in that order; those of the conformal set are marked. */
export function probabilityBars(cell, classes, most = Infinity) {
  const ordered = classes.map((name, i) => ({name, i, share: cell.probabilities[name]}))
                      .sort((a, b) => b.share - a.share).slice(0, most);
  return el('ul', {class: 'bars'}, ordered.map(({name, i, share}) => {
    const bar = el('span', {class: 'bar', 'aria-hidden': 'true', 'data-colour': i % kColours}, el('i'));
    bar.firstChild.style.width = `${100 * share}%`;
    return el('li', {},
      el('span', {class: 'of'}, classLabel(name)), el('span', {class: 'share'}, percent(share)), bar);
  }));
}

/** What the conformal set says beyond the answer, or '': "may be ig or neutrophil". */
export function otherClasses(cell) {
  if (cell.set === null || (cell.set.length === 1 && cell.set[0] === cell.class)) return '';
  if (cell.set.length === 0) return 'look yourself';
  return `may be ${cell.set.map(classLabel).join(' or ')}`;
}
