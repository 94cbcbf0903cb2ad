// A service that is busy, gone, or asks for a token; and many pictures.
import assert from 'node:assert/strict';
import {dropFiles, said, settled} from './page_actions.mjs';
import {pageTest, session} from './session.mjs';

pageTest('a busy service is waited for', {expected: /503/}, async (page) => {
  const asked = [];
  await page.route('**/v1/predict', (route) => {
    asked.push(performance.now());
    if (asked.length > 2) return route.continue();
    return route.fulfill({status: 503, headers: {'Retry-After': '1'},
                          json: {error: {kind: 'busy', message: 'the queue is full', hint: ''}}});
  });
  await dropFiles(page, session.pictures.cells.slice(0, 4));
  await said(page, 'the service is busy, asking again in 1 s');
  await settled(page, 4);
  assert.equal(asked.length, 3);
  assert.ok(asked[1] - asked[0] >= 900 && asked[2] - asked[1] >= 900, 'asked too early');
  assert.ok(await page.isHidden('#problem'));
});

pageTest('samples of a busy service are asked for again', {expected: /503/}, async (page) => {
  const busy = {status: 503, headers: {'Retry-After': '1'}, json: {error: {kind: 'busy', message: 'full'}}};
  const refused = new Set();
  await page.route('**/v1/samples{,/*}', (route) => {
    const url = route.request().url();
    if (refused.has(url)) return route.continue();
    refused.add(url);
    return route.fulfill(busy);
  });
  await page.reload();
  await page.waitForFunction(() => {
    const pictures = [...document.querySelectorAll('#samples img')];
    return pictures.length >= 4 && pictures.every(({naturalWidth}) => naturalWidth > 0);
  });
  assert.equal(refused.size, 1 + await page.locator('#samples img').count());
});

pageTest('a service that is gone is said; one can go on', {expected: /ERR_|Failed to load/}, async (page) => {
  await page.route('**/v1/predict', (route) => route.abort('connectionrefused'));
  await page.clock.install();  // the waits between the tries need not be waited for
  await dropFiles(page, session.pictures.cells.slice(0, 4));
  while (await page.isHidden('#problem')) await page.clock.runFor(1000);
  assert.match(await page.textContent('#problem'),
               /^The service does not answer\. .*running\? 4 pictures have not been looked at\./);
  await page.unroute('**/v1/predict');
  await page.click('#go-on');
  await page.clock.resume();
  await settled(page, 4);
  assert.ok(await page.isHidden('#problem'));
});

pageTest('another model of the service is noticed', {}, async (page) => {
  await page.route('**/v1/predict', async (route) => {
    const response = await route.fetch();
    await route.fulfill({response, json: {...await response.json(), model: '0123456789abcdef'}});
  });
  await dropFiles(page, session.pictures.cells.slice(0, 4));
  await page.waitForSelector('#problem', {state: 'visible'});
  assert.match(await page.textContent('#problem'), /^The service answers with another model now\./);
  assert.equal(await page.locator('.card').count(), 0);
});

pageTest('no overlay of another model is shown', {}, async (page) => {
  await page.route('**/v1/explain', async (route) => {
    const response = await route.fetch();
    await route.fulfill({response, headers: {...response.headers(), 'giemsa-model': '0123456789abcdef'}});
  });
  await dropFiles(page, session.pictures.cells.slice(0, 1));
  await settled(page, 1);
  await page.locator('.card .picture').hover();
  await page.waitForSelector('.note:text-is("The service answers with another model now.")');
  assert.equal(await page.locator('.overlaid, .asking').count(), 0);
});

pageTest('a request that is too large for the service is sent in parts', {expected: /413/}, async (page) => {
  await page.route('**/v1/predict', async (route) => {
    const parts = route.request().postDataBuffer().toString('latin1').split('filename=').length - 1;
    if (parts <= 2) return route.continue();
    return route.fulfill({status: 413, json: {error: {kind: 'usage', message: 'too large'}}});
  });
  await dropFiles(page, session.pictures.cells.slice(0, 7));
  await settled(page, 7);
  assert.ok(await page.isHidden('#unreadable'));
});

pageTest('stopping and going on', {}, async (page) => {
  let letGo;
  const held = new Promise((resolve) => letGo = resolve);
  await page.route('**/v1/predict', async (route) => {
    await held;
    await route.continue().catch(() => {});  // the page has given it up
  });
  await dropFiles(page, session.pictures.cells);
  await page.click('#stop');
  assert.equal(await page.textContent('#problem p'), 'Stopped.  24 pictures have not been looked at.');
  letGo();
  await page.click('#go-on');
  await settled(page, 24);
});

