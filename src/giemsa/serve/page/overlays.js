// Overlays of the service, fetched once each and kept while they are among the last that were looked at.
import {explain, untilFree} from './api.js';

const kMost = 96;
const kMostBytes = 32e6;

export class Overlays {
  #kept = new Map();  // key → {url, bytes}, the longest unused first
  #bytes = 0;
  #modelId;

  /** modelId: of the model whose overlays are wanted. */
  constructor(modelId) {
    this.#modelId = modelId;
  }

  /**
   * The address of a picture's overlay for a class (null: the most probable one). Waits where the service is
   * busy; throws AbortError when `signal` aborts, and ServiceError.
   */
  async get(cell, className, signal) {
    const key = `${cell.id}|${className ?? ''}`;
    const kept = this.#kept.get(key);
    if (kept) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept.url;
    }
    const blob = await untilFree(() => explain(cell.file, className, this.#modelId, signal), signal);
    if (this.#kept.has(key)) return this.#kept.get(key).url;  // asked for twice at once
    const entry = {url: URL.createObjectURL(blob), bytes: blob.size};
    this.#kept.set(key, entry);
    this.#bytes += entry.bytes;
    for (const oldest of this.#kept.keys()) {
      if (oldest === key || (this.#kept.size <= kMost && this.#bytes <= kMostBytes)) break;
      this.#drop(oldest);
    }
    return entry.url;
  }

  clear() {
    for (const key of [...this.#kept.keys()]) this.#drop(key);
  }

  #drop(key) {
    const {url, bytes} = this.#kept.get(key);
    URL.revokeObjectURL(url);
    this.#kept.delete(key);
    this.#bytes -= bytes;
  }
}
