import { asideNameOf, blocksOf, entryOf, fileNameOf, leaseNameOf, unfinishedNameOf } from '../../../src/delivery/outbox/file-name.js';

const OWNER = '0123456789abcdef';
const name = { created: 1_795_000_000_123, sessions: 12, bytes: 34_567, target: 'abcdef012345', id: 'fedcba9876543210-7', owner: OWNER };

describe('the name of a file', () => {
  it('says all that has to be known without opening it', () => {
    expect(fileNameOf(name)).toBe('1795000000123-12-34567-abcdef012345-fedcba9876543210-7.0123456789abcdef.jsonl');
    expect(entryOf(fileNameOf(name))).toEqual({ kind: 'sessions', name });
  });

  it('differs only in the owner after a claim', () => {
    const other = { ...name, owner: 'ffffffffffffffff' };
    expect(fileNameOf(other).replace('ffffffffffffffff', OWNER)).toBe(fileNameOf(name));
  });

  it('tells unfinished files, leases and files that were set aside', () => {
    expect(entryOf(unfinishedNameOf(name))).toEqual({ kind: 'unfinished', owner: OWNER });
    expect(entryOf(leaseNameOf(OWNER))).toEqual({ kind: 'lease', owner: OWNER });
    expect(entryOf(asideNameOf(name))).toEqual({ kind: 'aside', name });
  });

  it.each(['', 'x', '.lease', 'x.jsonl', `${fileNameOf(name)}.bak`, ` ${fileNameOf(name)}`, fileNameOf(name).toUpperCase(), `../${fileNameOf(name)}`, `${fileNameOf(name)}\n`])(
    'is foreign: %p',
    (entry) => expect(entryOf(entry)).toEqual({ kind: 'foreign' }),
  );
});

it.each([
  [0, 0],
  [1, 4096],
  [4096, 4096],
  [4097, 8192],
])('a file of %d bytes takes %d on disk', (bytes, blocks) => expect(blocksOf(bytes)).toBe(blocks));
