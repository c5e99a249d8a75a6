/** What a promise gives, or undefined when it takes longer; what comes of it later is nobody's concern. */
export function withinTime<T>(promise: Promise<T>, millis: number): Promise<T | undefined> {
  promise.catch(() => {});
  let timer: NodeJS.Timeout;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, millis, undefined);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