pageTest('thousands of pictures stay fluid', {}, async (page) => {
  const many = 3000;
  const {model, classes} = await session.service.model();
  const probabilities = Object.fromEntries(classes.map((name) => [name, 0.1]));
  const picture = {class: 'neutrophil', confidence: 0.9, set: ['neutrophil'], novelty: 1, probabilities};
  await page.route('**/v1/predict', (route) => {
    const parts = route.request().postDataBuffer().toString('latin1').matchAll(/filename="([^"]*)/g);
    const answers = [...parts].map(([, name], i) => ({...picture, name, status: i ? 'answered' : 'unsure'}));
    return route.fulfill({json: {model: model.id, answers}});
  });
  await page.evaluate((count) => {
    const transfer = new DataTransfer();
    for (let i = 0; i < count; i += 1) transfer.items.add(new File([new Uint8Array(2000)], `cell_${i}.png`));
    window.longest_ms = 0;
    setTimeout(() => {  // the files are made, which takes longer than the page may
      new PerformanceObserver((list) => {
        for (const {duration} of list.getEntries()) window.longest_ms = Math.max(window.longest_ms, duration);
      }).observe({type: 'longtask'});
      document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, bubbles: true}));
    });
  }, many);
  await settled(page, many);
  const longest_ms = await page.evaluate(() => window.longest_ms);
  assert.ok(longest_ms < 3000, `a task took ${longest_ms} ms`);  // a thirtieth of it on a machine at rest
  assert.ok(await page.locator('.card').count() < 150);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await page.waitForSelector(`.card:has-text("cell_${many - 1}.png")`);
  assert.ok(await page.locator('.card').count() < 150);
  const last = page.locator('#named [role=row]').last();
  const rows = await page.getAttribute('#named .grid', 'aria-rowcount');
  assert.equal(await last.getAttribute('aria-rowindex'), rows);

  // The card with the focus exists wherever it is.
  await page.route('**/v1/explain', () => {});  // never answered: these files hold no picture
  await page.locator('#named .card').last().focus();
  await page.keyboard.press('Home');
  const focused = () => page.evaluate(() => document.activeElement.querySelector('.file')?.textContent);
  const first = await focused();
  await page.keyboard.press('End');
  assert.equal(await focused(), `cell_${many - 1}.png`);
  await page.evaluate(() => document.getElementById('named').scrollIntoView());
  await page.waitForSelector(`.card:has-text("${first}")`);
  assert.equal(await focused(), `cell_${many - 1}.png`);

  await page.selectOption('#order', 'name');
  await page.fill('#text', 'cell_2999');
  await page.waitForFunction(() => document.querySelectorAll('.card').length === 1);
});

pageTest('more files than a call has arguments', {}, async (page) => {
  const many = 200_000;
  const done = await page.evaluate(async (count) => {
    const {Cells} = await import('/assets/cells.js');
    const {Queue} = await import('/assets/queue.js');
    const cells = new Cells();
    const {added} = cells.add(Array.from({length: count}, (_, i) => ({name: `cell_${i}.png`, file: null})));
    const refused = [];
    const limits = {pictures: 32, body_bytes: 1e6};
    const queue = new Queue({limits}, (cell) => refused.push(cell), () => {});
    queue.add(added);  // files that could not be opened are not sent
    return {all: cells.all.length, lastId: cells.all.at(-1).id, refused: refused.length, left: queue.left};
  }, many);
  assert.deepEqual(done, {all: many, lastId: many - 1, refused: many, left: 0});
});

const kToken = 'a_token_of_some_length';
pageTest('a token is asked for, and then sent with every request',
         {token: kToken, httpCredentials: {username: 'anybody', password: kToken}}, async (page, service) => {
  for (const path of ['/', '/assets/main.js', '/v1/model']) {
    const refused = await fetch(service.address + path);
    assert.equal(refused.status, 401, path);
    assert.match(refused.headers.get('WWW-Authenticate'), /Basic realm="giemsa"/);
  }
  await page.click('#all-samples');
  await page.waitForSelector('#named .card');
  await page.locator('#named .picture').first().hover();
  await page.waitForSelector('#named .overlaid');
});
