/** What is made when it is first needed, and then kept: the tables of languages take 20 ms and megabytes to load. */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
