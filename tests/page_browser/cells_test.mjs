// What can be done with a cell: looking at its overlay, sorting, filtering, correcting.
import assert from 'node:assert/strict';
import {cardsOf, countOf, drawn, dropFiles, label, namesShown, settled} from './page_actions.mjs';
import {pageTest, session} from './session.mjs';

const kTall = {viewport: {width: 1280, height: 6000}};

async function withCells(page) {
  const {cells} = session.pictures;
  await dropFiles(page, cells);
  await settled(page, cells.length);
  return session.service.predict(cells);
}

pageTest('the overlay is there on focus and hover, asked for once, gone when left', kTall, async (page) => {
  const overlays = [];
  await page.route('**/v1/explain', async (route) => {
    const response = await route.fetch().catch(() => null);  // null: the page has given it up
    if (response) overlays.push(await response.body());
    await route.fulfill({response}).catch(() => {});
  });
  await withCells(page);
  const first = page.locator('#named .card').first();
  const file = await first.locator('.file').textContent();
  const {path} = session.pictures.cells.find(({name}) => name === file);
  const plain = await first.locator('img').getAttribute('src');

  await page.keyboard.press('Tab');  // so that what follows is focus by keyboard
  await first.focus();
  await first.locator('.overlaid').waitFor();
  assert.deepEqual(overlays, [await session.service.explain(path)]);
  assert.match(await first.locator('img').getAttribute('src'), /^blob:/);
  assert.notEqual(await first.locator('img').getAttribute('src'), plain);
  await first.locator('img').evaluate((image) => image.decode());
  assert.match(await first.locator('.note').innerText(), /^what speaks for /);
  await page.keyboard.press('ArrowRight');
  assert.equal(await first.locator('img').getAttribute('src'), plain);
  await page.waitForFunction(() => document.querySelectorAll('#named .overlaid').length === 1);

  await first.locator('.picture').hover();
  await first.locator('.overlaid').waitFor();
  await page.mouse.move(0, 0);
  assert.equal(await first.locator('.overlaid').count(), 0);
  assert.equal(overlays.length, 2);  // of two cells; that of the first was kept

  await first.locator('.look').click();  // stays
  await page.mouse.move(0, 0);
  assert.equal(await first.locator('.look').getAttribute('aria-pressed'), 'true');
  await first.locator('.overlaid').waitFor();
});

pageTest('an overlay that is under way is given up when left', kTall, async (page) => {
  await withCells(page);
  await page.route('**/v1/explain', () => {});  // never answered
  const [asked] = await Promise.all([
    page.waitForRequest('**/v1/explain'),
    page.locator('#named .picture').first().hover(),
  ]);
  await page.locator('#named .asking').waitFor();
  const [failed] = await Promise.all([page.waitForEvent('requestfailed'), page.mouse.move(0, 0)]);
  assert.equal(failed, asked);
  assert.equal(await page.locator('.asking, .overlaid').count(), 0);
});

pageTest('an overlay that fails is said to', {...kTall, expected: /500/}, async (page) => {
  await withCells(page);
  await page.route('**/v1/explain', (route) =>
    route.fulfill({status: 500, json: {error: {kind: 'internal', message: 'out of colours'}}}));
  await page.locator('#named .card .picture').first().hover();
  await page.waitForSelector('#named .note:text-is("out of colours")');
  assert.equal(await page.locator('.overlaid, .asking').count(), 0);
});

pageTest('an overlay that is kept shown survives scrolling', {viewport: {width: 360, height: 740}},
         async (page) => {
  await withCells(page);
  const first = page.locator('#named .card').first();
  const file = await first.locator('.file').textContent();
  await first.locator('.look').click();
  await first.locator('.overlaid').waitFor();
  await page.mouse.move(0, 0);
  await page.keyboard.press('End');  // a card with the focus would be kept
  const pinned = page.locator(`#named .card:has-text("${file}")`);
  await pinned.waitFor({state: 'detached'});
  await page.evaluate(() => document.getElementById('named').scrollIntoView());
  await pinned.locator('.overlaid').waitFor();
  assert.equal(await pinned.locator('.look').getAttribute('aria-pressed'), 'true');
  await pinned.locator('.look').click();
  await page.mouse.move(0, 0);
  await page.keyboard.press('End');
  await pinned.waitFor({state: 'detached'});
  await page.evaluate(() => document.getElementById('named').scrollIntoView());
  await pinned.waitFor();
  assert.equal(await pinned.locator('.look').getAttribute('aria-pressed'), 'false');
});

