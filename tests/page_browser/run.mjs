// Runs the tests of this folder in one process, which share a browser and a service:
// node run.mjs GIEMSA PEER CHROMIUM [PATTERN]. Peer: where playwright-core and axe-core are installed.
import {readdirSync} from 'node:fs';
import {after} from 'node:test';
import {start} from './session.mjs';

const [giemsa, peer, chromium, pattern = ''] = process.argv.slice(2);
// By default a signal would end this process alone, not what it has started.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
const session = await start(giemsa, peer, chromium, new RegExp(pattern));
after(() => session.end());
for (const file of readdirSync(new URL('.', import.meta.url)).sort()) {
  if (file.endsWith('_test.mjs')) await import(`./${file}`);
}
