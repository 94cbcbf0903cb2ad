// The panels beside the lists: the differential count, and what can be exported.
import {correctionsCsv, countCsv, download, resultsCsv} from './csv.js';
import {differentialCount} from './count.js';
import {byId} from './dom.js';
import {countBeside, countFigure, countTable} from './figure.js';
import {counted, whole} from './words.js';

export class Side {
  #cells;
  #model;

  /** cells: the Cells of the page. */
  constructor(cells, model) {
    this.#cells = cells;
    this.#model = model;
    const on = (id, act) => byId(id).addEventListener('click', act);
    on('export-all', () => this.#saveWithCorrections('results', resultsCsv(cells.all, model)));
    on('export-corrections', () =>
      this.#saveWithCorrections('corrections', correctionsCsv(cells.corrected())));
    on('export-count', () => save('count', countCsv(this.#count())));
  }

  draw() {
    const count = this.#count(), unexported = this.#cells.unexported();
    byId('white').textContent = whole(count.white);
    byId('white-words').textContent = count.white === 1 ? 'white cell' : 'white cells';
    byId('count-figure').replaceChildren(countFigure(count));
    byId('beside').replaceChildren(...countBeside(count));
    byId('count-table').replaceChildren(countTable(count));
    byId('export-corrections').disabled = count.corrected === 0;
    byId('unexported').textContent = unexported > 0 ?
      `${counted(unexported, 'correction is', 'corrections are')} in no exported file yet.` :
      count.corrected > 0 ? 'All corrections are exported.' : '';
  }

  #count() {
    return differentialCount(this.#cells.all, this.#model);
  }

  #saveWithCorrections(kind, text) {
    save(kind, text);
    this.#cells.markExported();
    this.draw();
  }
}

function save(kind, text) {
  const now = new Date();
  const date = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  download(`giemsa-${kind}-${date.map((number) => String(number).padStart(2, '0')).join('-')}.csv`, text);
}
