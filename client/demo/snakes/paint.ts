// Paint draws the arena. One instance owns one canvas.
import type { Snake, World } from "../../src/gen/arcade.snakes.v1";
import { glow, own, paletteOf } from "../page/palette";
import type { Stick } from "./steering";

const thick = 17; // of a body, in units; the rules hit at 16
const gridStep = 75;
const viewAcross = 690; // units seen along the geometric mean of width and height,
const viewMost = 1040; // and along the longer one, at most: the server tells of no more
const mostDensity = 2.5; // canvas pixels per pixel; more is heat, not sharpness

export interface Body {
  snake: Snake;
  points: number[]; // x, y, ... as seen now
  name: string;
}

export interface Picture {
  world: World;
  bodies: Body[];
  seat: number; // the own one
  eye: { x: number; y: number };
  stick: Stick | undefined;
  now: number;
  still: boolean; // the person asked for less motion
}

export class Paint {
  private readonly context: CanvasRenderingContext2D;
  private width = 0;
  private height = 0;
  private density = 1;
  private scale = 1; // pixels per unit

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D;
  }

  draw(picture: Picture): void {
    this.fit();
    const c = this.context;
    const { eye } = picture;
    c.setTransform(this.density, 0, 0, this.density, 0, 0);
    c.fillStyle = "#06080c";
    c.fillRect(0, 0, this.width, this.height);
    c.translate(this.width / 2, this.height / 2);
    c.scale(this.scale, this.scale);
    c.translate(-eye.x, -eye.y);
    this.ground(picture);
    this.food(picture);
    const mine = picture.bodies.filter((body) => body.snake.seat === picture.seat);
    const others = picture.bodies.filter((body) => body.snake.seat !== picture.seat);
    for (const body of others.concat(mine)) if (this.sees(body, eye)) this.snake(body, picture.seat);
    c.setTransform(this.density, 0, 0, this.density, 0, 0);
    for (const body of picture.bodies) this.name(body, picture);
    if (picture.stick) this.stick(picture.stick);
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
    this.scale = Math.max(Math.sqrt(clientWidth * clientHeight) / viewAcross, Math.max(clientWidth, clientHeight) / viewMost);
  }

  private ground({ world: { size }, eye }: Picture): void {
    const c = this.context;
    const halfX = this.width / 2 / this.scale;
    const halfY = this.height / 2 / this.scale;
    const left = Math.max(0, eye.x - halfX), right = Math.min(size, eye.x + halfX);
    const top = Math.max(0, eye.y - halfY), bottom = Math.min(size, eye.y + halfY);
    c.fillStyle = "#0d1119";
    c.fillRect(left, top, right - left, bottom - top);
    c.beginPath();
    for (let x = Math.ceil(left / gridStep) * gridStep; x <= right; x += gridStep) {
      c.moveTo(x, top);
      c.lineTo(x, bottom);
    }
    for (let y = Math.ceil(top / gridStep) * gridStep; y <= bottom; y += gridStep) {
      c.moveTo(left, y);
      c.lineTo(right, y);
    }
    c.strokeStyle = "rgba(150, 175, 220, 0.07)";
    c.lineWidth = 1 / this.scale;
    c.stroke();
    // The wall kills, so it is seen coming.
    for (const [width, style] of [[26, "rgba(255, 107, 107, 0.08)"], [9, "rgba(255, 107, 107, 0.16)"], [2.5, "#ff6b6b"]] as const) {
      c.strokeStyle = style;
      c.lineWidth = width;
      c.strokeRect(0, 0, size, size);
    }
  }

  private food({ world: { food }, eye, now, still }: Picture): void {
    const c = this.context;
    const reachX = this.width / 2 / this.scale + 40;
    const reachY = this.height / 2 / this.scale + 40;
    for (const { x, y, value } of food) {
      if (Math.abs(x - eye.x) > reachX || Math.abs(y - eye.y) > reachY) continue;
      const breath = still ? 1 : 1 + 0.09 * Math.sin(now / 330 + x + y);
      const radius = (3 + 1.5 * Math.sqrt(Math.min(value, 40))) * breath;
      c.drawImage(glow(x * 7 + y * 13), x - radius * 3, y - radius * 3, radius * 6, radius * 6);
    }
  }

  private sees({ points }: Body, eye: { x: number; y: number }): boolean {
    const reachX = this.width / 2 / this.scale + thick;
    const reachY = this.height / 2 / this.scale + thick;
    for (let i = 0; i < points.length; i += 2) {
      if (Math.abs(points[i] - eye.x) < reachX && Math.abs(points[i + 1] - eye.y) < reachY) return true;
    }
    return false;
  }

  private snake({ snake, points }: Body, seat: number): void {
    const c = this.context;
    const { dark, main, light } = snake.seat === seat ? own : paletteOf(snake.seat);
    this.trace(points);
    c.lineCap = c.lineJoin = "round";
    const stroke = (width: number, style: string, alpha = 1): void => {
      c.globalAlpha = alpha;
      c.lineWidth = width;
      c.strokeStyle = style;
      c.stroke();
    };
    if (snake.boost) for (const width of [1.5, 2, 2.6]) stroke(thick * width, main, 0.1);
    else if (snake.seat === seat) for (const width of [1.4, 1.9]) stroke(thick * width, main, 0.05);
    stroke(thick, dark);
    stroke(thick - 4, main);
    c.setLineDash([0.1, 14]);
    stroke(thick - 9, light, 0.4);
    c.setLineDash([]);
    c.globalAlpha = 1;
    this.eyes(points);
  }

  /** Lays a smooth path through the middles between the points. */
  private trace(points: number[]): void {
    const c = this.context;
    const last = points.length - 2;
    c.beginPath();
    c.moveTo(points[0], points[1]);
    for (let i = 2; i < last; i += 2) {
      c.quadraticCurveTo(points[i], points[i + 1], (points[i] + points[i + 2]) / 2, (points[i + 1] + points[i + 3]) / 2);
    }
    c.lineTo(points[last], points[last + 1]);
  }

  /** A head looks where it came to: only the own heading is told. */
  private eyes(points: number[]): void {
    const angle = Math.atan2(points[1] - points[3], points[0] - points[2]) || 0;
    const cos = Math.cos(angle), sin = Math.sin(angle);
    for (const side of [-1, 1]) {
      const x = points[0] + cos * 2.5 - sin * side * 4.4;
      const y = points[1] + sin * 2.5 + cos * side * 4.4;
      this.dot(x, y, 3.4, "#f6f8fc");
      this.dot(x + cos * 1.3, y + sin * 1.3, 1.8, "#10141c");
    }
  }

  private dot(x: number, y: number, radius: number, style: string): void {
    const c = this.context;
    c.beginPath();
    c.arc(x, y, radius, 0, 2 * Math.PI);
    c.fillStyle = style;
    c.fill();
  }

  private name({ snake, points, name }: Body, { eye, seat }: Picture): void {
    const x = (points[0] - eye.x) * this.scale + this.width / 2;
    const y = (points[1] - eye.y) * this.scale + this.height / 2 - thick * this.scale - 7;
    if (x < -80 || y < -20 || x > this.width + 80 || y > this.height + 20) return;
    const c = this.context;
    c.font = "600 12px 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
    c.textAlign = "center";
    c.lineWidth = 3;
    c.lineJoin = "round";
    c.strokeStyle = "rgba(6, 8, 12, 0.75)";
    c.strokeText(name, x, y);
    c.fillStyle = snake.seat === seat ? own.light : "rgba(226, 232, 244, 0.82)";
    c.fillText(name, x, y);
  }

  private stick({ x, y, toX, toY }: Stick): void {
    const c = this.context;
    c.beginPath();
    c.arc(x, y, 46, 0, 2 * Math.PI);
    c.strokeStyle = "rgba(255, 255, 255, 0.16)";
    c.lineWidth = 2;
    c.stroke();
    this.dot(toX, toY, 17, "rgba(255, 255, 255, 0.2)");
  }
}
