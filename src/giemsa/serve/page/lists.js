// The three lists of the page: what is named, what the model abstains from, what is not readable.
import {byId, el} from './dom.js';
import {Grid} from './grid.js';
import {arrange} from './view.js';
import {whole} from './words.js';

const kMostUnreadable = 200;  // that are listed; all are counted
const kJumps = {abstained: 'to look at yourself', unreadable: 'not readable', named: 'named'};

export class Lists {
  #grids;
  #shown = {named: [], abstained: [], unreadable: []};

  /** context: as for Grid. */
  constructor(context) {
    const grid = (name) => new Grid(byId(name).querySelector('.grid'), context);
    this.#grids = {named: grid('named'), abstained: grid('abstained')};
  }

  /** choice: of view.js. */
  draw(cells, choice) {
    this.#shown = arrange(cells, choice);
    const isAny = cells.some(({status}) => status !== 'waiting');
    byId('results').hidden = !isAny;
    for (const [name, list] of Object.entries(this.#shown)) {
      const section = byId(name);
      section.hidden = list.length === 0;
      section.querySelector('.number').textContent = whole(list.length);
      this.#grids[name]?.show(list);
    }
    this.#drawJumps();
    this.#drawUnreadable();
    byId('nothing').hidden = !isAny || Object.values(this.#shown).some((list) => list.length > 0);
  }

  /** Draws a cell anew where it is: it does not go to another place while one looks at it. */
  update(cell) {
    Object.values(this.#grids).forEach((grid) => grid.update(cell));
  }

  /** The cells among which this one is shown. */
  neighbours(cell) {
    return this.#shown.named.includes(cell) ? this.#shown.named : this.#shown.abstained;
  }

  focus(cell) {
    Object.values(this.#grids).forEach((grid) => grid.focus(cell));
  }

  /** Links to the lists, since one of them may be long. */
  #drawJumps() {
    const names = Object.keys(kJumps).filter((name) => this.#shown[name].length > 0);
    byId('jumps').hidden = names.length < 2;
    byId('jumps').replaceChildren(...names.map((name) =>
      el('a', {href: `#${name}`}, el('b', {}, whole(this.#shown[name].length)), ` ${kJumps[name]}`)));
  }

  #drawUnreadable() {
    const list = this.#shown.unreadable, more = list.length - kMostUnreadable;
    byId('unreadable').querySelector('ul').replaceChildren(
      ...list.slice(0, kMostUnreadable).map(({name, reason}) =>
        el('li', {}, el('b', {}, name), ' ', el('span', {}, reason))),
      ...(more > 0 ? [el('li', {}, `and ${whole(more)} more`)] : []));
  }
}
