/** The links between those who are in a room, as they themselves see them: whether all of them hang together. */
import type { JoinedRoom } from "../../core/ports/network.ts";
import type { Person } from "../person.ts";

/** A room as one of its members sees it. */
export interface View {
  readonly person: Person;
  readonly joined: JoinedRoom;
  /** "<ip>:<port>" of the viewer, as the list has it. */
  readonly own: string;
}

/** Undefined for whoever is in no room or does not run. */
export function viewOf(person: Person): View | undefined {
  const [joined] = person.network?.rooms?.state().joined ?? [];
  const own = joined?.members.find(({ identity }) => identity === undefined);
  return joined === undefined || own === undefined ? undefined : { person, joined, own: own.address };
}

export function viewsOf(people: readonly Person[], room: string): readonly View[] {
  return people.flatMap((person) => {
    const view = viewOf(person);
    return view?.joined.room === room ? [view] : [];
  });
}

/** Those who hang together by links of which both ends know, the largest group first. */
export function components(views: readonly View[]): readonly (readonly View[])[] {
  const byAddress = new Map(views.map((view) => [view.own, view]));
  const left = new Set(views);
  const groups: (readonly View[])[] = [];
  for (const start of views) {
    if (!left.delete(start)) continue;
    const group = [start];
    for (const view of group) {
      for (const address of linkedTo(view)) {
        const other = byAddress.get(address);
        if (other !== undefined && linkedTo(other).has(view.own) && left.delete(other)) group.push(other);
      }
    }
    groups.push(group);
  }
  return groups.toSorted((a, b) => b.length - a.length);
}

function linkedTo({ joined }: View): ReadonlySet<string> {
  return new Set(joined.members.filter(({ link }) => link !== "none").map(({ address }) => address));
}

/** In words, for whoever has to find out what went wrong. */
export function drawn(views: readonly View[]): string {
  return views
    .map(({ person, joined }) => {
      const links = joined.members.filter(({ link }) => link !== "none");
      return `${person.name}(${links.map(({ name, link }) => `${link === "forward" ? ">" : "<"}${name}`).join(" ")})`;
    })
    .join(" ");
}
