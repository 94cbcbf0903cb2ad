// Pictures come in, and what is shown of them is what the service says.
import assert from 'node:assert/strict';
import {
  cardsOf, dropFiles, dropFromDisk, label, namesShown, percent, said, settled,
} from './page_actions.mjs';
import {pageTest, session} from './session.mjs';

const kTall = {viewport: {width: 1280, height: 6000}};  // all cards exist

/** A card as it must be for an answer of the service. */
function expected({name, status, class: named, confidence, reason = null, set, probabilities}) {
  const isNamed = status === 'answered';
  const best = Object.entries(probabilities).sort((a, b) => b[1] - a[1]).slice(0, 3);
  const isPlainSet = set.length === 1 && set[0] === named;
  return {
    file: name,
    heading: isNamed ? label(named) : status === 'unsure' ? 'Not sure' : 'Not a known cell',
    share: isNamed ? percent(confidence) : null,
    reason,
    others: !isNamed || isPlainSet ? null :
        set.length > 0 ? `may be ${set.map(label).join(' or ')}` : 'look yourself',
    bars: best.map(([of, share]) => [label(of), percent(share)]),
    widths: best.map(([, share]) => 100 * share),
    corrected: false,
  };
}

async function checkAnswers(page, pictures) {
  const answers = await session.service.predict(pictures);
  await settled(page, pictures.length);
  for (const [list, statuses] of [['named', ['answered']], ['abstained', ['unlike', 'unsure']]]) {
    const cards = await cardsOf(page, list);
    const wanted = answers.filter(({status}) => statuses.includes(status)).map(expected);
    assert.equal(cards.length, wanted.length, list);
    cards.forEach((card, i) => {
      card.widths.forEach((width, k) =>
        assert.ok(Math.abs(width - wanted[i].widths[k]) < 0.001, `${card.file}: bar ${k}`));
      assert.deepEqual({...card, widths: 0}, {...wanted[i], widths: 0});
    });
  }
  return answers;
}

pageTest('dropped pictures become cards that say what the service says', kTall, async (page) => {
  const {cells, stripes} = session.pictures;
  await dropFiles(page, [...cells, stripes]);
  const answers = await checkAnswers(page, [...cells, stripes]);
  assert.deepEqual([...new Set(answers.map(({status}) => status))].sort(), ['answered', 'unlike', 'unsure']);
  assert.equal(await page.textContent('#progress-words'), '');
});

pageTest('an unreadable file and a non-cell are set apart, with the reason', kTall, async (page) => {
  const {cells, broken, stripes} = session.pictures;
  await dropFiles(page, [cells[0], broken, stripes]);
  await settled(page, 3);
  const [, refused, unlike] = await session.service.predict([cells[0], broken, stripes]);
  assert.equal(refused.status, 'unreadable');
  assert.equal(unlike.status, 'unlike');
  const listed = page.locator('#unreadable li');
  assert.equal(await listed.count(), 1);
  assert.equal(await listed.innerText(), `broken.jpg ${refused.reason}`);
  assert.deepEqual((await cardsOf(page, 'abstained')).map(({heading, reason}) => [heading, reason]),
                   [['Not a known cell', unlike.reason]]);
  assert.ok(await listed.isVisible());
  assert.equal(await page.textContent('#said'),
               '3 pictures looked at: 1 named, 1 abstained, 1 not readable.');
});

pageTest('files that cannot be sent are listed without asking the service', {}, async (page) => {
  let asked = 0;
  await page.route('**/v1/predict', (route) => ++asked && route.continue());
  const {picture_bytes} = (await session.service.model()).limits;
  await page.evaluate((bytes) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([], 'empty.png'));
    transfer.items.add(new File([new ArrayBuffer(bytes + 1)], 'huge.png'));
    document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, bubbles: true}));
  }, picture_bytes);
  await settled(page, 2);
  const lines = await page.locator('#unreadable li').allInnerTexts();
  assert.equal(lines[0], 'empty.png the file is empty');
  assert.match(lines[1], /^huge\.png the file has \d+ MB; the service takes up to \d+ MB$/);
  assert.equal(asked, 0);
});

pageTest('a folder from the file manager is read to any depth', kTall, async (page) => {
  await dropFromDisk(page, [session.pictures.folder]);
  await settled(page, 5);
  const {cells} = session.pictures;
  const deep = cells.slice(0, 4).map(({name}) => `slide/deep/er/${name}`);
  assert.deepEqual(await namesShown(page), [...deep, `slide/${cells[9].name}`].sort());
  assert.equal(await page.textContent('#progress-words'), '2 files are no picture by name');
});

pageTest('pictures and a folder can be chosen by buttons', kTall, async (page) => {
  const {cells, folder} = session.pictures;
  await page.setInputFiles('#files', cells.slice(0, 2).map(({path}) => path));
  await settled(page, 2);
  await page.setInputFiles('#folder', folder);
  await settled(page, 7);
  await page.setInputFiles('#folder', folder);
  await said(page, '5 pictures were there already; 2 files are no picture by name');
  await settled(page, 7);
});

pageTest('samples', kTall, async (page) => {
  const samples = page.locator('#samples button');
  const count = await samples.count();
  assert.ok(count >= 4);
  await page.waitForFunction(
    () => [...document.querySelectorAll('#samples img')].every(({naturalWidth}) => naturalWidth > 0));
  await samples.nth(1).click();
  await settled(page, 1);
  await page.click('#all-samples');
  await settled(page, count);
  assert.equal(await page.textContent('#progress-words'), '1 picture was there already');
  const drawn = await page.$$eval('.card img', (images) => Promise.all(images.map(async (image) => {
    await image.decode();
    return image.naturalWidth;
  })));
  assert.ok(drawn.length === count && drawn.every((width) => width >= 32));
});
