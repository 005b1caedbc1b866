// Grid is the board of 15 x 15 on the page: where the stones are, and where the person wants his next one. A
// mouse and the keys place it at once; a finger covers what it points at, so it aims first.

const size = 15;
const svg = "http://www.w3.org/2000/svg";
const stars = [[3, 3], [11, 3], [7, 7], [3, 11], [11, 11]];
const coarse = matchMedia("(pointer: coarse)");
const steps: { [key: string]: [number, number] } = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** Colours by seat. */
export const colours = ["black", "white"];

export interface Shown {
  /** Cells, the last move first, as the view has them; empty while there is no match. */
  stones: readonly number[];
  row: readonly number[];
  /** The colour that the person places; "" while it is not his turn. */
  hand: string;
  /** The cell that he has placed it on, as long as the server has not answered; -1: none. */
  asked: number;
}

export class Grid {
  private readonly cells: HTMLButtonElement[] = [];
  private at = 7 * size + 7; // where the keys are
  private aim = -1;
  private hand = "";

  /** place is called with the cell that the person has chosen; whether it is free is not looked at. */
  constructor(
    private readonly root: HTMLElement,
    private readonly place: (cell: number) => void,
  ) {
    root.append(lines());
    const cells = document.createElement("div");
    cells.className = "cells";
    for (let cell = 0; cell < size * size; cell++) cells.append(this.make(cell));
    root.append(cells);
    root.addEventListener("keydown", (event) => this.walk(event));
    this.cells[this.at].tabIndex = 0;
  }

  /** A finger has aimed, and is to say so again. */
  get aiming(): boolean {
    return this.aim >= 0;
  }

  draw({ stones, row, hand, asked }: Shown): void {
    const held: string[] = [];
    stones.forEach((cell, i) => (held[cell] = colours[(stones.length - 1 - i) % 2]));
    this.hand = hand;
    if (!hand || held[this.aim]) this.aim = -1;
    set(this.root, "hand", hand);
    set(this.root, "over", String(row.length > 0));
    this.cells.forEach((button, cell) => {
      const pending = cell === asked && !held[cell];
      set(button, "stone", held[cell] || (pending ? hand : ""));
      set(button, "pending", String(pending));
      set(button, "last", String(cell === stones[0]));
      set(button, "row", String(row.includes(cell)));
      set(button, "aim", String(cell === this.aim));
      const label = `${nameOf(cell)}, ${held[cell] || "free"}${cell === stones[0] ? ", the last move" : ""}`;
      if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
    });
  }

  private make(cell: number): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1;
    button.dataset.testid = "cell-" + nameOf(cell);
    button.addEventListener("click", (event) => this.chosen(cell, event.detail > 0 && coarse.matches));
    button.addEventListener("focus", () => this.stand(cell));
    this.cells.push(button);
    return button;
  }

  private chosen(cell: number, finger: boolean): void {
    const sure = !finger || cell === this.aim || !this.hand || this.cells[cell].dataset.stone;
    if (this.aim >= 0) set(this.cells[this.aim], "aim", "false");
    this.aim = sure ? -1 : cell;
    if (sure) return this.place(cell);
    set(this.cells[cell], "aim", "true");
  }

  private walk(event: KeyboardEvent): void {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault(); // the page stays where it is
    const x = clamp((this.at % size) + step[0]);
    const y = clamp(Math.floor(this.at / size) + step[1]);
    this.cells[y * size + x].focus();
  }

  private stand(cell: number): void {
    this.cells[this.at].tabIndex = -1;
    this.at = cell;
    this.cells[cell].tabIndex = 0;
  }
}

/** A1 is at the bottom left, as on a chess board. */
export function nameOf(cell: number): string {
  return "ABCDEFGHIJKLMNO"[cell % size] + (size - Math.floor(cell / size));
}

function clamp(n: number): number {
  return Math.min(size - 1, Math.max(0, n));
}

function set(element: HTMLElement, name: string, value: string): void {
  if (element.dataset[name] !== value) element.dataset[name] = value;
}

/** The lines, the five points and the names at the edge, a cell being 1 x 1. */
function lines(): SVGElement {
  const root = document.createElementNS(svg, "svg");
  root.setAttribute("viewBox", "-0.3 -0.3 15.6 15.6");
  root.setAttribute("aria-hidden", "true");
  let path = "";
  for (let i = 0; i < size; i++) path += `M0.5 ${i + 0.5}H14.5M${i + 0.5} 0.5V14.5`;
  const put = (tag: string, values: { [name: string]: string | number }, text = ""): void => {
    const made = document.createElementNS(svg, tag);
    for (const name of Object.keys(values)) made.setAttribute(name, String(values[name]));
    made.textContent = text;
    root.append(made);
  };
  put("path", { d: path });
  for (const [x, y] of stars) put("circle", { cx: x + 0.5, cy: y + 0.5, r: 0.11 });
  for (let i = 0; i < size; i++) {
    put("text", { x: i + 0.5, y: 15.13 }, "ABCDEFGHIJKLMNO"[i]);
    put("text", { x: 0.03, y: i + 0.63 }, String(size - i));
  }
  return root;
}
