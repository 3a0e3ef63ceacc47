/** Makes a failing world smaller as long as it fails the same way: fewer faults, strangers, people, less time. */
import { faultKinds, type Options, peopleLeast } from "./options.ts";

/** Shorter worlds have hardly begun. */
const hoursLeast = 0.05;

/** `fails` runs a world and says whether the same promise is broken in it. */
export async function shrink(
  options: Options,
  fails: (smaller: Options) => Promise<boolean>,
): Promise<Options> {
  let smallest = options;
  for (let before; before !== smallest;) {
    before = smallest;
    for (const smaller of candidates(smallest)) {
      if (!(await fails(smaller))) continue;
      smallest = smaller;
      break;
    }
  }
  return smallest;
}

/** What is a little less, what tells most first. Each is less than before, so that shrinking ends. */
function candidates(options: Options): readonly Options[] {
  const { faults } = options;
  const kinds = faultKinds.filter((kind) => faults[kind] !== undefined);
  const fewerFaults = kinds.map((kind) => {
    const others = kinds.filter((other) => other !== kind);
    return { ...options, faults: Object.fromEntries(others.map((other) => [other, faults[other]])) };
  });
  const fewerStrangers = options.strangers.map((kind) => ({
    ...options,
    strangers: options.strangers.filter((other) => other !== kind),
  }));
  const fewerPeople = options.people > peopleLeast ? [{ ...options, people: options.people - 1 }] : [];
  const less = options.hours / 2;
  const lessTime = less >= hoursLeast ? [{ ...options, hours: less }] : [];
  return [...fewerFaults, ...fewerStrangers, ...fewerPeople, ...lessTime];
}
