// Sends a trace by the state encoder of Colyseus: views as JSON, a line each, on standard input; the
// game's name as argument. Prints, for each way of using the encoder, the bytes of a patch and of a
// full state, the protocol byte before them included, and the time that a patch took.
//
// It is used as well as we know: quantised types of the least width, one encoder for all clients,
// instances and slots that stay instead of being removed and added, bodies as flat arrays. What a
// client can do without is left out to its advantage: the tick, and the ids of what lies in slots.
import assert from "node:assert";
import { readFileSync } from "node:fs";

import { ArraySchema, Decoder, Encoder, schema, t } from "@colyseus/schema";

Encoder.BUFFER_SIZE = 256 << 10;

const protocolByte = 1;
const nowhere = 32767; // the x of an empty slot
const rounds = 5;

/** A list of things with ids, in slots that are used again. */
class Slots {
  constructor(list, make, fields) {
    Object.assign(this, { list, make, fields, slots: new Map(), free: [] });
  }

  put(things) {
    const ids = new Set(things.map(({ id = 0 }) => id));
    for (const [id, slot] of this.slots) {
      if (ids.has(id)) continue;
      this.list[slot].x = nowhere;
      this.slots.delete(id);
      this.free.push(slot);
    }
    for (const thing of things) {
      const id = thing.id ?? 0;
      if (!this.slots.has(id)) this.slots.set(id, this.free.pop() ?? this.list.push(new this.make()) - 1);
      assign(this.list[this.slots.get(id)], thing, this.fields);
    }
  }
}

/** Sets what differs; Go leaves out what is 0 or false. */
function assign(to, from, fields) {
  for (const field of fields) {
    const value = from[field] ?? (typeof to[field] === "boolean" ? false : 0);
    if (to[field] !== value) to[field] = value;
  }
}

function dash() {
  const fields = ["x", "y", "heading", "dash_at", "fire_at", "aim", "stun_end", "hurt_by", "points"];
  const Player = schema({
    x: t.int16(), y: t.int16(), heading: t.uint8(), dash_at: t.uint16(), fire_at: t.uint16(), aim: t.uint8(),
    stun_end: t.uint16(), hurt_by: t.uint8(), points: t.uint16(),
  }, "Player");
  const Pellet = schema({ x: t.int16(), y: t.int16() }, "Pellet");
  const State = schema({ end: t.uint16(), players: t.array(Player), pellets: t.array(Pellet) }, "State");
  const state = new State();
  const pellets = new Slots(state.pellets, Pellet, ["x", "y"]);
  return {
    state,
    put(view) {
      assign(state, view, ["end"]);
      view.players.forEach((player, seat) => {
        if (!state.players[seat]) state.players.push(new Player());
        assign(state.players[seat], player, fields);
      });
      pellets.put(view.pellets ?? []);
    },
  };
}

/** Points that came to the front and that went from the back, as numbers; null: another body. */
function moved(before, after) {
  for (let entered = 0; entered < after.length; entered += 2) {
    const kept = Math.min(before.length, after.length - entered);
    if (kept > 0 && before.slice(0, kept).every((value, i) => value === after[entered + i])) {
      return kept === after.length - entered ? { entered, left: before.length - kept } : null;
    }
  }
  return before.length === 0 ? { entered: after.length, left: 0 } : null;
}

/** A body that is pushed to at the end, where its head is, and shifted at the front. */
const pushed = {
  fields: { body: t.array("int16") },
  put(snake, before, after) {
    const change = moved(before, after);
    if (!change) snake.body = new ArraySchema();
    const { entered, left } = change ?? { entered: after.length, left: 0 };
    for (let i = 0; i < left; i++) snake.body.shift();
    for (let i = entered - 2; i >= 0; i -= 2) snake.body.push(after[i], after[i + 1]);
  },
};

/** A body in a ring of 100 points: two numbers are written for each point, and where head and tail are. */
const ringed = {
  fields: { body: t.array("int16"), head: t.uint8(), length: t.uint8() },
  put(snake, before, after) {
    const change = moved(before, after);
    const entered = change ? change.entered : after.length;
    for (let i = entered - 2; i >= 0; i -= 2) {
      snake.head = ((snake.head ?? 0) + 1) % 100;
      snake.body[2 * snake.head] = after[i];
      snake.body[2 * snake.head + 1] = after[i + 1];
    }
    if (snake.length !== after.length / 2) snake.length = after.length / 2;
  },
};

const snakesWith = (body) => () => {
  const fields = ["heading", "boost", "score", "best", "reborn"];
  const Snake = schema({
    ...body.fields, heading: t.uint8(), boost: t.boolean(), score: t.uint16(), best: t.uint16(), reborn: t.uint8(),
  }, "Snake");
  const Food = schema({ x: t.int16(), y: t.int16(), value: t.uint8() }, "Food");
  const State = schema({ size: t.uint16(), snakes: t.array(Snake), food: t.array(Food) }, "State");
  const state = new State();
  const bodies = [];
  const food = new Slots(state.food, Food, ["x", "y", "value"]);
  return {
    state,
    put(view) {
      assign(state, view, ["size"]);
      for (const snake of view.snakes ?? []) {
        const seat = snake.seat ?? 0;
        while (state.snakes.length <= seat) state.snakes.push(new Snake());
        body.put(state.snakes[seat], bodies[seat] ?? [], snake.body ?? []);
        bodies[seat] = snake.body ?? [];
        assign(state.snakes[seat], snake, fields);
      }
      food.put(view.food ?? []);
    },
  };
};

/** Plays the trace once, and adds up. A client that joined at the first view must end where the state does. */
function play(make, views, check) {
  const { state, put } = make();
  const encoder = new Encoder(state);
  let bytes = 0, ns = 0, join = 0, client;
  views.forEach((view, i) => {
    put(view);
    const start = process.hrtime.bigint();
    const patch = encoder.encode();
    if (i > 0) bytes += patch.length + protocolByte;
    if (i > 0 && check) client.decode(patch.slice());
    encoder.discardChanges();
    if (i > 0) ns += Number(process.hrtime.bigint() - start);
    if (i === 0 && check) {
      client = new Decoder(new state.constructor());
      client.decode(encoder.encodeAll().slice());
    }
    if (i === views.length >> 1) join = encoder.encodeAll().length + protocolByte;
  });
  if (check) assert.deepStrictEqual(client.state.toJSON(), state.toJSON());
  const n = views.length - 1;
  return { bytes: bytes / n, ns: ns / n, join };
}

const ways = {
  dash: { "quantised": dash },
  snakes: { "shift and push": snakesWith(pushed), "ring": snakesWith(ringed) },
}[process.argv[2]];
const views = readFileSync(0, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const found = [];
for (const [name, make] of Object.entries(ways)) {
  let best = play(make, views, true);
  for (let i = 0; i < rounds; i++) {
    const { ns } = play(make, views, false);
    best = i === 0 || ns < best.ns ? { ...best, ns } : best;
  }
  found.push({ name, ...best });
}
console.log(JSON.stringify(found));
