// The dialog with all that is known of one cell.
import {probabilityBars} from './bars.js';
import {isAbstention} from './cells.js';
import {byId, el} from './dom.js';
import {headingOf, labelOfKey, labelSelect, modelSays} from './labels.js';
import {classLabel} from './words.js';

export class Details {
  #context;
  #dialog = byId('details');
  #body = byId('details-body');
  #cells = [];
  #cell = null;
  #url = null;
  #asking = null;
  #overlay;
  #lookNote;

  /** context: {model, overlays, correct(cell, label), focus(cell)}. */
  constructor(context) {
    this.#context = context;
    this.#dialog.addEventListener('close', () => {
      this.#context.focus(this.#cell);  // which may be another than the one that it was opened for
      this.#letGo();
    });
    byId('details-close').addEventListener('click', () => this.#dialog.close());
    byId('details-previous').addEventListener('click', () => this.#step(-1));
    byId('details-next').addEventListener('click', () => this.#step(1));
    this.#dialog.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /** cells: among which one can go back and forth. */
  open(cell, cells) {
    this.#cells = cells;
    this.#show(cell);
    this.#dialog.showModal();
  }

  /** After a correction. */
  update(cell) {
    if (cell !== this.#cell) return;
    byId('details-title').textContent = headingOf(cell);
    const select = this.#body.querySelector('.label');
    select.value = cell.corrected ?? '';
    select.classList.toggle('changed', cell.corrected !== null);
  }

  #step(by) {
    const next = this.#cells[this.#cells.indexOf(this.#cell) + by];
    if (next) this.#show(next);
  }

  #onKey(event) {
    if (event.target.closest('select') || event.altKey || event.ctrlKey || event.metaKey) return;
    const label = labelOfKey(event.key, this.#context.model.classes);
    if (event.key === 'ArrowLeft') this.#step(-1);
    else if (event.key === 'ArrowRight') this.#step(1);
    else if (label !== undefined) this.#context.correct(this.#cell, label);
    else return;
    event.preventDefault();
  }

  #show(cell) {
    this.#letGo();
    this.#cell = cell;
    const {model, correct} = this.#context;
    const at = this.#cells.indexOf(cell);
    this.#url = URL.createObjectURL(cell.file);
    byId('details-title').textContent = headingOf(cell);
    byId('details-place').textContent = `${at + 1} of ${this.#cells.length}`;
    byId('details-previous').disabled = at === 0;
    byId('details-next').disabled = at === this.#cells.length - 1;

    this.#overlay = el('img', {alt: ''});
    this.#lookNote = el('p', {class: 'soft', role: 'status'});
    const evidence = el('select', {id: 'details-evidence'},
      model.classes.map((name) => el('option', {value: name}, classLabel(name))));
    evidence.value = cell.class;
    evidence.addEventListener('change', () => this.#look(evidence.value));
    const picture = el('img', {src: this.#url, alt: `The picture ${cell.name}`});
    picture.addEventListener('error', () => {
      picture.replaceWith(el('p', {class: 'soft'}, 'This browser cannot draw the file.'));
    });
    this.#body.replaceChildren(
      el('div', {class: 'pictures'},
         el('figure', {}, el('div', {class: 'frame'}, picture), el('figcaption', {}, 'The picture')),
         model.explains === false ? null : el('figure', {}, el('div', {class: 'frame'}, this.#overlay),
            el('figcaption', {}, el('label', {for: 'details-evidence'}, 'What speaks for '), evidence))),
      this.#lookNote,
      el('div', {class: 'columns'},
         el('section', {}, el('h3', {}, 'Probabilities'), probabilityBars(cell, model.classes)),
         el('section', {}, el('h3', {}, 'Label'),
            labelSelect(cell, model.classes, (label) => correct(cell, label)),
            facts(cell, model))));
    if (model.explains !== false) this.#look(cell.class);
  }

  async #look(className) {
    this.#asking?.abort();
    this.#asking = new AbortController();
    const {signal} = this.#asking;
    this.#lookNote.textContent = '';
    this.#overlay.classList.add('asking');
    try {
      const isAnswer = className === this.#cell.class;
      const url = await this.#context.overlays.get(this.#cell, isAnswer ? null : className, signal);
      if (signal.aborted) return;
      this.#overlay.src = url;
      this.#overlay.alt = `The picture with what speaks for ${classLabel(className)} lit up`;
    } catch (error) {
      if (signal.aborted) return;
      this.#overlay.removeAttribute('src');  // what it showed speaks for another class
      this.#overlay.alt = '';
      this.#lookNote.textContent = `No overlay: ${error.message}`;
    }
    this.#overlay.classList.remove('asking');
  }

  #letGo() {
    this.#asking?.abort();
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = this.#cell = null;
  }
}

function facts(cell, model) {
  const pairs = [['File', cell.name], ['The model says', modelSays(cell)]];
  if (isAbstention(cell)) pairs.push(['But abstains', cell.reason]);
  if (cell.set !== null) {
    const share = model.level ? ` for ${Math.round(100 * model.level)} % of cells` : '';
    const classes = cell.set.map(classLabel).join(', ') || 'none is likely enough: look yourself';
    pairs.push([`Classes that hold the true one${share}`, classes]);
  }
  if (cell.novelty !== null) {
    pairs.push(['Novelty', `${cell.novelty.toFixed(2)} (about 1 for cells it was trained on)`]);
  }
  return el('dl', {class: 'pairs'}, pairs.map(([name, value]) =>
    el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}
