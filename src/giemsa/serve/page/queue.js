// Sends waiting pictures to the service, a few in each request, until all are answered.
import {kOtherModel, predict} from './api.js';
import {bytes} from './words.js';

const kLanes = 3;                 // requests under way: the service answers one while others travel
const kMostPictures = 32;         // in a request: answers keep coming
const kMostBytes = 8e6;
const kEnvelopeBytes = 512;       // of a part's boundary and headers, beside its name
const kLongestName = 3 * 4096;    // bytes of a path in UTF-8
const kMostFailures = 4;          // of one lane in a row without any answer

export class Queue {
  #model;
  #onAnswer;
  #onChange;
  #waiting = [];
  #next = 0;             // the first of #waiting that is not under way
  #repeated = [];        // batches to send again, as they were or halved
  #lanes = 0;
  #stop = new AbortController();
  #before_ms = 0;        // time that earlier runs took
  #since = 0;
  #busyUntil = 0;

  done = 0;              // answered or refused since the queue was last empty
  total = 0;
  problem = null;        // the error that stopped it
  stopped = false;

  /** model: of /v1/model. onAnswer(cell, answer); onChange(): any change of what is to be shown. */
  constructor(model, onAnswer, onChange) {
    this.#model = model;
    this.#onAnswer = onAnswer;
    this.#onChange = onChange;
  }

  get running() {
    return this.#lanes > 0;
  }
  get left() {
    return this.total - this.done;
  }
  /** Seconds until a busy service is asked again, 0 where it is not busy. */
  get busy_s() {
    return this.running ? Math.max(0, (this.#busyUntil - performance.now()) / 1e3) : 0;
  }
  /** Pictures a second. */
  get rate() {
    const ms = this.#before_ms + (this.running ? performance.now() - this.#since : 0);
    return ms > 0 ? this.done / ms * 1e3 : 0;
  }

  add(cells) {
    if (this.left === 0) {
      this.#waiting = [];
      this.#next = this.done = this.total = this.#before_ms = 0;
    }
    for (const cell of cells) this.#waiting.push(cell);  // as arguments, very many overflow the stack
    this.total += cells.length;
    if (!this.stopped) this.run();
  }

  run() {
    this.stopped = false;
    this.problem = null;
    if (this.#stop.signal.aborted) this.#stop = new AbortController();
    if (!this.running) this.#since = performance.now();
    while (this.#lanes < kLanes && this.#hasWork()) {
      this.#lanes += 1;
      this.#lane(this.#stop.signal);  // takes its first pictures before it returns
    }
    this.#onChange();
  }

  /** Pictures under way come to nothing and wait again. */
  stop(problem = null) {
    this.stopped = true;
    this.problem ??= problem;
    this.#stop.abort();
    this.#onChange();
  }

  async #lane(signal) {
    let failures = 0;
    while (!signal.aborted) {
      const batch = this.#repeated.pop() ?? this.#nextBatch();
      if (batch.length === 0) break;
      let answers = [];
      try {
        await this.#untilFree(signal);
        answers = await predict(batch, this.#model.model.id, signal);
        failures = 0;
      } catch (error) {
        if (error.name === 'AbortError') {
          this.#repeated.push(batch);
        } else if (!await this.#recover(error, batch)) {
          failures += 1;
          this.#repeated.push(batch);
          if (isFinal(error) || failures >= kMostFailures) this.stop(error);
          else await wait(500 * 2 ** failures, signal);
        }
      }
      answers.forEach((answer, i) => this.#settle(batch[i], answer));
      this.#onChange();
    }
    this.#lanes -= 1;
    if (!this.running) this.#before_ms += performance.now() - this.#since;
    if (!this.stopped && this.#hasWork()) this.run();  // stopped and started again meanwhile
    this.#onChange();
  }

  #hasWork() {
    return this.#repeated.length > 0 || this.#next < this.#waiting.length;
  }

  #nextBatch() {
    const batch = [];
    const mostPictures = Math.min(kMostPictures, this.#model.limits.pictures);
    const mostBytes = Math.min(kMostBytes, this.#model.limits.body_bytes);
    for (let size = 0; this.#next < this.#waiting.length && batch.length < mostPictures; this.#next += 1) {
      const cell = this.#waiting[this.#next];
      const refusal = this.#refusalOf(cell);
      if (refusal) {
        this.#settle(cell, {status: 'unreadable', reason: refusal});
        continue;
      }
      size += cell.file.size + 3 * cell.name.length + kEnvelopeBytes;
      if (size > mostBytes && batch.length > 0) break;
      batch.push(cell);
    }
    return batch;
  }

  /** Why a file need not be sent at all, or ''. */
  #refusalOf({file}) {
    const {picture_bytes = Infinity, body_bytes} = this.#model.limits;
    const most = Math.min(picture_bytes, body_bytes - kLongestName - kEnvelopeBytes);
    if (!file) return 'the file could not be opened';
    if (file.size === 0) return 'the file is empty';
    return file.size > most ? `the file has ${bytes(file.size)}; the service takes up to ${bytes(most)}` : '';
  }

  #settle(cell, answer) {
    this.done += 1;
    this.#onAnswer(cell, answer);
  }

  /** What can be done about a refusal without asking again for the same. → whether anything was done. */
  async #recover(error, batch) {
    if (error.status === 503) {
      this.#busyUntil = Math.max(this.#busyUntil, performance.now() + 1e3 * error.retryAfter_s);
      this.#repeated.push(batch);
      return true;
    }
    if (error.status === 0) {  // a file that was moved or changed since it was chosen fails in the same way
      const readable = await Promise.all(batch.map(({file}) => isReadable(file)));
      if (readable.every(Boolean)) return false;
      batch.forEach((cell, i) => {
        if (!readable[i]) this.#settle(cell, {status: 'unreadable', reason: 'the file has changed or moved'});
      });
      const rest = batch.filter((_, i) => readable[i]);
      if (rest.length > 0) this.#repeated.push(rest);
      return true;
    }
    const isOfContent = [400, 413, 415, 422].includes(error.status);
    if (!isOfContent) return false;
    if (batch.length === 1) {
      this.#settle(batch[0], {status: 'unreadable', reason: error.message});
    } else {  // one of them spoils the request
      const middle = batch.length >> 1;
      this.#repeated.push(batch.slice(0, middle), batch.slice(middle));
    }
    return true;
  }

  async #untilFree(signal) {
    for (let ms = 1; ms > 0 && !signal.aborted;) {
      ms = this.#busyUntil - performance.now();
      if (ms > 0) {
        this.#onChange();
        await wait(ms, signal);
      }
    }
  }
}

const isReadable = (file) => file.slice(0, 1).arrayBuffer().then(() => true, () => false);

/** Whether asking again cannot help: no permission, no such service, or a mistake of this page. */
const isFinal = ({status}) => [undefined, kOtherModel, 401, 403, 404, 405].includes(status);

/** Ends early when the signal aborts. */
function wait(ms, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
