import type { Unauthorised } from './outcome.js';
import type { ApiKeySource } from './settings.js';

/** A key that may be sent. */
export interface UsableKey {
  readonly kind: 'key';
  readonly text: string;
}

// Printable ASCII: anything else cannot stand in a header, or is a slip such as a line break from a file.
const USABLE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

/** Says why nothing can be sent, without the key. */
export const UNUSABLE_KEY: string = 'the API key cannot be sent in a header: check HH_API_KEY (or the option apiKey) for line breaks, tabs and other stray characters';

/** Whether a key can be sent in a header. */
export function isUsable(key: string): boolean {
  return USABLE.test(key);
}

/** The key, from wherever it comes. A function's answer is kept until the server refuses it. */
export class ApiKey {
  readonly #source: ApiKeySource;
  #current: Promise<UsableKey | Unauthorised> | undefined;
  #settled: UsableKey | undefined;

  constructor(source: ApiKeySource) {
    this.#source = source;
  }

  /** The key that `get` would resolve with, when it is there already. */
  get known(): UsableKey | undefined {
    return this.#settled;
  }

  get(): Promise<UsableKey | Unauthorised> {
    this.#current ??= this.#fetch();
    return this.#current;
  }

  /**
   * After the server has refused a key: another one, or undefined when there is no other. The
   * function is called once for all attempts that were refused with the same answer of it.
   */
  async afterRefusal(refused: UsableKey): Promise<UsableKey | Unauthorised | undefined> {
    if (typeof this.#source === 'string') return undefined;
    const current = this.#current;
    const known = await current;
    // Meanwhile another attempt may have asked for a new key.
    if (known === refused && this.#current === current) {
      this.forget();
      this.#current = this.#fetch();
    }
    const next = await this.get();
    return next.kind === 'key' && next.text === refused.text ? undefined : next;
  }

  /** A function that has not answered in time is not waited for again. */
  forget(): void {
    this.#current = undefined;
    this.#settled = undefined;
  }

  #fetch(): Promise<UsableKey | Unauthorised> {
    const fetched = this.#callSource().then((key) => {
      if (this.#current !== fetched) return key;
      if (key.kind === 'key') this.#settled = key;
      // The next attempt shall ask again.
      else this.#current = undefined;
      return key;
    });
    return fetched;
  }

  async #callSource(): Promise<UsableKey | Unauthorised> {
    if (typeof this.#source === 'string') {
      return isUsable(this.#source) ? { kind: 'key', text: this.#source } : unusable('api_key_invalid', UNUSABLE_KEY);
    }
    try {
      const text: unknown = await this.#source();
      if (typeof text === 'string' && isUsable(text)) return { kind: 'key', text };
      return unusable('api_key_function_failed', 'the apiKey function gave no text that can be sent in a header');
    } catch {
      // What it threw is left alone: its text may quote the secret.
      return unusable('api_key_function_failed', 'the apiKey function threw');
    }
  }
}

function unusable(reason: string, message: string): Unauthorised {
  return { kind: 'unauthorised', reason, message };
}
