// The card of one cell.
import {otherClasses, probabilityBars} from './bars.js';
import {isAbstention, labelOf} from './cells.js';
import {dot, el, icon, kIcons} from './dom.js';
import {headingOf, labelSelect, modelSays, showLabel} from './labels.js';
import {classLabel, percent} from './words.js';

const kRest_ms = 120;  // a pointer that only passes asks for nothing

export class Card {
  #context;
  #img;
  #note;
  #look;
  #heading;
  #select;
  #url = null;
  #isDrawn = true;     // whether the browser can draw the file
  #asking = null;      // AbortController of the overlay that is under way
  #timer = 0;
  #reasons = new Set();  // why the overlay is to be seen: 'pointer', 'focus', 'pin'

  /** context: {model, overlays, correct(cell, label), open(cell)}. */
  constructor(cell, context) {
    this.cell = cell;
    this.#context = context;
    const {model} = context;
    this.#img = el('img', {alt: '', decoding: 'async', draggable: 'false'});
    this.#note = el('span', {class: 'note', hidden: true});
    this.#look = iconButton('look', kIcons.eye, 'Where the network looked', 'o');
    this.#look.setAttribute('aria-pressed', String(cell.pinned));
    this.#heading = el('p', {class: 'named'});
    this.#select = labelSelect(cell, model.classes, (label) => context.correct(cell, label));
    this.#select.tabIndex = -1;
    const details = iconButton('details', kIcons.expand, 'All about this cell', 'Enter');
    const others = isAbstention(cell) ? '' : otherClasses(cell);
    this.picture = el('div', {class: 'picture'},
      this.#img, this.#note,
      model.explains === false ? null : this.#look,
      others ? el('span', {class: 'others'}, others) : null);
    this.element = el('div', {role: 'group', class: 'card', tabindex: '-1', 'data-id': cell.id},
      this.picture,
      el('div', {class: 'facts'},
         this.#heading,
         el('p', {class: 'file', title: cell.name}, cell.name),
         isAbstention(cell) ? el('p', {class: 'reason', title: cell.reason}, cell.reason) : null,
         probabilityBars(cell, model.classes, 3),
         el('div', {class: 'tools'}, this.#select, details)));

    this.cellElement = el('div', {role: 'gridcell'}, this.element);

    this.picture.addEventListener('pointerenter', ({pointerType}) => {
      if (pointerType === 'mouse') this.#want('pointer');
    });
    this.picture.addEventListener('pointerleave', () => this.#unwant('pointer'));
    this.element.addEventListener('focusin', ({target}) => {
      if (target.matches(':focus-visible')) this.#want('focus');
    });
    this.element.addEventListener('focusout', ({relatedTarget}) => {
      if (!this.element.contains(relatedTarget)) this.#unwant('focus');
    });
    this.#look.addEventListener('click', () => this.toggleOverlay());
    details.addEventListener('click', () => context.open(cell));
    this.#img.addEventListener('error', () => this.#cannotShow());
    this.update();
    this.#showPicture();
    if (cell.pinned) this.#want('pin');
  }

  /** After a correction. */
  update() {
    const {cell} = this;
    const {classes} = this.#context.model;
    const label = labelOf(cell);
    const colour = classes.indexOf(label);
    const isCorrected = cell.corrected !== null;
    this.element.dataset.label = label ?? cell.status;
    this.element.classList.toggle('corrected', isCorrected);
    this.#heading.replaceChildren(
      label !== null ? dot(colour) : icon(cell.status === 'unlike' ? kIcons.unlike : kIcons.question),
      el('span', {class: 'class'}, headingOf(cell)),
      isCorrected ? el('span', {class: 'mark'}, icon(kIcons.pen), 'corrected') :
      label !== null ? el('span', {class: 'share'}, percent(cell.confidence)) : '');
    showLabel(this.#select, cell);
    this.element.setAttribute('aria-label', this.#spoken());
  }

  /** Whether its controls can be reached by the tabulator. */
  setActive(isActive) {
    for (const control of [this.element, this.#look, ...this.element.querySelectorAll('.tools > *')]) {
      control.tabIndex = isActive ? 0 : -1;
    }
  }

  /** Kept on the cell, since the card is forgotten when it is scrolled away. */
  toggleOverlay() {
    this.cell.pinned = !this.cell.pinned;
    this.#look.setAttribute('aria-pressed', String(this.cell.pinned));
    this.cell.pinned ? this.#want('pin') : this.#unwant('pin');
  }

  focusLabel() {
    this.#select.focus();
  }

  /** Before the card is forgotten: it lets go of its picture. */
  release() {
    this.#reasons.clear();
    this.#hide();
    if (this.#url) URL.revokeObjectURL(this.#url);
  }

  #spoken() {
    const {cell} = this;
    const parts = [headingOf(cell)];
    if (cell.corrected !== null) parts.push('corrected', `the model said ${modelSays(cell)}`);
    else if (isAbstention(cell)) parts.push(`most like ${modelSays(cell)}`);
    else parts.push(percent(cell.confidence));
    const others = isAbstention(cell) ? '' : otherClasses(cell);
    if (others) parts.push(others);
    return `${parts.join(', ')}; ${cell.name}`;
  }

  #showPicture() {
    this.#url = URL.createObjectURL(this.cell.file);
    this.#img.src = this.#url;
  }

  #cannotShow() {
    if (this.#img.src !== this.#url) return;
    this.#isDrawn = false;  // TIFF: the service reads it, most browsers do not
    this.#sayUndrawn();
  }

  #sayUndrawn() {
    this.picture.classList.add('undrawn');
    const isSeen = this.#context.model.explains !== false;
    this.#say(`this browser cannot draw the file${isSeen ? '; its overlay can be seen' : ''}`);
  }

  #want(reason) {
    if (this.#context.model.explains === false) return;
    const isShown = this.#reasons.size > 0;
    this.#reasons.add(reason);
    if (!isShown) this.#timer = setTimeout(() => this.#show(), kRest_ms);
  }

  #unwant(reason) {
    this.#reasons.delete(reason);
    if (this.#reasons.size === 0) this.#hide();
  }

  async #show() {
    this.#asking = new AbortController();
    const {signal} = this.#asking;
    this.picture.classList.add('asking');
    try {
      const url = await this.#context.overlays.get(this.cell, null, signal);
      if (signal.aborted) return;
      this.#img.src = url;
      this.picture.classList.remove('undrawn');
      this.picture.classList.add('overlaid');
      this.#say(`what speaks for ${classLabel(this.cell.class)}`);
    } catch (error) {
      if (!signal.aborted) this.#say(error.message);
    }
    if (!signal.aborted) this.picture.classList.remove('asking');
  }

  #hide() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asking = null;
    this.picture.classList.remove('asking', 'overlaid');
    this.#note.hidden = true;
    if (!this.#isDrawn) this.#sayUndrawn();
    if (this.#img.src !== this.#url) this.#img.src = this.#url;
  }

  #say(text) {
    this.#note.textContent = text;
    this.#note.hidden = false;
  }
}

const iconButton = (kind, path, does, key) =>
  el('button', {type: 'button', class: kind, tabindex: '-1', 'aria-label': does, title: `${does} (${key})`},
     icon(path));
