// What the tests share: the service, the browser, drawn pictures; and pages that are watched.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {test} from 'node:test';
import {drawPictures} from './pictures.mjs';
import {startService} from './service.mjs';

const kDesktop = {width: 1280, height: 900};
const kPatience_ms = 60e3;  // a loaded machine with two cores

/** Set by start(). */
export let session = null;

export async function start(giemsa, peer, chromium, pattern) {
  const require = createRequire(peer + '/');
  const folder = mkdtempSync(`${tmpdir()}/giemsa_page_`);
  process.once('exit', () => rmSync(folder, {recursive: true}));
  const [service, browser] = await Promise.all([
    startService(giemsa),
    require('playwright-core').chromium.launch({executablePath: chromium}),
  ]);
  session = {
    giemsa, service, browser, folder, pattern,
    axe: require('axe-core').source,
    pictures: drawPictures(giemsa, folder),
    async end() {
      try {
        await browser.close();
      } finally {
        await service.end();
      }
    },
  };
  return session;
}

/**
 * A test with a page of its own. Fails for anything on the console, any error, and any request to elsewhere.
 * options: of the browser's context; `expected`: what the console may say; `token`: of a service of its own.
 * check(page, service).
 */
export function pageTest(name, options, check) {
  if (!session.pattern.test(name)) return;
  test(name, async () => {
    const {expected = /(?!)/, token = null, ...contextOptions} = options;
    const service = token ? await startService(session.giemsa, token) : session.service;
    const context = await session.browser.newContext(
        {viewport: kDesktop, acceptDownloads: true, reducedMotion: 'reduce', ...contextOptions});
    context.setDefaultTimeout(kPatience_ms);
    const faults = [];
    const note = (text) => expected.test(text) || faults.push(text);
    context.on('console', (message) => note(`console: ${message.text()} ${message.location().url}`));
    context.on('weberror', (error) => note(`error: ${error.error().stack}`));
    context.on('request', (request) => {
      const isHere = ['blob:', `${service.address}/`].some((here) => request.url().startsWith(here));
      if (!isHere) faults.push(`to elsewhere: ${request.url()}`);
    });
    try {
      const page = await context.newPage();
      await page.goto(`${service.address}/`);
      await page.waitForSelector('html[data-ready]');
      await check(page, service);
      assert.deepEqual(faults, []);
    } finally {
      await context.close();
      if (token) await service.end();
    }
  });
}
