// What people do on the page, and what they see.
import {readFileSync} from 'node:fs';

/** Drops files on the page as a file manager does. paths: files or folders of the disk. */
export async function dropFromDisk(page, paths) {
  const devtools = await page.context().newCDPSession(page);
  const data = {items: [], files: paths, dragOperationsMask: 1};
  for (const type of ['dragEnter', 'dragOver', 'drop']) {
    await devtools.send('Input.dispatchDragEvent', {type, x: 600, y: 300, data});
  }
  await devtools.detach();
}

/** Drops pictures made in the page: [{name, path}]. */
export async function dropFiles(page, pictures) {
  const files = pictures.map(({name, path}) => ({name, base64: readFileSync(path).toString('base64')}));
  await page.evaluate(async (given) => {
    const transfer = new DataTransfer();
    for (const {name, base64} of given) {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const type = name.endsWith('.tif') ? 'image/tiff' : 'image/png';
      transfer.items.add(new File([bytes], name, {type, lastModified: 1}));
    }
    const options = {dataTransfer: transfer, bubbles: true, cancelable: true};
    for (const type of ['dragenter', 'dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(type, options));
    }
  }, files);
}

/** Until `count` pictures have an answer and nothing is under way. */
export const settled = (page, count) => page.waitForFunction((wanted) => {
  const numbers = ['abstained', 'unreadable', 'named'].map((id) => {
    const section = document.getElementById(id);
    return section.hidden ? 0 : Number(section.querySelector('.number').textContent.replaceAll(',', ''));
  });
  return document.getElementById('stop').hidden && numbers.reduce((a, b) => a + b) === wanted;
}, count);

/** Until what was just done is drawn: the page draws in a frame after timers of its own. */
export const drawn = (page) => page.evaluate(() => new Promise((resolve) => {
  const later = [setTimeout, setTimeout, setTimeout, requestAnimationFrame, requestAnimationFrame];
  later.reduceRight((then, wait) => () => wait(then), resolve)();
}));

/** The cards of a list ('named', 'abstained') that exist, in the order of the page. */
export const cardsOf = (page, list) => page.$$eval(`#${list} .card`, (cards) => cards.map((card) => ({
  file: card.querySelector('.file').textContent,
  heading: card.querySelector('.named .class').textContent,
  share: card.querySelector('.named .share')?.textContent ?? null,
  reason: card.querySelector('.reason')?.textContent ?? null,
  others: card.querySelector('.others')?.textContent ?? null,
  bars: [...card.querySelectorAll('.bars li')].map(({children}) =>
    [...children].slice(0, 2).map(({textContent}) => textContent)),
  widths: [...card.querySelectorAll('.bars i')].map((bar) => parseFloat(bar.style.width)),
  corrected: card.classList.contains('corrected'),
})));

/** The table of the count: name → [cells, per cent, interval]. */
export const countOf = async (page) => Object.fromEntries(
  await page.$$eval('table.count tbody tr', (rows) => rows.map(({children}) => {
    const [name, ...values] = [...children].map(({textContent}) => textContent);
    return [name, values];
  })));

/** All cards that exist, by the names of their files. */
export const namesShown = async (page) =>
  [...await cardsOf(page, 'named'), ...await cardsOf(page, 'abstained')].map(({file}) => file).sort();

/** Until the line about what is under way holds `text`. */
export const said = (page, text) => page.waitForFunction(
  (wanted) => document.getElementById('progress-words').textContent.includes(wanted), text);

/** Opens whatever is folded away. */
export const unfold = (page) =>
  page.$$eval('main details', (all) => all.forEach((details) => details.open = true));

/** What a button lets one keep: {name, text}. */
export async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  return {name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8')};
}

/** RFC 4180, with or without a byte order mark → rows of fields. */
export function parseCsv(text) {
  const rows = [], field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  field.lastIndex = text.startsWith('\uFEFF') ? 1 : 0;
  for (let row = []; field.lastIndex < text.length;) {
    const [, quoted, plain, end] = field.exec(text) ?? (() => {
      throw new Error(`no CSV: ${text.slice(field.lastIndex, field.lastIndex + 80)}`);
    })();
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** How the page writes a probability. */
export const percent = (share) =>
  (share > 0.999 ? '> 99.9 %' : share < 0.001 ? '< 0.1 %' : `${(100 * share).toFixed(1)} %`);

/** The full name of a class on the page. */
export const label = (name) => (name === 'ig' ? 'immature granulocyte' : name);
