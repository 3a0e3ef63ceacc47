/** The networks on which people do not talk two by two, by their kinds, with the scenes in which they do. */
import { RoomsScene } from "./rooms/scene.ts";
import type { Scene, ScenePlace } from "./scene.ts";

const scenes: Readonly<Record<string, (place: ScenePlace) => Scene>> = {
  rooms: (place) => new RoomsScene(place),
};

/** Undefined for all other networks. */
export function sceneOf(place: ScenePlace): Scene | undefined {
  return scenes[place.options.network]?.(place);
}