pageTest('a file that the browser cannot draw: words, and the overlay', kTall, async (page) => {
  await dropFiles(page, [session.pictures.tiff]);
  await settled(page, 1);
  const picture = page.locator('.card .picture');
  const words = 'this browser cannot draw the file; its overlay can be seen';
  const assertWords = async () => {
    await page.waitForSelector(`.undrawn .note:text-is("${words}")`);
    assert.ok(await picture.locator('img').isHidden());
  };
  await assertWords();

  let letGo;
  const held = new Promise((resolve) => letGo = resolve);
  await page.route('**/v1/explain', async (route) => {
    await held;
    await route.continue().catch(() => {});  // the page has given it up
  });
  await Promise.all([page.waitForRequest('**/v1/explain'), picture.hover()]);
  await page.mouse.move(0, 0);
  await assertWords();
  letGo();
  await picture.hover();
  await page.waitForSelector('.picture.overlaid:not(.undrawn)');
  const width = await picture.locator('img').evaluate(async (image) => {
    await image.decode();
    return image.naturalWidth;
  });
  assert.equal(width, 96);
  await page.mouse.move(0, 0);
  await assertWords();

  await page.click('.card .details');
  await page.waitForSelector('#details figure:nth-child(1) :text-is("This browser cannot draw the file.")');
  await page.waitForSelector('#details figure:nth-child(2) img[src^="blob:"]');
  assert.equal(await page.locator('#details img').count(), 1);
});

pageTest('sorting', kTall, async (page) => {
  const answers = await withCells(page);
  const named = answers.filter(({status}) => status === 'answered');
  const shown = async () => (await cardsOf(page, 'named')).map(({file}) => file);
  const files = (list) => list.map(({name}) => name);
  const text = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  for (const [order, compare] of [
         ['name', (a, b) => text(a.name, b.name)],
         ['least', (a, b) => a.confidence - b.confidence],
         ['most', (a, b) => b.confidence - a.confidence],
         ['class', (a, b) => text(a.class, b.class) || b.confidence - a.confidence],
       ]) {
    await page.selectOption('#order', order);
    await drawn(page);
    assert.deepEqual(await shown(), files([...named].sort(compare)), order);
  }
});

pageTest('filters by class, confidence, name and correction', kTall, async (page) => {
  const answers = await withCells(page);
  const all = answers.length;
  const shown = async () => {
    await drawn(page);
    return namesShown(page);
  };
  const wanted = (is) => answers.filter(is).map(({name}) => name).sort();
  const isNamed = ({status}) => status === 'answered';

  await page.click('.chip[data-name="erythroblast"]');
  assert.deepEqual(await shown(), wanted((a) => isNamed(a) && a.class === 'erythroblast'));
  await page.click('.chip[data-name="abstained"]');
  assert.deepEqual(await shown(), wanted((a) => !isNamed(a) || a.class === 'erythroblast'));
  assert.equal(await page.getAttribute('.chip[data-name="abstained"]', 'aria-pressed'), 'true');
  await page.click('#show-all');
  assert.equal((await shown()).length, all);

  await page.locator('#least').fill('60');
  await page.locator('#most').fill('97');
  assert.equal(await page.textContent('#range-words'), '60 to 97 %');
  assert.deepEqual(await shown(), wanted(({confidence}) => confidence >= 0.6 && confidence <= 0.97));
  await page.click('#show-all');

  await page.fill('#text', 'PLATELET');
  assert.deepEqual(await shown(), wanted(({name}) => name.includes('platelet')));
  await page.fill('#text', 'no such name');
  assert.deepEqual(await shown(), []);
  assert.ok(await page.isVisible('#nothing'));
  await page.click('#nothing button');
  assert.equal((await shown()).length, all);

  await page.locator('#named .card .label').first().selectOption('monocyte');
  await page.check('#corrected-only');
  assert.deepEqual(await shown(), [(await cardsOf(page, 'named'))[0].file]);
  assert.equal(await page.textContent('.chip[data-name="monocyte"] .number'),
               String(wanted((a) => isNamed(a) && a.class === 'monocyte').length + 1));
});

