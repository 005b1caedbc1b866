// A tile is one of four colours and a number from 1 to 13. Each colour has its sign, for who cannot tell them apart.
import { make } from "../page/dom";

const numbers = 13;
const colours = ["red", "yellow", "green", "blue"];
const signs = ["●", "▲", "■", "◆"];

export const colourOf = (tile: number): number => Math.floor(tile / numbers);
export const numberOf = (tile: number): number => (tile % numbers) + 1;
export const fits = (tile: number, top: number): boolean => colourOf(tile) === colourOf(top) || numberOf(tile) === numberOf(top);
export const nameOf = (tile: number): string => `${colours[colourOf(tile)]} ${numberOf(tile)}`;

/** What a tile shows, on an element of that kind. */
export function face(tag: string, tile: number): HTMLElement {
  const made = make(tag, "face");
  made.dataset.colour = colours[colourOf(tile)];
  made.dataset.tile = String(tile);
  made.setAttribute("aria-label", nameOf(tile));
  if (tag !== "button") made.setAttribute("role", "img");
  made.append(make("b", "", String(numberOf(tile))), make("i", "", signs[colourOf(tile)]));
  return made;
}
