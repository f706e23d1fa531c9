type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Drops the keys without a value: an optional property is absent, never `undefined`. */
export function definedOnly<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
