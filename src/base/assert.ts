/** Our own mistakes: what must hold is asserted, and the program stops where it does not. */
export class BrokenAssertion extends Error {
  override readonly name = "BrokenAssertion";
}

/** Throws BrokenAssertion when `condition` does not hold. */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new BrokenAssertion(what);
}

/** The value, where the code around it guarantees that there is one. */
export function present<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new BrokenAssertion(`${what} is missing`);
  return value;
}

/** Ends a `switch` over a union: a case that was forgotten does not compile. */
export function unreachable(value: never): never {
  throw new BrokenAssertion(`no case for ${JSON.stringify(value)}`);
}
