// Controls make one wish out of fingers, mouse and keys: where to go, a dash, a shot.

/** A finger that steers: it was put down at x, y and has moved to toX, toY. */
export interface Stick {
  x: number;
  y: number;
  toX: number;
  toY: number;
}

/** Where the own avatar is on the screen, and where whom to shoot at is, if a shot could hit anybody. */
export interface Sight {
  own(): { x: number; y: number };
  target(): { x: number; y: number } | undefined;
}

const slack = 10; // pixels that a resting finger trembles
const reach = 52; // pixels; a finger that goes farther pulls its stick along
const patienceMs = 250; // a press that came too early counts for so long
const near = 44; // pixels; a mouse so near to the avatar lets it stand

const keys: { [code: string]: [number, number] } = {
  ArrowRight: [1, 0], KeyD: [1, 0], ArrowLeft: [-1, 0], KeyA: [-1, 0],
  ArrowDown: [0, 1], KeyS: [0, 1], ArrowUp: [0, -1], KeyW: [0, -1],
};

export class Controls {
  stick: Stick | undefined;
  heading = -1; // none yet
  go = false;
  /** The person has done anything at all. */
  used = false;

  private dashedAt = -Infinity; // asked for, and not taken yet
  private firedAt = -Infinity;
  private aimed = -1; // at that moment
  private mouse: { x: number; y: number } | undefined;
  private leads = false; // the mouse, not the keys, says where to go
  private finger = -1; // that steers
  private readonly held = new Set<string>();

  constructor(area: HTMLElement, dashButton: HTMLElement, fireButton: HTMLElement, private readonly sight: Sight) {
    area.addEventListener("pointerdown", (event) => this.down(event, area));
    area.addEventListener("pointermove", (event) => this.move(event));
    for (const kind of ["pointerup", "pointercancel"] as const) {
      area.addEventListener(kind, (event) => this.up(event));
    }
    area.addEventListener("contextmenu", (event) => event.preventDefault());
    dashButton.addEventListener("pointerdown", (event) => this.press(event, () => this.dash()));
    fireButton.addEventListener("pointerdown", (event) => this.press(event, () => this.fire(sight.target())));
    document.addEventListener("keydown", (event) => this.key(event, true));
    document.addEventListener("keyup", (event) => this.key(event, false));
    window.addEventListener("blur", () => this.release());
  }

  /** Call it every frame: the mouse stands still while the avatar moves. */
  follow(): void {
    if (this.leads && this.mouse) this.towards(this.mouse.x, this.mouse.y);
  }

  /** Whether a dash was asked for just now. */
  takeDash(now: number): boolean {
    const asked = now - this.dashedAt < patienceMs;
    this.dashedAt = -Infinity;
    return asked;
  }

  /** The aim of a shot that was asked for just now; -1: none. */
  takeShot(now: number): number {
    const asked = now - this.firedAt < patienceMs;
    this.firedAt = -Infinity;
    return asked ? (this.aimed < 0 ? Math.max(0, this.heading) : this.aimed) : -1;
  }

  private down(event: PointerEvent, area: HTMLElement): void {
    area.setPointerCapture(event.pointerId);
    const { clientX: x, clientY: y } = event;
    if (event.pointerType === "touch") {
      event.preventDefault();
      if (this.stick) return;
      this.finger = event.pointerId;
      this.stick = { x, y, toX: x, toY: y };
      return;
    }
    this.mouse = { x, y };
    if (event.button === 2) this.dash();
    else this.fire(this.mouse);
  }

  private move(event: PointerEvent): void {
    const { clientX: x, clientY: y } = event;
    if (event.pointerType !== "touch") {
      this.mouse = { x, y };
      this.leads = !this.held.size;
      return;
    }
    const { stick } = this;
    if (!stick || event.pointerId !== this.finger) return;
    stick.toX = x;
    stick.toY = y;
    const far = Math.hypot(x - stick.x, y - stick.y);
    if (far < slack) return;
    this.turn(x - stick.x, y - stick.y);
    if (far > reach) {
      stick.x = x - ((x - stick.x) / far) * reach;
      stick.y = y - ((y - stick.y) / far) * reach;
    }
  }

  private up(event: PointerEvent): void {
    if (event.pointerId !== this.finger) return;
    this.finger = -1;
    this.stick = undefined;
    this.go = false;
  }

  private press(event: PointerEvent, act: () => void): void {
    event.preventDefault();
    act();
  }

  private key(event: KeyboardEvent, down: boolean): void {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.code === "Space" || event.code === "KeyF") {
      if (event.target instanceof HTMLButtonElement) return;
      event.preventDefault();
      if (!down || event.repeat) return;
      if (event.code === "Space") this.dash();
      else this.fire(this.sight.target() || this.mouse);
      return;
    }
    if (!keys[event.code]) return;
    event.preventDefault();
    this.leads = false;
    if (down) this.held.add(event.code);
    else this.held.delete(event.code);
    let dx = 0;
    let dy = 0;
    this.held.forEach((code) => {
      dx += keys[code][0];
      dy += keys[code][1];
    });
    this.go = false;
    if (dx || dy) this.turn(dx, dy);
  }

  private towards(x: number, y: number): void {
    const own = this.sight.own();
    this.go = false;
    if (Math.hypot(x - own.x, y - own.y) > near) this.turn(x - own.x, y - own.y);
  }

  private turn(dx: number, dy: number): void {
    this.heading = headingOf(dx, dy);
    this.go = this.used = true;
  }

  private dash(): void {
    this.dashedAt = performance.now();
    this.used = true;
  }

  private fire(at: { x: number; y: number } | undefined): void {
    const own = this.sight.own();
    this.aimed = at ? headingOf(at.x - own.x, at.y - own.y) : -1;
    this.firedAt = performance.now();
    this.used = true;
  }

  private release(): void {
    this.held.clear();
    this.stick = undefined;
    this.finger = -1;
    this.leads = this.go = false;
  }
}

export function headingOf(dx: number, dy: number): number {
  return Math.round((Math.atan2(dy, dx) / (2 * Math.PI)) * 256) & 255;
}
