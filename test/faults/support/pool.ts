/** Runs work on each item, so many at a time; gives a promise for each, in order. */
export function pooled<T, R>(items: readonly T[], atATime: number, work: (item: T) => Promise<R>): Promise<R>[] {
  const turns: Promise<unknown>[] = Array.from({ length: atATime }, () => Promise.resolve());
  return items.map((item, index) => {
    const turn = turns[index % atATime]!.then(() => work(item));
    turns[index % atATime] = turn.catch(() => {});
    return turn;
  });
}
