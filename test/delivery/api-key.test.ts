import { ApiKey, type UsableKey } from '../../src/delivery/api-key.js';

async function usable(key: ApiKey): Promise<UsableKey> {
  const got = await key.get();
  if (got.kind !== 'key') throw new Error(`no key: ${got.reason}`);
  return got;
}

describe('ApiKey', () => {
  it('gives a text as it is, and has no other after a refusal', async () => {
    const key = new ApiKey('hh_1');
    const first = await usable(key);
    expect(first.text).toBe('hh_1');
    expect(await key.afterRefusal(first)).toBeUndefined();
  });

  it('calls a function once for all attempts', async () => {
    const source = jest.fn(async () => 'hh_1');
    const key = new ApiKey(source);
    await Promise.all([key.get(), key.get()]);
    await key.get();
    expect(source).toHaveBeenCalledTimes(1);
  });

  it('calls the function once more for all attempts that were refused with the same key', async () => {
    let calls = 0;
    const key = new ApiKey(async () => `hh_${(calls += 1)}`);
    const first = await usable(key);
    const others = await Promise.all([key.afterRefusal(first), key.afterRefusal(first), key.afterRefusal(first)]);
    expect(calls).toBe(2);
    expect(others.map((other) => other?.kind === 'key' && other.text)).toEqual(['hh_2', 'hh_2', 'hh_2']);
    const late = await key.afterRefusal(first);
    expect(late).toMatchObject({ text: 'hh_2' });
    expect(calls).toBe(2);
  });

  it('knows a key from when it is there until it is refused or forgotten', async () => {
    let calls = 0;
    const key = new ApiKey(async () => `hh_${(calls += 1)}`);
    expect(key.known).toBeUndefined();
    const first = await usable(key);
    expect(key.known).toBe(first);
    const other = key.afterRefusal(first);
    await Promise.resolve();
    expect(key.known).toBeUndefined();
    expect(key.known ?? (await other)).toMatchObject({ text: 'hh_2' });
    expect(key.known).toMatchObject({ text: 'hh_2' });
    key.forget();
    expect(key.known).toBeUndefined();
  });

  it('does not know a key that came after it was forgotten', async () => {
    let answer = (_key: string): void => {};
    const key = new ApiKey(() => new Promise((resolve) => (answer = resolve)));
    const late = key.get();
    key.forget();
    answer('hh_late');
    await late;
    expect(key.known).toBeUndefined();
  });

  it('has no other key when the function gives the same again', async () => {
    const source = jest.fn(() => 'hh_1');
    const key = new ApiKey(source);
    const first = await usable(key);
    expect(await Promise.all([key.afterRefusal(first), key.afterRefusal(first)])).toEqual([undefined, undefined]);
    expect(source).toHaveBeenCalledTimes(2);
  });

  it.each<[string, () => unknown]>([
    ['throws', () => { throw new Error('hh_leak'); }],
    ['rejects', () => Promise.reject(new Error('hh_leak'))],
    ['gives no text', () => 42],
    ['gives undefined', () => undefined],
    ['gives nothing', () => ''],
    ['gives white space', () => '  '],
    ['gives a line break', () => 'hh_leak\n'],
    ['gives a character that no header can hold', () => 'hh_leak\u2026'],
  ])('fails without a word of the secret when the function %s', async (_, source) => {
    const got = await new ApiKey(source as () => string).get();
    expect(got).toMatchObject({ kind: 'unauthorised', reason: 'api_key_function_failed' });
    expect(JSON.stringify(got)).not.toContain('leak');
  });

  it('asks again after a failure', async () => {
    let calls = 0;
    const key = new ApiKey(() => {
      calls += 1;
      if (calls === 1) throw new Error('not yet');
      return 'hh_1';
    });
    expect((await key.get()).kind).toBe('unauthorised');
    expect((await usable(key)).text).toBe('hh_1');
  });

  it('does not wait again for a function that was given up', async () => {
    let calls = 0;
    const key = new ApiKey(() => ((calls += 1) === 1 ? new Promise<string>(() => {}) : 'hh_1'));
    void key.get();
    key.forget();
    expect((await usable(key)).text).toBe('hh_1');
  });

  it('calls a text that cannot be sent invalid', async () => {
    expect(await new ApiKey('hh_1\n').get()).toMatchObject({ kind: 'unauthorised', reason: 'api_key_invalid' });
  });
});
