// The service, as the page asks it. All addresses are of its own origin.

/** A refusal. status: of HTTP, 0 where nothing answered; retryAfter_s: what a busy service asks for. */
export class ServiceError extends Error {
  constructor(status, message, hint = '', retryAfter_s = 1) {
    super(message);
    Object.assign(this, {status, hint, retryAfter_s});
  }
}

/** In the place of a status. */
export const kOtherModel = 'another model';

export const readModel = () => readJson('/v1/model');
export const readSamples = async () => (await readJson('/v1/samples')).samples;
export const readSample = async (url) => (await ask(url)).blob();

/**
 * files: [{name, file}] → the answers in the same order. modelId: the one whose answers are wanted, since a
 * service may take up another model at any time.
 */
export async function predict(files, modelId, signal) {
  const body = new FormData();
  for (const {name, file} of files) body.append('picture', file, name);
  const {model, answers} = await readJson('/v1/predict', {method: 'POST', body, signal});
  requireModel(model, modelId);
  if (!Array.isArray(answers) || answers.length !== files.length) {
    throw new ServiceError(500, `${answers?.length ?? 'No'} answers came for ${files.length} pictures.`);
  }
  return answers;
}

/**
 * The picture with what speaks for a class lit up, as a PNG. className null: the most probable class.
 * modelId: as for predict().
 */
export async function explain(file, className, modelId, signal) {
  const address = className === null ? '/v1/explain' : `/v1/explain?class=${encodeURIComponent(className)}`;
  const headers = {'Content-Type': file.type.startsWith('image/') ? file.type : 'application/octet-stream'};
  const response = await ask(address, {method: 'POST', headers, body: file, signal});
  requireModel(response.headers.get('Giemsa-Model'), modelId);
  return whole(response.blob());
}

/** What asking() answers; repeated while the service is busy. Throws AbortError when `signal` aborts. */
export async function untilFree(asking, signal = null) {
  for (;;) {
    try {
      return await asking();
    } catch (error) {
      if (error.status !== 503) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1e3 * error.retryAfter_s));
      signal?.throwIfAborted();
    }
  }
}

function requireModel(id, wanted) {
  if (id === wanted) return;
  throw new ServiceError(kOtherModel, 'The service answers with another model now.',
                         'Export what you need, then load this page again.');
}

const readJson = async (address, request) => whole((await ask(address, request)).json());

/** reading: of a body, whose head has come. */
async function whole(reading) {
  try {
    return await reading;
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ServiceError(0, 'The answer of the service broke off.');
  }
}

async function ask(address, request) {
  let response;
  try {
    response = await fetch(address, request);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ServiceError(0, 'The service does not answer.', 'Is giemsa serve still running?');
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => null);
  const asked_s = Number(response.headers.get('Retry-After'));
  throw new ServiceError(response.status, said?.error?.message ?? `The service answered ${response.status}.`,
                         said?.error?.hint ?? '', asked_s > 0 ? Math.min(asked_s, 60) : 1);
}
