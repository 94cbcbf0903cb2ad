// The form by which cells are sorted and filtered.
import {labelOf} from './cells.js';
import {byId, dot, el} from './dom.js';
import {classLabel, whole} from './words.js';
import {emptyChoice, isPlain, kUnnamed} from './view.js';

export class Choice {
  #form = byId('choice');
  #onChange;
  #chips;
  current = emptyChoice();

  /** onChange(): `current` is another one. */
  constructor(classes, onChange) {
    this.#onChange = onChange;
    this.#chips = new Map(classes.map((name, i) => [name, this.#chip(name, dot(i))]));
    this.#chips.set(kUnnamed, this.#chip(kUnnamed, null));
    byId('classes').replaceChildren(...[...this.#chips.values()].map(({button}) => button));
    this.#form.addEventListener('input', () => this.#read());
    this.#form.addEventListener('submit', (event) => event.preventDefault());
    this.#form.addEventListener('reset', () => {
      this.current.classes.clear();
      setTimeout(() => this.#read());  // the fields are as at first only after the event
    });
    if (matchMedia('(max-width: 48rem)').matches) byId('tools-bar').open = false;
  }

  reset() {
    this.#form.reset();
  }

  /** How many cells there are of each class. */
  count(cells) {
    const tally = new Map([...this.#chips.keys()].map((name) => [name, 0]));
    for (const cell of cells) {
      if (cell.status === 'waiting' || cell.status === 'unreadable') continue;
      const name = labelOf(cell) ?? kUnnamed;
      if (tally.has(name)) tally.set(name, tally.get(name) + 1);
    }
    for (const [name, {number}] of this.#chips) number.textContent = whole(tally.get(name));
  }

  #chip(name, mark) {
    const number = el('span', {class: 'number'}, '0');
    const button = el('button', {type: 'button', class: 'chip', 'aria-pressed': 'false', 'data-name': name},
                      mark, classLabel(name), ' ', number);
    button.addEventListener('click', () => {
      const {classes} = this.current;
      if (!classes.delete(name)) classes.add(name);
      this.#read();
    });
    return {button, number};
  }

  #read() {
    const {classes} = this.current;
    // The two knobs may pass each other: what lies between them counts.
    const [least, most] = [byId('least'), byId('most')].map(({value}) => Number(value)).sort((a, b) => a - b);
    this.current = {classes, least: least / 100, most: most / 100, text: byId('text').value,
                    correctedOnly: byId('corrected-only').checked, order: byId('order').value};
    this.#chips.forEach(({button}, name) => button.setAttribute('aria-pressed', String(classes.has(name))));
    byId('range-words').textContent = `${least} to ${most} %`;
    const track = byId('least').parentElement.style;
    track.setProperty('--least', `${least}%`);
    track.setProperty('--most', `${most}%`);
    byId('show-all').hidden = isPlain(this.current);
    this.#onChange();
  }
}
