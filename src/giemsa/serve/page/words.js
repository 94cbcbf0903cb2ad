// How numbers and classes are written for people.

const kLocale = 'en-GB';
const kFullNames = {ig: 'immature granulocyte'};

/** A class as people call it; CSV files keep the model's own name. */
export const classLabel = (name) => kFullNames[name] ?? name.replaceAll('_', ' ');

const kWhole = new Intl.NumberFormat(kLocale, {maximumFractionDigits: 0});

export const whole = (number) => kWhole.format(number);

/** "1 picture", "2,000 pictures". */
export const counted = (number, one, many = `${one}s`) => `${whole(number)} ${number === 1 ? one : many}`;

/** A probability; never 0 or 100 %, which no model can promise. */
export function percent(share) {
  if (share > 0.999) return '> 99.9 %';
  if (share < 0.001) return '< 0.1 %';
  return `${(100 * share).toFixed(1)} %`;
}

export function bytes(count) {
  if (count < 1e6) return `${whole(count / 1e3)} kB`;
  return `${(count / 1e6).toFixed(count < 1e7 ? 1 : 0)} MB`;
}

/** "3 s", "2 min". */
export const duration = (seconds) =>
  (seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`);

/** "a, b and c". */
export const listed = (words) => new Intl.ListFormat(kLocale).format(words);
