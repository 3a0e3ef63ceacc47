/** The API's records by the names that faces use: types only, so that no face loads a schema. */
import type { Answer } from "../../api/methods.ts";
import type { Body, Delivery, Message, Network, Person } from "../../api/records.ts";

export type {
  Body,
  Check,
  Conversation,
  Delivery,
  Event,
  Message,
  Network,
  Person,
  Profile,
  RoomMember,
  Why,
} from "../../api/records.ts";
export type RoomMembers = Answer<"rooms.members">;
export type RoomList = Answer<"rooms.list">;
export type RoomUser = Answer<"rooms.user">;
export type Status = Answer<"system.status">;
export type Setting = Answer<"settings.get">["settings"][number];
export type Notice = Extract<Body, { readonly kind: "system" }>["notice"];
export type DeliveryState = Delivery["state"];
export type Health = Network["health"];
export type Secrecy = Message["secrecy"];
export type Trust = Person["trust"];
export type Availability = Person["availability"];
