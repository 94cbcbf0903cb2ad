// All pictures of the session, what the model says of them, and what a person says instead.

/** The label of a picture that a person calls no cell. It counts as no class of the model. */
export const kNoCell = 'artefact';

/** Verdicts of the service that name no class. */
export const isAbstention = (cell) => cell.status === 'unlike' || cell.status === 'unsure';

/** The class that holds: the person's, else the model's, else null. */
export const labelOf = (cell) => cell.corrected ?? (cell.status === 'answered' ? cell.class : null);

export class Cells {
  #keys = new Set();
  #unexported = new Set();
  all = [];

  /** Takes files, except those that are there already. → {added: [cell], twice: number} */
  add(files) {
    const added = [];
    for (const {name, file} of files) {
      const key = `${name}|${file?.size}|${file?.lastModified}`;
      if (this.#keys.has(key)) continue;
      this.#keys.add(key);
      const cell = {id: this.all.length, name, file, key, status: 'waiting', corrected: null, pinned: false};
      this.all.push(cell);
      added.push(cell);
    }
    return {added, twice: files.length - added.length};
  }

  /** answer: an element of the service's `answers`. */
  answer(cell, answer) {
    const untold = {reason: '', class: null, confidence: null, set: null, novelty: null, probabilities: null};
    Object.assign(cell, {...untold, ...answer, name: cell.name});
  }

  refuse(cell, reason) {
    this.answer(cell, {status: 'unreadable', reason});
  }

  /** label: a class, kNoCell, or null to take a correction back. Naming what the model named is none. */
  correct(cell, label) {
    cell.corrected = cell.status === 'answered' && label === cell.class ? null : label;
    // Against the last export: taking an exported correction back is a change, too.
    if (cell.corrected === (cell.exported ?? null)) this.#unexported.delete(cell);
    else this.#unexported.add(cell);
  }

  corrected() {
    return this.all.filter((cell) => cell.corrected !== null);
  }

  unexported() {
    return this.#unexported.size;
  }

  markExported() {
    for (const cell of this.#unexported) cell.exported = cell.corrected;
    this.#unexported.clear();
  }

  clear() {
    this.all = [];
    this.#keys.clear();
    this.#unexported.clear();
  }
}
