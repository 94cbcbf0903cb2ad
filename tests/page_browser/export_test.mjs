// Files that the page exports, compared with those of `giemsa predict`.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {dropFiles, parseCsv, saved, settled} from './page_actions.mjs';
import {pageTest, session} from './session.mjs';

/** What `giemsa predict` says of the same files: its answers and its count, as they are written. */
function predicted(pictures) {
  const count = `${session.folder}/count.csv`;
  const text = execFileSync(session.giemsa, ['predict', '--count', count, ...pictures.map(({path}) => path)],
                            {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
  const parse = (lines) => parseCsv(lines.replaceAll('\n', '\r\n'));
  return {rows: parse(text), count: parse(readFileSync(count, 'utf8'))};
}

pageTest('all results are the rows of giemsa predict, and the corrections', {}, async (page) => {
  const {cells, broken, stripes} = session.pictures;
  const pictures = [...cells, stripes];
  await dropFiles(page, [...pictures, broken]);
  await settled(page, pictures.length + 1);
  const corrected = await page.locator('#named .card .file').first().textContent();
  await page.locator('#named .card').first().locator('.label').selectOption('artefact');

  await page.fill('#text', 'platelet');  // a filter does not change what is exported
  const {name, text} = await saved(page, '#export-all');
  assert.match(name, /^giemsa-results-\d{4}-\d\d-\d\d\.csv$/);
  const [head, ...rows] = parseCsv(text);
  const [wantedHead, ...wanted] = predicted(pictures).rows;
  assert.deepEqual(head, [...wantedHead, 'corrected']);
  assert.deepEqual(rows.slice(0, -1), wanted.map(([, ...fields], i) => {
    const {name: file} = pictures[i];
    return [file, ...fields, file === corrected ? 'artefact' : ''];
  }));
  // Such a picture on its own is refused as a whole.
  const [, {reason}] = await session.service.predict([stripes, broken]);
  assert.deepEqual(rows.at(-1), ['broken.jpg', 'unreadable', reason, ...Array(11).fill('')]);
  assert.equal(await page.textContent('#unexported'), 'All corrections are exported.');
});

pageTest('the count is that of giemsa predict --count', {}, async (page) => {
  const {cells, stripes} = session.pictures;
  const pictures = [...cells, stripes];
  await dropFiles(page, pictures);
  await settled(page, pictures.length);
  const rows = parseCsv((await saved(page, '#export-count')).text);
  // Of erythroblasts the command also says how many there are per 100 white cells.
  const wanted = predicted(pictures).count.map(([name, number, unit, ...values]) =>
    (unit.startsWith('per 100') ? [name, number, '', '', '', ''] : [name, number, unit, ...values]));
  assert.deepEqual(rows, wanted);
});

pageTest('corrections alone are a manifest, safe in a spreadsheet', {}, async (page) => {
  const [first, second] = session.pictures.cells;
  const names = ['=1+1.png', '+a, "b".png', 'Blut zellen äöü;=2.png', '@x.png', '-5.png', 'plain.png'];
  await dropFiles(page, names.map((name, i) => ({name, path: (i % 2 ? first : second).path})));
  await settled(page, names.length);
  assert.ok(await page.isDisabled('#export-corrections'));
  for (const select of await page.locator('#named .label').all()) await select.selectOption('lymphocyte');
  const {name, text} = await saved(page, '#export-corrections');
  assert.match(name, /^giemsa-corrections-\d{4}-\d\d-\d\d\.csv$/);
  assert.ok(text.startsWith('\uFEFF'));  // a name is not ASCII
  const [head, ...rows] = parseCsv(text);
  assert.deepEqual(head, ['path', 'label', 'predicted', 'most_probable', 'confidence']);
  const paths = names.map((file) => (/^[=+@-]/.test(file) ? `./${file}` : file));
  assert.deepEqual(rows.map((row) => row.slice(0, 4)),
                   paths.map((path) => [path, 'lymphocyte', 'basophil', 'basophil']));
  assert.ok(text.includes('"Blut zellen äöü;=2.png"'));  // whole where fields are divided by semicolons, too
});

pageTest('leaving with corrections that are not exported is asked about', {}, async (page) => {
  const asked = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    return asked.length === 1 ? dialog.dismiss() : dialog.accept();
  });
  const leave = (event) => Promise.all([page.waitForEvent(event), page.close({runBeforeUnload: true})]);
  await dropFiles(page, session.pictures.cells.slice(0, 2));
  await settled(page, 2);
  await page.locator('#named .card .label').first().selectOption('platelet');
  await leave('dialog');
  assert.deepEqual(asked, ['beforeunload']);
  await saved(page, '#export-corrections');  // it is still there
  await leave('close');
  assert.deepEqual(asked, ['beforeunload']);
});

pageTest('starting over forgets all', {}, async (page) => {
  await dropFiles(page, session.pictures.cells);
  await settled(page, session.pictures.cells.length);
  await page.locator('#named .card .label').first().selectOption('platelet');
  await page.click('#clear');
  assert.match(await page.textContent('#confirm-words'), /1 correction is not exported yet/);
  await page.click('#confirm-yes');
  await page.waitForSelector('#results', {state: 'hidden'});
  await dropFiles(page, session.pictures.cells.slice(0, 3));
  await settled(page, 3);
  assert.equal(await page.textContent('#white'), '3');
});
