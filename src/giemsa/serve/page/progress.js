// What is under way, what went wrong, and the same in words for screen readers.
import {isAbstention} from './cells.js';
import {byId, el} from './dom.js';
import {counted, duration, whole} from './words.js';

const kTick_ms = 250;
const kSpeak_ms = 10e3;  // between two announcements of how far it is

export class Progress {
  #actions;
  #timer = 0;
  #spoken = 0;
  #wasRunning = false;
  #note = '';

  /** actions: {stop(), goOn(), refresh(): calls show()}. */
  constructor(actions) {
    this.#actions = actions;
    byId('stop').addEventListener('click', () => actions.stop());
  }

  /** After every change of the queue; ticks by itself while it runs. */
  show(queue, cells) {
    const {running, done, total, left} = queue;
    byId('progress').hidden = !running && this.#note === '';
    byId('stop').hidden = byId('progress-bar').hidden = !running;
    if (total > 0) Object.assign(byId('progress-bar'), {value: done, max: total});
    const words = running ? [this.#words(queue), this.#note] : [this.#note];
    byId('progress-words').textContent = words.filter(Boolean).join(' · ');
    document.title = running ? `${Math.floor(100 * done / total)} % · giemsa` : 'giemsa';
    this.#showProblem(queue);
    if (running) {
      this.#timer ||= setTimeout(() => {
        this.#timer = 0;
        this.#actions.refresh();
      }, kTick_ms);
      this.#sayNowAndThen(`${whole(done)} of ${counted(total, 'picture')}`);
    } else if (this.#wasRunning && left === 0) {
      this.say(summary(cells));
    }
    this.#wasRunning = running;
  }

  /** A line beside the progress until the next one, '' for none. */
  note(text) {
    this.#note = text;
    if (text) this.say(text);
    byId('progress').hidden = text === '';
    byId('progress-words').textContent = text;
  }

  /** For screen readers alone. */
  say(text) {
    byId('said').textContent = text;
  }

  /** error: a ServiceError. again(): what the button does. */
  problem(error, again) {
    const box = byId('problem');
    const button = el('button', {type: 'button', class: 'button small'}, 'Try again');
    button.addEventListener('click', () => {
      box.hidden = true;
      again();
    });
    box.replaceChildren(el('p', {}, el('b', {}, error.message), ' ', error.hint ?? ''), button);
    box.hidden = false;
  }

  clear() {
    this.note('');
    byId('problem').hidden = true;
    byId('progress').hidden = true;
  }

  #words({done, total, left, rate, busy_s}) {
    const parts = [`${whole(done)} of ${counted(total, 'picture')}`];
    if (busy_s > 0) parts.push(`the service is busy, asking again in ${duration(busy_s)}`);
    else if (rate > 0) parts.push(`${pace(rate)} a second`, `${duration(left / rate)} left`);
    return parts.join(' · ');
  }

  #showProblem({running, stopped, problem, left}) {
    const box = byId('problem');
    if (running || !stopped || left === 0) {
      if (running) box.hidden = true;
      return;
    }
    if (!box.hidden) return;
    const waiting = `${counted(left, 'picture has', 'pictures have')} not been looked at.`;
    const button = el('button', {type: 'button', class: 'button small', id: 'go-on'}, 'Go on');
    button.addEventListener('click', () => {
      this.#actions.goOn();
      byId('stop').focus();
    });
    const {message, hint} = problem ?? {message: 'Stopped.', hint: ''};
    box.replaceChildren(el('p', {}, el('b', {}, message), ` ${hint} ${waiting}`), button);
    box.hidden = false;
    if (!problem) button.focus();  // the button that was pressed has gone
  }

  #sayNowAndThen(text) {
    const now = performance.now();
    if (now - this.#spoken < kSpeak_ms) return;
    if (this.#spoken > 0) this.say(text);
    this.#spoken = now;
  }
}

const pace = (rate) => (rate < 10 ? rate.toFixed(1) : whole(rate));

function summary(cells) {
  const number = (is) => cells.filter(is).length;
  const named = whole(number(({status}) => status === 'answered'));
  return [`${counted(cells.length, 'picture')} looked at: ${named} named`,
          `${whole(number(isAbstention))} abstained`,
          `${whole(number(({status}) => status === 'unreadable'))} not readable.`].join(', ');
}
