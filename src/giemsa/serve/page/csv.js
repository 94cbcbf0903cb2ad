// Tables for other programs and for spreadsheets: RFC 4180, in UTF-8.
//
// Names of files come from anywhere, and a spreadsheet takes a field that begins with = + - @ for a formula.
// A path gets `./` before it then, which names the same file; any other text an apostrophe. Numbers stay
// numbers. Fields with a semicolon are quoted, too, so that a spreadsheet that divides at semicolons finds no
// formula inside of a field. A byte order mark stands at the beginning where there is anything beside ASCII:
// some spreadsheets read it wrongly otherwise.
import {isAbstention} from './cells.js';

const kFormula = /^[=+\-@\t\r\n＝＋－＠]/;
const kType = 'text/csv;charset=utf-8';

/** As `giemsa predict` writes them, and the label of a person. */
export function resultsCsv(cells, {classes}) {
  const probabilities = classes.map((name) => `p_${name}`);
  const head = ['path', 'predicted', 'reason', 'set', 'novelty', ...probabilities, 'corrected'];
  return table(head, cells.filter((cell) => cell.status !== 'waiting').map((cell) => [
    safePath(cell.name),
    safe(predicted(cell)),
    safe(cell.reason),
    safe(cell.set?.join('|') ?? ''),
    number(cell.novelty),
    ...classes.map((name) => number(cell.probabilities?.[name])),
    safe(cell.corrected ?? ''),
  ]));
}

/** A manifest that `giemsa adapt` and `giemsa train` read, with what the model had said. */
export function correctionsCsv(cells) {
  return table(['path', 'label', 'predicted', 'most_probable', 'confidence'], cells.map((cell) => [
    safePath(cell.name), safe(cell.corrected), safe(predicted(cell)), safe(cell.class),
    number(cell.confidence),
  ]));
}

/** As `giemsa predict --count` writes it; `artefact` where a person named such. */
export function countCsv(count) {
  const fixed = (value) => (Number.isFinite(value) ? value.toFixed(4) : '');
  const plain = (name, pictures) => [name, pictures, '', '', '', ''];
  return table(['name', 'pictures', 'unit', 'value', 'low', 'high'], [
    ...count.classes.map(({name, isWhite, cells, value, low, high}) =>
      [safe(name), cells, isWhite ? '% of white cells' : '', fixed(value), fixed(low), fixed(high)]),
    plain('white cells', count.white),
    ...(count.noCells > 0 ? [plain('artefact', count.noCells)] : []),
    plain('abstained', count.abstained),
    plain('unreadable', count.unreadable),
  ]);
}

/** Hands `text` to the browser as a file to keep. */
export function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], {type: kType}));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60e3);
}

const predicted = (cell) =>
  (isAbstention(cell) ? 'abstain' : cell.status === 'unreadable' ? 'unreadable' : cell.class);

const safe = (text) => (kFormula.test(text) ? `'${text}` : text);
const safePath = (path) => (kFormula.test(path) ? `./${path}` : path);

/** As `giemsa predict` writes a float: the fewest digits that read back to it, an exponent below 0.0001. */
function number(value) {
  if (value === null || value === undefined) return '';
  let digits = 1;
  while (digits < 9 && Math.fround(value.toPrecision(digits)) !== Math.fround(value)) digits += 1;
  if (value >= 1e-4 || value === 0) return String(Number(value.toPrecision(digits)));
  return value.toExponential(digits - 1).replace(/e-(\d)$/, 'e-0$1');
}

function table(head, rows) {
  const text = [head, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
  return /[^\x00-\x7f]/.test(text) ? `\uFEFF${text}` : text;
}

function field(value) {
  const text = String(value);
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
