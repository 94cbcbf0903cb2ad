// By keyboard, on a phone, in light and dark; what axe-core says of it.
import assert from 'node:assert/strict';
import {drawn, dropFiles, settled, unfold} from './page_actions.mjs';
import {pageTest, session} from './session.mjs';

const kPhone = {viewport: {width: 360, height: 740}, isMobile: true, hasTouch: true};

async function withAll(page) {
  const {cells, broken, stripes} = session.pictures;
  await dropFiles(page, [...cells, broken, stripes]);
  await settled(page, cells.length + 2);
}

/** No fault that axe-core calls serious or critical. */
async function assertAccessible(page, where) {
  await page.evaluate(session.axe);
  const {violations, passes} = await page.evaluate(() => axe.run(document, {resultTypes: ['violations']}));
  assert.ok(passes.length > 10, 'axe-core has looked at nothing');
  const grave = violations.filter(({impact}) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(grave.map(({id, nodes}) => `${id}: ${nodes.map(({html}) => html).join(' ')}`), [], where);
}

for (const colorScheme of ['light', 'dark']) {
  for (const [name, options] of [['desktop', {}], ['phone', kPhone]]) {
    pageTest(`axe-core: ${colorScheme}, ${name}`, {...options, colorScheme}, async (page) => {
      await assertAccessible(page, 'empty');
      await withAll(page);
      await page.locator('#named .label').first().selectOption('platelet');
      await unfold(page);
      await page.click('.chip >> nth=0');
      await page.click('.chip >> nth=-1');
      await drawn(page);
      await assertAccessible(page, 'cells');
      await page.locator('#abstained .details').first().click();
      await page.waitForSelector('#details figure:nth-child(2) img[src^="blob:"]');
      await assertAccessible(page, 'dialog of a cell');
      await page.keyboard.press('Escape');
      await page.click('#help-open');
      await assertAccessible(page, 'help');
    });
  }
}

pageTest('a phone: nothing is wider than the screen, and fingers hit the buttons', kPhone, async (page) => {
  const assertNarrow = async (where) => {
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 360, `${where}: ${width}`);
  };
  await assertNarrow('empty');
  await withAll(page);
  await unfold(page);
  await assertNarrow('cells');
  const small = await page.$$eval('button, select, summary, .button', (controls) => {
    const isSmall = ({width, height}) => width > 0 && Math.min(width, height) < 24;  // WCAG 2.2, 2.5.8
    return controls.filter((control) => isSmall(control.getBoundingClientRect()))
        .map(({outerHTML}) => outerHTML);
  });
  assert.deepEqual(small, []);
  await page.locator('#named .look').first().tap();
  await page.waitForSelector('#named .overlaid');
  await page.locator('#named .details').first().tap();
  await page.waitForSelector('#details[open]');
  const {x, width} = await page.locator('#details').boundingBox();
  assert.ok(x >= 0 && x + width <= 360);
  await assertNarrow('dialog');
});

pageTest('light and dark: as the system, or as chosen', {colorScheme: 'dark'}, async (page) => {
  const lightness = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
                              .then((colour) => Math.max(...colour.match(/\d+/g).slice(0, 3).map(Number)));
  assert.ok(await lightness() < 60);
  await page.click('#theme');
  assert.ok(await lightness() > 200);
  await page.reload();
  await page.waitForSelector('html[data-ready]');
  assert.ok(await lightness() > 200, 'the choice is kept');
  await page.click('#theme');
  assert.ok(await lightness() < 60);
  await page.emulateMedia({colorScheme: 'light'});
  assert.ok(await lightness() > 200, 'follows the system again');
});

pageTest('all of it by keyboard', {}, async (page) => {
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.className);
  /** Presses a key until the focus is there; the focus must be seen on the way. */
  const go = async (key, to) => {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press(key);
      if ((await focused()).split(' ').includes(to)) return;
    }
    assert.fail(`${key} does not lead to ${to}, but to ${await focused()}`);
  };
  await go('Tab', 'skip');
  await go('Tab', 'files');
  const outline = await page.$eval('label:has(#files)', (label) => getComputedStyle(label).outlineWidth);
  assert.equal(outline, '3px');
  await go('Tab', 'all-samples');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#named .card');
  await page.waitForSelector('#stop', {state: 'hidden'});
  const count = await page.locator('#named .card').count();

  await go('Shift+Tab', 'skip');
  await page.keyboard.press('Enter');
  assert.equal(await focused(), 'results');
  await go('Tab', 'text');
  await go('Tab', 'card');  // the first of the abstained or named
  await page.waitForSelector('.card:focus .overlaid');
  while (await page.evaluate(() => !document.activeElement.closest('#named'))) await go('Tab', 'card');
  const at = () => page.evaluate(() => document.activeElement.querySelector('.file').textContent);
  const first = await at();
  await page.keyboard.press('ArrowRight');
  assert.notEqual(await at(), first);
  await page.keyboard.press('End');
  assert.equal(await at(), await page.locator('#named .file').nth(count - 1).textContent());
  await page.keyboard.press('Home');
  assert.equal(await at(), first);
  await page.keyboard.press('8');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.label), 'platelet');
  await page.keyboard.press('l');
  assert.match(await focused(), /label/);
  await page.keyboard.press('Escape');
  assert.match(await focused(), /card/);
  await page.keyboard.press('o');
  assert.equal(await page.locator('.card:focus .look').getAttribute('aria-pressed'), 'true');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#details[open]');
  await page.keyboard.press('Escape');
  assert.match(await focused(), /card/);
  await page.keyboard.press('?');
  await page.waitForSelector('#help[open]');
  await page.keyboard.press('Escape');
  await go('Shift+Tab', 'export-corrections');
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  assert.match(download.suggestedFilename(), /corrections/);
});

pageTest('motion that nobody asked for is left out', {}, async (page) => {
  await withAll(page);
  assert.ok(await page.evaluate(() => matchMedia('(prefers-reduced-motion: reduce)').matches));
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
});
