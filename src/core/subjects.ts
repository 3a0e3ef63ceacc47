/** The parts of the chat, put together: each holds one subject, and none knows those built after it. */
import type { Journal } from "../base/journal.ts";
import type { Random } from "../base/random.ts";
import { Conversations } from "./conversations/conversations.ts";
import { ConversationDeeds } from "./conversations/deeds.ts";
import { Import } from "./import.ts";
import { Imported } from "./imported.ts";
import { MessageDeeds } from "./messages/deeds.ts";
import { History } from "./messages/history.ts";
import { Intake } from "./messages/intake.ts";
import { Outbox } from "./messages/outbox.ts";
import { Pokes } from "./messages/pokes.ts";
import { Recipients } from "./messages/recipients.ts";
import { Routes } from "./messages/routes.ts";
import { Networks } from "./networks.ts";
import { Doubts } from "./people/doubts.ts";
import { PeopleDeeds } from "./people/deeds.ts";
import { Meeting } from "./people/meeting.ts";
import { People } from "./people/people.ts";
import { Presences } from "./people/presences.ts";
import type { Store } from "./ports/store.ts";
import { Profile } from "./profile.ts";
import { Queries } from "./queries.ts";
import { RoomNotes } from "./rooms/room-notes.ts";
import { Rosters } from "./rooms/rosters.ts";

export type Subjects = ReturnType<typeof composeSubjects>;

/** Reads from the store what is held in memory. */
export function composeSubjects(store: Store, random: Random, journal: Journal) {
  const { messages } = store;
  const networks = new Networks(journal);
  const profile = new Profile(store.settings, networks);
  const people = new People(store.people, journal);
  const presences = new Presences(people, journal);
  const conversations = new Conversations({ store, people, journal });
  const recipients = new Recipients(people, presences);
  const history = new History({ store, conversations, random, journal });
  const doubts = new Doubts(people, presences, store.settings);
  const imported = new Imported(store.settings);
  const meeting = new Meeting({ people, presences, conversations, history, journal });
  const roomNotes = new RoomNotes({ conversations, history, journal });
  const rosters = new Rosters({
    ...{ people, presences, networks, conversations, meeting, notes: roomNotes, journal },
  });
  const routes = new Routes({ people, presences, networks, conversations, doubts, rosters });
  const outbox = new Outbox({ store, journal, random, people, routes });
  const pokes = new Pokes(journal);
  return {
    networks,
    profile,
    people,
    presences,
    conversations,
    history,
    outbox,
    meeting,
    rosters,
    roomNotes,
    intake: new Intake({ messages, people, meeting, conversations, history, pokes }),
    import: new Import({ messages, meeting, conversations, imported }),
    peopleDeeds: new PeopleDeeds(people, conversations),
    conversationDeeds: new ConversationDeeds({ people, presences, networks, conversations, history }),
    messageDeeds: new MessageDeeds({
      messages,
      people,
      networks,
      conversations,
      recipients,
      rosters,
      history,
      outbox,
      doubts,
    }),
    queries: new Queries({
      ...{ store, people, presences, networks, conversations, recipients, outbox, profile, imported },
      ...{ rosters, roomNotes, pokes },
    }),
  };
}
