// What the play test needs to be a person at a browser: a browser, a cuttable line to the
// server, and eyes on what the page's socket carries.
import { mkdirSync } from "node:fs";
import net from "node:net";
import path from "node:path";

import { chromium } from "playwright-core";

import { arcade_dash_v1, arcade_gomoku_v1, arcade_snakes_v1, arcade_tictactoe_v1, arcade_tiles_v1, parlor_v1, Views } from "../dist/codec.mjs";

export const desk = { viewport: { width: 1280, height: 800 } };
export const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

const codecs = {
  dash: arcade_dash_v1.World, snakes: arcade_snakes_v1.World, tictactoe: arcade_tictactoe_v1.Board, gomoku: arcade_gomoku_v1.Board,
  tiles: arcade_tiles_v1.Table, "tiles-pairs": arcade_tiles_v1.Table,
};

const flags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: flags });

/** Line is a TCP proxy before the server: the tunnel that a phone is in when it is cut. */
export class Line {
  #pairs = new Set();
  #up = true;
  #server;

  async open(target) {
    const { hostname, port } = new URL(target);
    this.#server = net.createServer((near) => {
      if (!this.#up) return near.destroy();
      const far = net.connect(Number(port || 80), hostname);
      const pair = [near, far];
      this.#pairs.add(pair);
      for (const end of pair) {
        end.on("error", () => {});
        end.on("close", () => {
          for (const each of pair) each.destroy();
          this.#pairs.delete(pair);
        });
      }
      near.pipe(far).pipe(near);
    });
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }
  cut() {
    this.#up = false;
    for (const pair of [...this.#pairs]) for (const end of pair) end.destroy();
  }
  mend() {
    this.#up = true;
  }
  close() {
    this.cut();
    this.#server.close();
  }
}

/** Visitor is a person with a browser of his own, at one page. */
export class Visitor {
  room; // newest
  view; // newest
  tick = 0;
  inputs = []; // sent: { at, seq, body }
  leads = []; // of acknowledged inputs, in 1/4 ticks
  complaints = []; // what a page must not cause
  frames = []; // received: their bytes
  heard; // is told every view
  #views = Object.fromEntries(Object.entries(codecs).map(([game, codec]) => [game, new Views(codec)]));
  mayLose = false; // lost connections are part of the test

  static async at(browser, base, where, options = desk, context) {
    const visitor = new Visitor();
    visitor.base = base;
    visitor.context = context || (await browser.newContext(options));
    visitor.page = await visitor.context.newPage();
    visitor.#watch();
    await visitor.page.goto(base + where);
    return visitor;
  }

  #watch() {
    const { page, base } = this;
    page.setDefaultTimeout(20000);
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      const lost = /WebSocket connection to|ERR_(CONNECTION|EMPTY_RESPONSE|SOCKET)/.test(message.text());
      if (message.type() === "error" && !(lost && this.mayLose)) this.complaints.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(base)) this.complaints.push("a request to " + request.url());
    });
    page.on("websocket", (socket) => {
      socket.on("framereceived", ({ payload }) => {
        this.frames.push(payload);
        this.#received(parlor_v1.ServerFrame.decode(new Uint8Array(payload)));
      });
      socket.on("framesent", ({ payload }) => this.#sent(parlor_v1.ClientFrame.decode(new Uint8Array(payload))));
    });
  }
  #received(frame) {
    if (frame.acked) this.leads.push(frame.lead);
    for (const item of frame.items) if (item.room) this.room = item.room;
    const views = this.room && this.#views[this.room.game];
    if (!views || !(frame.view || frame.packed || frame.delta)) return;
    if (frame.packed) this.view = views.packed(frame.packed, frame.schema, frame.plan);
    else this.view = frame.view ? views.whole(frame.view) : views.delta(frame.delta);
    this.tick = frame.delta ? this.tick + (frame.tickStep || this.room.sendEvery) : frame.tick;
    if (this.heard) this.heard(this.view, frame.step);
  }
  #sent({ inputs }) {
    if (!inputs) return;
    inputs.body.forEach((body, i) => this.inputs.push({ at: performance.now(), seq: inputs.firstSeq + i, body }));
  }

  data() {
    return this.page.evaluate(() => ({ ...document.body.dataset }));
  }
  /** Waits until the page says so about itself, e.g. { state: "playing" }. */
  async until(wanted, timeout = 20000) {
    try {
      await this.page.waitForFunction(
        (want) => Object.entries(want).every(([name, value]) => document.body.dataset[name] === String(value)),
        wanted, { timeout, polling: 30 },
      );
    } catch {
      throw new Error(`not ${JSON.stringify(wanted)} within ${timeout} ms: ${JSON.stringify(await this.data())}`);
    }
    return this.data();
  }
  by(id) {
    return this.page.locator(`[data-testid="${id}"]`);
  }
  text(id) {
    return this.by(id).innerText();
  }
  async picture(name) {
    const folder = process.env.SCREENSHOTS;
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: path.join(folder, name + ".png") });
  }
  async leave() {
    await this.context.close();
  }
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again and again until the answer is something, and gives it. */
export async function eventually(what, ask, timeout = 10000) {
  for (const end = performance.now() + timeout; performance.now() < end; await sleep(40)) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`${what}: not within ${timeout} ms`);
}
