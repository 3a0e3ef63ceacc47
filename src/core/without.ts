/** A record without one of its optional fields: absent, not undefined. */

export function without<Whole extends object, Key extends keyof Whole>(
  whole: Whole,
  key: Key,
): Omit<Whole, Key> {
  const copy: Omit<Whole, Key> = { ...whole };
  Reflect.deleteProperty(copy, key);
  return copy;
}