pageTest('a correction changes the count, and can be taken back', kTall, async (page) => {
  const answers = await withCells(page);
  const named = answers.filter(({status}) => status === 'answered');
  const before = await countOf(page);
  const from = named[0].class;
  const number = (count, name) => Number(count[label(name)][0]);
  assert.equal(number(before, from), named.filter((answer) => answer.class === from).length);

  const card = page.locator('#named .card').first();
  await card.focus();
  await page.keyboard.press('5');
  const {classes} = await session.service.model();
  const to = classes[4];
  assert.notEqual(to, from);
  const after = await countOf(page);
  assert.equal(number(after, from), number(before, from) - 1);
  assert.equal(number(after, to), number(before, to) + 1);
  assert.equal(await card.locator('.class').textContent(), label(to));
  const spoken = await card.getAttribute('aria-label');
  assert.ok(spoken.startsWith(`${label(to)}, corrected, the model said ${label(from)}, `), spoken);
  assert.match(await page.textContent('#unexported'), /^1 correction is in no exported file yet\.$/);

  await page.keyboard.press('-');  // no cell at all
  const without = await countOf(page);
  assert.equal(Number(without['white cells'][0]), Number(before['white cells'][0]) - 1);
  assert.equal(without['not a cell'][0], '1');

  await page.keyboard.press('Delete');
  assert.deepEqual(await countOf(page), before);
  assert.equal(await page.textContent('#unexported'), '');

  // An abstention counts once a person has named it.
  await page.locator('#abstained .card .label').first().selectOption('neutrophil');
  const helped = await countOf(page);
  assert.equal(number(helped, 'neutrophil'), number(before, 'neutrophil') + 1);
  assert.equal(Number(helped.abstained[0]), Number(before.abstained[0]) - 1);
});

pageTest('the dialog shows all of a cell, and goes to the next', kTall, async (page) => {
  const answers = await withCells(page);
  const named = answers.filter(({status}) => status === 'answered');
  await page.locator('#named .details').first().click();
  assert.equal(await page.textContent('#details-title'), label(named[0].class));
  assert.equal(await page.locator('#details .bars li').count(), 8);
  await page.waitForSelector('#details figure:nth-child(2) img[src^="blob:"]');
  const [request] = await Promise.all([
    page.waitForRequest((r) => r.url().includes('/v1/explain?class=')),
    page.selectOption('#details-evidence', 'platelet'),
  ]);
  assert.match(request.url(), /class=platelet$/);
  await page.waitForSelector('#details img[alt="The picture with what speaks for platelet lit up"]');
  await page.locator('#details-close').focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.textContent('#details-place'), `2 of ${named.length}`);
  await page.keyboard.press('6');
  assert.equal(await page.textContent('#details-title'), 'monocyte');
  await page.keyboard.press('Escape');
  assert.equal((await cardsOf(page, 'named'))[1].heading, 'monocyte');
});

pageTest('the dialog keeps no overlay of another class', {...kTall, expected: /500/}, async (page) => {
  await withCells(page);
  await page.locator('#named .details').first().click();
  const overlay = page.locator('#details figure:nth-child(2) img');
  await page.waitForSelector('#details figure:nth-child(2) img[src^="blob:"]');
  await page.route('**/v1/explain?class=*', (route) =>
    route.fulfill({status: 500, json: {error: {kind: 'internal', message: 'out of colours'}}}));
  await page.selectOption('#details-evidence', 'platelet');
  await page.waitForSelector('#details :text-is("No overlay: out of colours")');
  assert.equal(await overlay.getAttribute('src'), null);
  assert.equal(await overlay.getAttribute('alt'), '');
  await page.unroute('**/v1/explain?class=*');
  await page.selectOption('#details-evidence', 'monocyte');
  await page.waitForSelector('#details img[alt="The picture with what speaks for monocyte lit up"]');
});
