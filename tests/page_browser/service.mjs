// `giemsa serve` as a process.
import {spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';

const kPatience_ms = 60e3;

/** A service on a free port. → {address, predict(pictures), explain(path), end()}. token: asks for it. */
export async function startService(giemsa, token = null) {
  const env = token ? {...process.env, GIEMSA_TOKEN: token} : process.env;
  const child = spawn(giemsa, ['serve', '--port', '0', '--access-log', 'none'],
                      {env, stdio: ['ignore', 'pipe', 'pipe']});
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);  // it must not outlive the tests, however these end
  child.once('exit', () => process.off('exit', kill));
  const address = await addressOf(child).catch((error) => {
    kill();
    throw error;
  });
  const headers = token ? {Authorization: `Bearer ${token}`} : {};
  const ask = async (path, request = {}) => {
    const response = await fetch(address + path, {...request, headers: {...headers, ...request.headers}});
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  return {
    address,
    model: async () => (await ask('/v1/model')).json(),
    /** pictures: [{name, path}] → the service's own answers. */
    async predict(pictures) {
      const body = new FormData();
      for (const {name, path} of pictures) body.append('picture', new Blob([readFileSync(path)]), name);
      return (await (await ask('/v1/predict', {method: 'POST', body})).json()).answers;
    },
    async explain(path) {
      const request = {method: 'POST', body: readFileSync(path), headers: {'Content-Type': 'image/png'}};
      return Buffer.from(await (await ask('/v1/explain', request)).arrayBuffer());
    },
    async end() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** What it says of where it listens. */
function addressOf(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`giemsa serve says no address: ${said}`)), kPatience_ms);
    const listen = (piece) => {
      said += piece;
      const found = said.match(/http:\/\/[^\s/]+:\d+/);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[0]);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => reject(new Error(`giemsa serve ended with ${code}: ${said}`)));
  });
}
