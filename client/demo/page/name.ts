// The name that others see: asked for on every page, kept in this browser.
import { browser } from "../../src/browser";
import { slot } from "./dom";

const storage = browser(slot);
const key = "parlor.name";

export function savedName(): string {
  return storage.load(key) || "";
}

/** Wires a name field; changed is called when the person has settled on another name. */
export function nameField(field: HTMLInputElement, changed: (name: string) => void): void {
  let known = savedName();
  field.value = known;
  field.addEventListener("change", () => {
    const name = field.value.trim();
    if (name === known) return;
    known = name;
    storage.save(key, name);
    changed(name);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") field.blur();
    event.stopPropagation(); // letters in a name are no moves in a game
  });
}
