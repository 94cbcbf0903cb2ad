// The samples that come with the service.
import {readSample, readSamples, untilFree} from './api.js';
import {byId, el} from './dom.js';

/** Offers them; does without where the service has none. take(samples): what is done with chosen ones. */
export async function offerSamples(take) {
  const samples = await untilFree(readSamples).catch(() => []);
  if (samples.length === 0) return;
  const all = byId('all-samples');
  all.hidden = false;
  all.addEventListener('click', () => take(samples));
  byId('samples').append(...samples.map((sample) => {
    const about = sample.about ?? sample.name;
    const picture = el('img', {src: sample.url, alt: '', loading: 'lazy', width: 64, height: 64});
    picture.addEventListener('error', () => askAgain(picture, sample), {once: true});
    const button = el('button', {type: 'button', title: about, 'aria-label': `Sample: ${about}`}, picture);
    button.addEventListener('click', () => {
      take([sample]);
      all.focus();  // the button itself goes
    });
    return el('li', {}, button);
  }));
}

/** A browser asks once for a picture, and a busy service answers 503. */
async function askAgain(picture, {url}) {
  const blob = await untilFree(() => readSample(url)).catch(() => null);
  if (blob) picture.src = URL.createObjectURL(blob);
}

/** → [{name, file}]. Throws ServiceError. */
export const filesOfSamples = (samples) => Promise.all(samples.map(async ({name, url}) => {
  const blob = await untilFree(() => readSample(url));
  const fileName = /\.\w+$/.test(name) ? name : url.slice(url.lastIndexOf('/') + 1);
  // Always the same time, so that a sample that is there already is known again.
  return {name: fileName, file: new File([blob], fileName, {type: blob.type, lastModified: 0})};
}));
