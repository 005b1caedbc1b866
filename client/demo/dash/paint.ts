// Paint draws the arena of dash. One instance owns one canvas.
import type { Pellet } from "../../src/gen/arcade.dash.v1";
import { glow, own, paletteOf } from "../page/palette";
import type { Colours } from "../page/palette";
import type { Stick } from "./controls";
import { lives } from "./sparks";
import type { Figure, Spark } from "./sparks";
import { body, dashCooldown, dashing, guarded, radius, reload, stunned } from "./step";

const viewAcross = 2200; // units seen along the geometric mean of width and height
const mostDensity = 2.5; // canvas pixels per pixel; more is heat, not sharpness
const gridStep = 200;
const turn = (2 * Math.PI) / 256;

export interface Picture {
  figures: readonly Figure[]; // the own one last
  pellets: readonly Pellet[];
  sparks: readonly Spark[];
  names: readonly string[]; // by seat
  seat: number; // the own one; -1: none
  tick: number; // of the others
  ownTick: number;
  eye: { x: number; y: number };
  stick: Stick | undefined;
  now: number;
  still: boolean; // the person asked for less motion
}

export const colours = (seat: number, mine: number): Colours => (seat === mine ? own : paletteOf(seat));

export class Paint {
  private readonly context: CanvasRenderingContext2D;
  private width = 0;
  private height = 0;
  private density = 1;
  private scale = 1; // pixels per unit
  private eye = { x: 0, y: 0 };

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D;
  }

  draw(picture: Picture): void {
    this.fit();
    this.eye = picture.eye;
    const c = this.context;
    c.setTransform(this.density, 0, 0, this.density, 0, 0);
    c.fillStyle = "#06080c";
    c.fillRect(0, 0, this.width, this.height);
    c.translate(this.width / 2, this.height / 2);
    c.scale(this.scale, this.scale);
    c.translate(-this.eye.x, -this.eye.y);
    this.ground();
    this.pellets(picture);
    for (const spark of picture.sparks) if (spark.kind === "shot") this.shot(spark, picture);
    for (const figure of picture.figures) this.figure(figure, picture);
    for (const spark of picture.sparks) if (spark.kind !== "shot") this.spark(spark, picture);
    c.setTransform(this.density, 0, 0, this.density, 0, 0);
    for (const figure of picture.figures) this.name(figure, picture);
    if (picture.stick) this.stick(picture.stick);
  }

  /** Where a place of the arena is on the screen. */
  onScreen(x: number, y: number): { x: number; y: number } {
    return { x: (x - this.eye.x) * this.scale + this.width / 2, y: (y - this.eye.y) * this.scale + this.height / 2 };
  }

  private fit(): void {
    const { clientWidth, clientHeight } = this.canvas;
    const density = Math.min(devicePixelRatio || 1, mostDensity);
    if (clientWidth === this.width && clientHeight === this.height && density === this.density) return;
    this.width = clientWidth;
    this.height = clientHeight;
    this.density = density;
    this.canvas.width = Math.round(clientWidth * density);
    this.canvas.height = Math.round(clientHeight * density);
    this.scale = Math.sqrt(clientWidth * clientHeight) / viewAcross;
  }

  private ground(): void {
    const c = this.context;
    c.save();
    this.circle(0, 0, radius);
    c.fillStyle = "#0d1119";
    c.fill();
    c.clip();
    c.beginPath();
    for (let at = -radius; at <= radius; at += gridStep) {
      c.moveTo(at, -radius);
      c.lineTo(at, radius);
      c.moveTo(-radius, at);
      c.lineTo(radius, at);
    }
    c.strokeStyle = "rgba(150, 175, 220, 0.06)";
    c.lineWidth = 1 / this.scale;
    c.stroke();
    c.restore();
    for (const [width, style] of [[44, "rgba(138, 180, 255, 0.06)"], [16, "rgba(138, 180, 255, 0.12)"], [5, "#6f93d6"]] as const) {
      this.circle(0, 0, radius);
      c.strokeStyle = style;
      c.lineWidth = width;
      c.stroke();
    }
  }

  private pellets({ pellets, now, still }: Picture): void {
    for (const { id, x, y } of pellets) {
      const size = 20 * (still ? 1 : 1 + 0.08 * Math.sin(now / 330 + id * 1.7));
      this.context.drawImage(glow(id), x - size * 3, y - size * 3, size * 6, size * 6);
    }
  }

  private figure(figure: Figure, picture: Picture): void {
    const c = this.context;
    const mine = figure.seat === picture.seat;
    const tick = mine ? picture.ownTick : picture.tick;
    const { dark, main, light } = colours(figure.seat, picture.seat);
    const { x, y, heading } = figure;
    const cos = Math.cos(heading * turn), sin = Math.sin(heading * turn);
    const lies = stunned(figure, tick);
    if (dashing(figure, tick)) {
      for (const back of [3, 2, 1]) {
        c.globalAlpha = 0.3 - 0.07 * back;
        this.disc(x - cos * back * 46, y - sin * back * 46, body * (1 - 0.12 * back), main);
      }
      c.globalAlpha = 1;
    }
    if (mine) {
      c.globalAlpha = 0.12;
      this.disc(x, y, body * 1.3, main);
    }
    c.globalAlpha = lies ? 0.5 : 1;
    this.disc(x, y, body, dark);
    this.disc(x, y, body - 9, main);
    if (!lies) { // the nose shows where it goes
      c.beginPath();
      c.moveTo(x + cos * (body + 24), y + sin * (body + 24));
      c.lineTo(x + Math.cos((heading - 14) * turn) * body, y + Math.sin((heading - 14) * turn) * body);
      c.lineTo(x + Math.cos((heading + 14) * turn) * body, y + Math.sin((heading + 14) * turn) * body);
      c.fillStyle = light;
      c.fill();
    }
    this.face(figure, lies);
    c.globalAlpha = 1;
    if (lies) this.stars(figure, picture);
    else if (guarded(figure, tick)) this.guard(figure, light);
    if (mine && !lies) this.readiness(figure, tick);
  }

  private face({ x, y, heading }: Figure, lies: boolean): void {
    const c = this.context;
    for (const side of [-22, 22]) {
      const ex = x + Math.cos((heading + side) * turn) * 34;
      const ey = y + Math.sin((heading + side) * turn) * 34;
      if (!lies) {
        this.disc(ex, ey, 12, "#f6f8fc");
        this.disc(ex + Math.cos(heading * turn) * 4, ey + Math.sin(heading * turn) * 4, 6.5, "#10141c");
        continue;
      }
      c.beginPath();
      for (const slope of [1, -1]) {
        c.moveTo(ex - 9, ey - 9 * slope);
        c.lineTo(ex + 9, ey + 9 * slope);
      }
      c.strokeStyle = "#10141c";
      c.lineWidth = 5;
      c.stroke();
    }
  }

  private stars({ x, y }: Figure, { now, still }: Picture): void {
    for (let i = 0; i < 3; i++) {
      const at = (still ? 0 : now / 260) + (i * 2 * Math.PI) / 3;
      this.disc(x + Math.cos(at) * body * 1.1, y - body * 0.9 + Math.sin(at) * body * 0.35, 8, "#ffc857");
    }
  }

  /** Who cannot be hurt has a ring. */
  private guard({ x, y }: Figure, style: string): void {
    const c = this.context;
    this.circle(x, y, body + 18);
    c.setLineDash([14, 16]);
    c.strokeStyle = style;
    c.globalAlpha = 0.6;
    c.lineWidth = 4;
    c.stroke();
    c.setLineDash([]);
    c.globalAlpha = 1;
  }

  /** Two arcs around the own avatar fill up: the dash outside, the shot inside. */
  private readiness(figure: Figure, tick: number): void {
    const c = this.context;
    const arcs = [[body + 40, (figure.dashAt - tick) / dashCooldown, own.main], [body + 30, (figure.fireAt - tick) / reload, "#ffc857"]] as const;
    for (const [far, left, style] of arcs) {
      if (left <= 0) continue;
      c.beginPath();
      c.arc(figure.x, figure.y, far, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * (1 - Math.min(1, left)));
      c.strokeStyle = style;
      c.globalAlpha = 0.75;
      c.lineWidth = 6;
      c.stroke();
      c.globalAlpha = 1;
    }
  }

  private shot({ x, y, heading, far, seat, born }: Spark, { now, seat: mine }: Picture): void {
    const c = this.context;
    const age = (now - born) / lives.shot;
    const { main, light } = colours(seat, mine);
    const cos = Math.cos(heading * turn), sin = Math.sin(heading * turn);
    const tail = body + age * age * far * 0.6;
    for (const [width, style, alpha] of [[26, main, 0.16], [11, main, 0.55], [4, light, 0.95]] as const) {
      c.beginPath();
      c.moveTo(x + cos * Math.min(tail, far), y + sin * Math.min(tail, far));
      c.lineTo(x + cos * far, y + sin * far);
      c.lineCap = "round";
      c.globalAlpha = alpha * (1 - age);
      c.strokeStyle = style;
      c.lineWidth = width * (1 - age / 2);
      c.stroke();
    }
    c.globalAlpha = 1;
  }

  private spark({ kind, x, y, seat, born }: Spark, { now, seat: mine, still }: Picture): void {
    const c = this.context;
    const age = (now - born) / lives[kind];
    const { main, light } = colours(seat, mine);
    c.globalAlpha = 1 - age;
    if (kind === "point") {
      if (seat === mine) {
        c.fillStyle = light;
        c.font = "700 46px 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
        c.textAlign = "center";
        c.fillText("+1", x, y - body - 40 - 50 * age);
      }
    } else {
      this.circle(x, y, body * (1 + 1.3 * age));
      c.strokeStyle = light;
      c.lineWidth = 12 * (1 - age);
      c.stroke();
      for (let i = 0; i < 8 && !still; i++) {
        const at = (i * Math.PI) / 4 + 0.3;
        const far = body * (0.8 + 1.9 * Math.sqrt(age));
        this.disc(x + Math.cos(at) * far, y + Math.sin(at) * far, 9 * (1 - age), main);
      }
    }
    c.globalAlpha = 1;
  }

  private name({ seat, x, y }: Figure, { names, seat: mine }: Picture): void {
    const at = this.onScreen(x, y - body - 22);
    if (seat === mine || at.x < -80 || at.y < -20 || at.x > this.width + 80 || at.y > this.height + 20) return;
    const c = this.context;
    c.font = "600 12px 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
    c.textAlign = "center";
    c.lineWidth = 3;
    c.lineJoin = "round";
    c.strokeStyle = "rgba(6, 8, 12, 0.75)";
    c.strokeText(names[seat] || "", at.x, at.y);
    c.fillStyle = "rgba(226, 232, 244, 0.82)";
    c.fillText(names[seat] || "", at.x, at.y);
  }

  private stick({ x, y, toX, toY }: Stick): void {
    const c = this.context;
    this.circle(x, y, 46);
    c.strokeStyle = "rgba(255, 255, 255, 0.14)";
    c.lineWidth = 2;
    c.stroke();
    this.disc(toX, toY, 20, "rgba(255, 255, 255, 0.18)");
  }

  private circle(x: number, y: number, far: number): void {
    this.context.beginPath();
    this.context.arc(x, y, far, 0, 2 * Math.PI);
  }

  private disc(x: number, y: number, far: number, style: string): void {
    this.circle(x, y, far);
    this.context.fillStyle = style;
    this.context.fill();
  }
}
