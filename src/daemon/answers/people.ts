/** Answers the methods people.*. */
import type { Answers } from "../../api/server.ts";
import type { Person } from "../../api/records.ts";
import { KithError } from "../../base/errors.ts";
import type { PersonId } from "../../base/ids.ts";
import type { PersonView } from "../../core/queries.ts";
import { peopleFitting, personMeant } from "./context.ts";
import type { Context } from "./context.ts";

type PeopleAnswers = Pick<
  Answers,
  "people.list" | "people.find" | "people.rename" | "people.join" | "people.verify" | "people.allowPlain"
>;

export function peopleAnswers(context: Context): PeopleAnswers {
  const { queries, loop, records, cursor } = context;
  const show = (id: PersonId): Person => {
    const view = queries.person(id);
    if (view === undefined) throw new KithError("no-such-person", { name: `#${id}` });
    return records.person(view);
  };
  return {
    "people.list": ({ online }) => {
      const people = queries.people().filter(({ presence }) => online !== true || presence.online);
      return { people: people.toSorted(byPresence).map((view) => records.person(view)), cursor: cursor() };
    },
    "people.find": ({ who }) => ({ people: peopleFitting(context, who).map(show) }),
    "people.rename": async ({ who, name }) => {
      const person = personMeant(context, who);
      await loop.command({ kind: "rename-person", person, ...(name === undefined ? {} : { name }) });
      return show(person);
    },
    "people.join": async (params) => {
      const [into, from] = [personMeant(context, params.into), personMeant(context, params.from)];
      await loop.command({ kind: "join-people", into, from });
      return show(into);
    },
    "people.verify": async ({ who, verified }) => {
      const person = personMeant(context, who);
      await loop.command({ kind: "verify-person", person, verified });
      return show(person);
    },
    "people.allowPlain": async ({ who, allowed }) => {
      const person = personMeant(context, who);
      await loop.command({ kind: "allow-plain", person, allowed });
      return show(person);
    },
  };
}

function byPresence(a: PersonView, b: PersonView): number {
  return (
    Number(b.presence.online) - Number(a.presence.online) || a.person.label.localeCompare(b.person.label)
  );
}
