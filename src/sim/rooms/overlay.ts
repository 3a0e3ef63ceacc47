/** The links between those who are in a room, as they themselves see them: whether all of them hang together. */
import type { JoinedRoom } from "../../core/ports/network.ts";
import type { Person } from "../person.ts";

/** Somebody in a room. */
export interface Node {
  /** "<ip>:<port>", as the list has it. */
  readonly own: string;
  /** Those to whom there are links, as seen from here. */
  readonly linked: ReadonlySet<string>;
}

/** A room as one of its members sees it. */
export interface View extends Node {
  readonly person: Person;
  readonly joined: JoinedRoom;
}

/** Undefined for whoever is in no room or does not run. */
export function viewOf(person: Person): View | undefined {
  const [joined] = person.network?.rooms?.state().joined ?? [];
  const own = joined?.members.find(({ identity }) => identity === undefined);
  if (joined === undefined || own === undefined) return undefined;
  const linked = joined.members.filter(({ link }) => link !== "none").map(({ address }) => address);
  return { person, joined, own: own.address, linked: new Set(linked) };
}

export function viewsOf(people: readonly Person[], room: string): readonly View[] {
  return people.flatMap((person) => {
    const view = viewOf(person);
    return view?.joined.room === room ? [view] : [];
  });
}

/** Those who hang together by links of which both ends know, the largest group first. */
export function components<One extends Node>(nodes: readonly One[]): readonly (readonly One[])[] {
  const byAddress = new Map(nodes.map((node) => [node.own, node]));
  const left = new Set(nodes);
  const groups: (readonly One[])[] = [];
  for (const start of nodes) {
    if (!left.delete(start)) continue;
    const group = [start];
    for (const node of group) {
      for (const address of node.linked) {
        const other = byAddress.get(address);
        if (other?.linked.has(node.own) === true && left.delete(other)) group.push(other);
      }
    }
    groups.push(group);
  }
  return groups.toSorted((a, b) => b.length - a.length);
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
