/** What is done for each command, and what it is answered with. */
import { unreachable } from "../base/assert.ts";
import type { Command, CommandResults } from "./commands.ts";
import type { Person } from "./model.ts";
import type { Subjects } from "./subjects.ts";
import type { Work } from "./work.ts";

/** Throws a KithError where it cannot be done. */
export function carryOut(command: Command, subjects: Subjects, work: Work): CommandResults[Command["kind"]] {
  const { peopleDeeds, conversationDeeds, messageDeeds, profile } = subjects;
  switch (command.kind) {
    case "rename-person":
      return peopleDeeds.rename(command.person, command.name, work);
    case "join-people":
      return agreedTo(peopleDeeds.join(command.into, command.from, work), subjects, work);
    case "verify-person":
      return peopleDeeds.verify(command.person, command.verified, work);
    case "allow-plain":
      return agreedTo(peopleDeeds.allowPlain(command.person, command.allowed, work), subjects, work);
    case "open-conversation":
      return conversationDeeds.open(command.person, command.network);
    case "change-conversation":
      return conversationDeeds.change(command);
    case "send-message":
      return messageDeeds.send(command, work);
    case "retry-message":
      return messageDeeds.retry(command.message, work);
    case "cancel-message":
      return messageDeeds.cancel(command.message, work);
    case "delete-message":
      return messageDeeds.delete(command.message, work);
    case "set-name":
      profile.setName(command.name, work);
      return undefined;
    case "set-availability":
      profile.setAvailability(command.availability, work);
      return undefined;
    case "put-setting":
      profile.putSetting(command.key, command.value);
      return undefined;
    case "import":
      return subjects.import.run(command.records, work);
    default:
      return unreachable(command);
  }
}

/** What waits for the user's consent may go now, if they gave it. */
function agreedTo(person: Person, { outbox }: Subjects, work: Work): Person {
  outbox.agreedTo(person.id, work);
  return person;
}
