const never = new Promise<never>(() => undefined);

/** An object whose methods do not return any more once the signal aborts, as those of a process that was killed. */
export function mortal<T extends object>(target: T, killed: AbortSignal): T {
  return new Proxy(target, {
    get(object, property) {
      const value: unknown = Reflect.get(object, property, object);
      if (typeof value !== 'function') return value;
      return (...args: readonly unknown[]) => {
        const result: unknown =
          killed.aborted && property !== 'elapsed' && property !== 'now' ? never : value.apply(object, args);
        if (!(result instanceof Promise)) return result;
        return result.then(
          (answer: unknown) => (killed.aborted ? never : answer),
          (error: unknown) => (killed.aborted ? never : Promise.reject(error)),
        );
      };
    },
  });
}
