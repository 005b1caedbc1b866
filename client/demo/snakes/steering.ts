// Steering makes one wish out of fingers, mouse and keys, and sends it when it changes.

export interface Wish {
  heading: number; // 0-255, see the game's Steer
  boost: boolean;
}

/** A finger that steers: it was put down at x, y and has moved to toX, toY. */
export interface Stick {
  x: number;
  y: number;
  toX: number;
  toY: number;
}

const everyMs = 50; // at most twenty inputs a second
const slack = 8; // pixels that a resting finger trembles
const reach = 56; // pixels; a finger that goes farther pulls its stick along

const keys: { [code: string]: [number, number] } = {
  ArrowRight: [1, 0], KeyD: [1, 0], ArrowLeft: [-1, 0], KeyA: [-1, 0],
  ArrowDown: [0, 1], KeyS: [0, 1], ArrowUp: [0, -1], KeyW: [0, -1],
};

export class Steering {
  stick: Stick | undefined;
  /** The person has steered at all. */
  used = false;

  private heading = -1; // none yet
  private boost = false;
  private sent = -1;
  private sentAt = -Infinity;
  private readonly fingers: number[] = []; // the first one steers, any other boosts
  private readonly held = new Set<string>();

  /** send answers false when the wish could not be sent; it is then sent again. */
  constructor(
    private readonly area: HTMLElement,
    private readonly send: (wish: Wish) => boolean,
  ) {
    area.addEventListener("pointerdown", (event) => this.down(event));
    area.addEventListener("pointermove", (event) => this.move(event));
    for (const kind of ["pointerup", "pointercancel"] as const) {
      area.addEventListener(kind, (event) => this.up(event));
    }
    area.addEventListener("contextmenu", (event) => event.preventDefault());
    document.addEventListener("keydown", (event) => this.key(event, true));
    document.addEventListener("keyup", (event) => this.key(event, false));
    window.addEventListener("blur", () => this.release());
  }

  /** Sends the wish if it is new and the last one is long enough ago; call it every frame. */
  pump(now: number, present: number): void {
    if (!this.used || now - this.sentAt < everyMs) return;
    const heading = this.heading < 0 ? present : this.heading;
    const wish = heading + (this.boost ? 256 : 0);
    if (wish === this.sent || !this.send({ heading, boost: this.boost })) return;
    this.sent = wish;
    this.sentAt = now;
  }

  /** The server knows of no wish any more: another match, or another life. */
  forget(): void {
    this.sent = -1;
  }

  private down(event: PointerEvent): void {
    this.area.setPointerCapture(event.pointerId);
    if (event.pointerType !== "touch") {
      this.aim(event);
      this.push(true);
      return;
    }
    event.preventDefault();
    this.fingers.push(event.pointerId);
    const { clientX: x, clientY: y } = event;
    if (this.fingers.length === 1) this.stick = { x, y, toX: x, toY: y };
    else this.push(true);
  }

  private move(event: PointerEvent): void {
    if (event.pointerType !== "touch") return this.aim(event);
    const stick = this.stick;
    if (!stick || event.pointerId !== this.fingers[0]) return;
    stick.toX = event.clientX;
    stick.toY = event.clientY;
    const dx = stick.toX - stick.x;
    const dy = stick.toY - stick.y;
    const far = Math.hypot(dx, dy);
    if (far < slack) return;
    this.turn(dx, dy);
    if (far > reach) {
      stick.x = stick.toX - (dx / far) * reach;
      stick.y = stick.toY - (dy / far) * reach;
    }
  }

  private up(event: PointerEvent): void {
    if (event.pointerType !== "touch") return this.push(false);
    const at = this.fingers.indexOf(event.pointerId);
    if (at < 0) return;
    this.fingers.splice(at, 1);
    if (at === 0) this.stick = undefined;
    if (this.fingers.length < 2) this.push(false);
  }

  /** A mouse points where to go: the own snake is in the middle. */
  private aim(event: PointerEvent): void {
    const box = this.area.getBoundingClientRect();
    const dx = event.clientX - box.left - box.width / 2;
    const dy = event.clientY - box.top - box.height / 2;
    if (Math.hypot(dx, dy) > slack) this.turn(dx, dy);
  }

  private key(event: KeyboardEvent, down: boolean): void {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.code === "Space") {
      if (event.target instanceof HTMLButtonElement) return;
      event.preventDefault();
      return this.push(down);
    }
    if (!keys[event.code]) return;
    event.preventDefault();
    if (down) this.held.add(event.code);
    else this.held.delete(event.code);
    let dx = 0;
    let dy = 0;
    this.held.forEach((code) => {
      dx += keys[code][0];
      dy += keys[code][1];
    });
    if (dx || dy) this.turn(dx, dy);
  }

  private turn(dx: number, dy: number): void {
    this.heading = Math.round((Math.atan2(dy, dx) / (2 * Math.PI)) * 256) & 255;
    this.used = true;
  }

  private push(boost: boolean): void {
    this.boost = boost;
    if (boost) this.used = true;
  }

  private release(): void {
    this.boost = false;
    this.held.clear();
    this.fingers.length = 0;
    this.stick = undefined;
  }
}
