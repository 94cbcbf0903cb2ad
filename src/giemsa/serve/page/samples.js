// The samples that come with the service.
import {readSample, readSamples} from './api.js';
import {byId, el} from './dom.js';

/** Offers them; does without where the service has none. take(samples): what is done with chosen ones. */
export async function offerSamples(take) {
  const samples = await readSamples().catch(() => []);
  if (samples.length === 0) return;
  const all = byId('all-samples');
  all.hidden = false;
  all.addEventListener('click', () => take(samples));
  byId('samples').append(...samples.map((sample) => {
    const about = sample.about ?? sample.name;
    const button = el('button', {type: 'button', title: about, 'aria-label': `Sample: ${about}`},
                      el('img', {src: sample.url, alt: '', loading: 'lazy', width: 64, height: 64}));
    button.addEventListener('click', () => {
      take([sample]);
      all.focus();  // the button itself goes
    });
    return el('li', {}, button);
  }));
}

/** → [{name, file}]. Throws ServiceError. */
export const filesOfSamples = (samples) => Promise.all(samples.map(async ({name, url}) => {
  const blob = await readSample(url);
  const fileName = /\.\w+$/.test(name) ? name : url.slice(url.lastIndexOf('/') + 1);
  // Always the same time, so that a sample that is there already is known again.
  return {name: fileName, file: new File([blob], fileName, {type: blob.type, lastModified: 0})};
}));
