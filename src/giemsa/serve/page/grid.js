// A grid of cards of which only those near the screen exist, so that thousands cost as little as dozens. The
// page scrolls; each row is placed at its height. One card at a time can be reached by the tabulator, the
// others by arrow keys (the "layout grid" of the ARIA authoring practices).
import {Card} from './card.js';
import {el} from './dom.js';

const kSpareRows = 2;  // above and below the screen

export class Grid {
  #element;
  #context;
  #cells = [];
  #cards = new Map();  // cell → Card, of the rows that exist
  #rows = new Map();   // number → {element, cells}
  #columns = 1;
  #rowHeight = 0;      // px, with the gap; 0: not measured yet
  #width = 0;          // px, at which the columns were counted; 0: folded away
  #gap = 0;
  #active = null;      // the cell that the tabulator reaches
  #planned = false;

  /** element: role=grid. context: as for Card. */
  constructor(element, context) {
    this.#element = element;
    this.#context = context;
    element.addEventListener('focusin', ({target}) => this.#activate(this.#cellAt(target)));
    element.addEventListener('keydown', (event) => this.#onKey(event));
    addEventListener('scroll', () => this.#plan(), {passive: true});
    new ResizeObserver(() => this.#resize()).observe(element);
  }

  /** Shows these cells in this order. */
  show(cells) {
    const before = this.#cells.indexOf(this.#active);
    const focused = this.#focusedCard();
    this.#cells = cells;
    if (!cells.includes(this.#active)) this.#active = cells[bounded(before, cells.length)] ?? null;
    if (this.#width === 0) this.#resize();
    else this.#draw();
    // Its place among the others has changed, or it has left: the focus stays here.
    if (focused && !focused.element.contains(document.activeElement)) this.#focus(this.#active);
  }

  /** Draws a cell anew where it exists. */
  update(cell) {
    this.#cards.get(cell)?.update();
  }

  /** Moves the focus to a cell where it is one of these. */
  focus(cell) {
    if (this.#cells.includes(cell)) this.#focus(cell);
  }

  #cellAt(target) {
    const card = target.closest('.card');
    return card ? [...this.#cards.values()].find(({element}) => element === card)?.cell : null;
  }

  #focusedCard() {
    return [...this.#cards.values()].find(({element}) => element.contains(document.activeElement));
  }

  #activate(cell) {
    if (!cell || cell === this.#active) return;
    this.#cards.get(this.#active)?.setActive(false);
    this.#active = cell;
    this.#cards.get(cell)?.setActive(true);
  }

  /** Counts the columns anew where the width is another one. */
  #resize() {
    const width = this.#element.clientWidth;
    if (width === this.#width) return;
    this.#width = width;
    const style = getComputedStyle(this.#element);
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const least = parseFloat(style.getPropertyValue('--card-min')) * rem;
    this.#gap = parseFloat(style.columnGap);
    this.#columns = Math.max(1, Math.floor((width + this.#gap) / (least + this.#gap)));
    this.#element.style.setProperty('--columns', this.#columns);
    this.#element.setAttribute('aria-colcount', this.#columns);
    this.#dropRows();
    this.#draw();
  }

  #plan() {
    if (this.#planned) return;
    this.#planned = true;
    requestAnimationFrame(() => {
      this.#planned = false;
      this.#draw();
    });
  }

  #wantedRows(count) {
    const wanted = new Set();
    if (count === 0) return wanted;
    const top = -this.#element.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(top / this.#rowHeight) - kSpareRows);
    const last = Math.min(count - 1, Math.floor((top + innerHeight) / this.#rowHeight) + kSpareRows);
    for (let row = first; row <= last; row += 1) wanted.add(row);
    // The card that the tabulator reaches exists wherever it is.
    const active = Math.floor(this.#cells.indexOf(this.#active) / this.#columns);
    if (active >= 0) wanted.add(active);
    return wanted;
  }

  #draw() {
    const count = Math.ceil(this.#cells.length / this.#columns);
    this.#element.setAttribute('aria-rowcount', count);
    if (count > 0 && this.#width === 0) return;
    if (count > 0 && this.#rowHeight === 0) {  // all rows are as high as the first
      this.#drawRow(0);
      this.#rowHeight = this.#rows.get(0).element.offsetHeight + this.#gap;
    }
    this.#element.style.height = `${Math.max(0, count * this.#rowHeight - this.#gap)}px`;
    const wanted = this.#wantedRows(count);
    for (const [number, {element}] of this.#rows) {
      if (wanted.has(number)) continue;
      element.remove();
      this.#rows.delete(number);
    }
    for (const number of wanted) this.#drawRow(number);
    const present = new Set([...this.#rows.values()].flatMap(({cells}) => cells));
    for (const [cell, card] of this.#cards) {
      if (present.has(cell)) continue;
      card.release();
      this.#cards.delete(cell);
    }
  }

  #drawRow(number) {
    const cells = this.#cells.slice(number * this.#columns, (number + 1) * this.#columns);
    let row = this.#rows.get(number);
    if (!row) {
      row = {element: el('div', {role: 'row', class: 'row', 'aria-rowindex': number + 1}), cells: []};
      this.#rows.set(number, row);
      // In the order of rows, which is that of the tabulator and of screen readers.
      const next = [...this.#rows].filter(([n]) => n > number).sort(([a], [b]) => a - b)[0];
      this.#element.insertBefore(row.element, next ? next[1].element : null);
    }
    row.element.style.transform = `translateY(${number * this.#rowHeight}px)`;
    if (cells.length === row.cells.length && cells.every((cell, i) => cell === row.cells[i])) return;
    row.cells = cells;
    row.element.replaceChildren(...cells.map((cell, column) => {
      const card = this.#cards.get(cell) ?? new Card(cell, this.#context);
      this.#cards.set(cell, card);
      card.cellElement.setAttribute('aria-colindex', column + 1);
      card.setActive(cell === this.#active);
      return card.cellElement;
    }));
  }

  #dropRows() {
    const focused = this.#focusedCard();
    for (const {element} of this.#rows.values()) element.remove();
    this.#rows.clear();
    this.#rowHeight = 0;
    if (focused) requestAnimationFrame(() => this.#focus(this.#active));
  }

  #focus(cell) {
    if (!cell) return;
    this.#activate(cell);
    this.#draw();
    const card = this.#cards.get(cell);
    card.element.focus({preventScroll: true});
    card.element.scrollIntoView({block: 'nearest'});
  }

  #onKey(event) {
    const cell = this.#cellAt(event.target);
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest('select')) {
      if (event.key === 'Escape') this.#focus(cell);
      return;
    }
    const at = this.#cells.indexOf(cell);
    const page = this.#columns * Math.max(1, Math.floor(innerHeight / this.#rowHeight));
    const steps = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#columns, ArrowDown: this.#columns,
                   PageUp: -page, PageDown: page, Home: -at, End: this.#cells.length - 1 - at};
    if (event.key in steps) {
      const to = at + steps[event.key];
      const isPage = event.key.startsWith('Page');
      this.#focus(this.#cells[isPage ? bounded(to, this.#cells.length) : to]);
    } else if (!this.#context.onKey(event, cell, this.#cards.get(cell))) {
      return;
    }
    event.preventDefault();
  }
}

const bounded = (at, count) => Math.min(Math.max(at, 0), count - 1);
