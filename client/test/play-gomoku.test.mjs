// Plays gomoku through its page: a table that friends share by its link, somebody who looks on, and the queue.
// PARLOR_URL is the server's address; SCREENSHOTS a folder for pictures.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { parlor_v1 } from "../dist/codec.mjs";
import { welcome } from "./fake.mjs";
import { FullClientFrame } from "./frames.mjs";
import { Line, Visitor, eventually, launch, phone, sleep } from "./visitor.mjs";

const server = process.env.PARLOR_URL;

let browser;
let line;

before(async () => {
  assert.ok(server, "PARLOR_URL must name a running parlord, e.g. http://127.0.0.1:8080");
  browser = await launch();
  line = await new Line().open(server);
});
after(async () => {
  if (browser) await browser.close();
  if (line) line.close();
});

async function visit(t, where, options) {
  const visitor = await Visitor.at(browser, line.url, where, options);
  t.after(async () => {
    await visitor.leave();
    assert.deepEqual(visitor.complaints, []);
  });
  return visitor;
}

const cell = (visitor, name) => visitor.by("cell-" + name);
const stonesOf = (visitor) => (visitor.view ? visitor.view.stones.length : 0);

/** What the page's own board shows, by name: "H8 black". */
const shown = (visitor) =>
  visitor.page.locator('#board button:not([data-stone=""])').evaluateAll((all) => all.map((each) => `${each.dataset.testid.slice(5)} ${each.dataset.stone}`).sort());

/** Black's five in row 8, and white's stones in row 10; black has won with the last. */
const opening = ["H8", "H10", "I8", "I10", "J8", "J10", "K8", "K10", "L8"];

/** Plays the opening from its first stone to its last, each by its own page. */
async function playOut(black, white, first, last, put) {
  for (let i = first; i < last; i++) {
    const mover = i % 2 ? white : black;
    const name = opening[i];
    await mover.until({ turn: "mine" });
    await put(mover, name);
    await eventually("the stone at " + name, () => stonesOf(mover) === i + 1);
  }
}

/** Black first. */
async function bySeat(...visitors) {
  const seats = await Promise.all(visitors.map((visitor) => visitor.data()));
  return seats[0].seat === "0" ? visitors : visitors.reverse();
}

test("gomoku: friends play by a link, twice, and a third looks on", { timeout: 120000 }, async (t) => {
  const one = await visit(t, "/gomoku.html");
  await one.by("friend").click();
  await one.until({ state: "lobby" });
  const link = await one.by("link").inputValue();
  assert.match(link, /\/gomoku\.html\?room=[2-9A-HJKMNP-Z]{6}$/);
  await one.picture("gomoku-lobby");
  const two = await visit(t, link.slice(line.url.length), phone);
  await Promise.all([one.until({ state: "playing" }), two.until({ state: "playing" })]);

  const third = await visit(t, link.slice(line.url.length));
  await third.until({ state: "watching", phase: "playing" });
  assert.match(await third.text("toast"), /They are playing already\. You look on\./);
  await Promise.all([one, two].map((visitor) => visitor.until({ looking: 1 })));
  assert.match(await one.text("detail"), /Looking on: 1/);

  const put = async (visitor, name) => {
    if (visitor === one) return cell(one, name).click();
    await cell(two, name).tap(); // a finger aims first
    assert.match(await two.text("detail"), /Tap again/);
    await cell(two, name).tap();
  };
  let [black, white] = await bySeat(one, two);
  const { match } = await one.data();
  await playOut(black, white, 0, 4, put);
  await third.picture("gomoku-watching");
  await cell(third, "A1").click();
  await third.page.keyboard.press("Enter");
  await Promise.all([one.picture("gomoku-playing"), two.picture("gomoku-playing-phone")]);
  await black.until({ turn: "mine" });
  assert.deepEqual(third.inputs, [], "who looks on has played");
  await playOut(black, white, 4, 9, put);
  await Promise.all([black.until({ result: "won" }), white.until({ result: "lost" }), third.until({ result: "over" })]);
  for (const visitor of [one, two, third]) {
    assert.equal((await shown(visitor)).length, 9);
    assert.deepEqual(await shown(visitor), await shown(one));
    assert.equal(await visitor.page.locator('#board button[data-row="true"]').count(), 5);
  }
  await Promise.all([one.picture("gomoku-over"), two.picture("gomoku-over-phone"), third.picture("gomoku-over-watching")]);

  await one.by("rematch").click();
  await two.page.waitForFunction(() => /wants a rematch/.test(document.getElementById("detail").textContent));
  await two.by("rematch").tap();
  await Promise.all([one, two].map((visitor) => visitor.until({ state: "playing", result: "" })));
  await third.until({ state: "watching", phase: "playing", result: "" });
  const again = await Promise.all([one, two, third].map((visitor) => visitor.data()));
  assert.ok(again.every((each) => each.match === again[0].match && each.match !== match), "they are not in one new match");

  await third.page.reload();
  await third.until({ state: "watching", phase: "playing" });
  [black, white] = await bySeat(one, two);
  await playOut(black, white, 0, 3, put);
  await eventually("the same board", async () => (await shown(third)).join() === (await shown(one)).join());
  await white.by("resign").click();
  await white.by("resign").click();
  await Promise.all([white.until({ result: "lost" }), black.until({ result: "won" }), third.until({ result: "over" })]);
  assert.match(await black.text("detail"), /giving up/);
  const board = await fetch(`${server}/v1/boards/gomoku`).then((answer) => answer.json());
  assert.ok(!(board.entries || []).some(({ player }) => again.some((each) => each.player === player)), "friends are on the board");
  assert.equal(third.inputs.length, 0);
});

test("gomoku: the queue says how long it takes, a bot plays, and the keys do too", { timeout: 60000 }, async (t) => {
  const visitor = await visit(t, "/gomoku.html");
  const { page } = visitor;
  await visitor.until({ state: "queued" });
  await page.waitForFunction(() => /A bot joins/.test(document.getElementById("detail").textContent));
  await visitor.picture("gomoku-queued");
  await visitor.until({ state: "playing" });
  await visitor.until({ turn: "mine" });
  const before = stonesOf(visitor);
  await cell(visitor, "H8").focus();
  if ((await cell(visitor, "H8").getAttribute("data-stone")) !== "") await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowUp");
  const name = await page.evaluate(() => document.activeElement.dataset.testid);
  await page.keyboard.press("Enter");
  await eventually("both stones", () => stonesOf(visitor) >= before + 1);
  assert.match(await page.locator(`[data-testid="${name}"]`).getAttribute("aria-label"), /^[A-O]\d+, (black|white)/);
  assert.match(await page.locator("#me .clock b").innerText(), /^\d:\d\d$/);

  const { match } = await visitor.until({ turn: "mine" });
  await page.reload();
  assert.equal((await visitor.until({ state: "playing" })).match, match);
  await sleep(300);
  assert.ok((await shown(visitor)).length >= before + 1);
});

test("gomoku: a page on a phone", { timeout: 60000 }, async (t) => {
  const visitor = await visit(t, "/gomoku.html?room=222222", phone);
  await visitor.until({ state: "idle" });
  assert.equal(await visitor.text("toast"), "That table is no more.");
  await visitor.by("friend").tap();
  await visitor.until({ state: "lobby" });
  await visitor.picture("gomoku-lobby-phone");
  await visitor.by("leave").tap();
  await visitor.until({ state: "idle" });
  const wide = await visitor.page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= phone.viewport.width, `the page is ${wide} wide`);
});

/** A server that says only what the test has it say: no queue of the real one asks for a word. */
async function scripted(visitor, url, reads = () => undefined) {
  const asked = [];
  let socket;
  let number = 1;
  await visitor.page.routeWebSocket(/\/ws$/, (route) => {
    socket = route;
    route.onMessage((message) => {
      const { hello, calls } = FullClientFrame.decode(new Uint8Array(message));
      if (hello) number = 1;
      if (hello) tell({ welcome });
      asked.push(...calls);
      for (const { id, readBoard } of calls) {
        const reply = readBoard && reads(readBoard);
        if (reply) items({ reply: { id, ...reply } });
      }
    });
  });
  const tell = (frame) => socket.send(Buffer.from(parlor_v1.ServerFrame.encode(frame)));
  const items = (...all) => {
    tell({ firstItem: number, items: all });
    number += all.length;
  };
  await visitor.page.goto(url);
  return { items, call: (kind) => eventually(kind, () => asked.find((call) => call[kind])) };
}

test("gomoku: a match that is found asks whether the person is there", { timeout: 60000 }, async (t) => {
  const visitor = await visit(t, "/", phone);
  const { items, call } = await scripted(visitor, line.url + "/gomoku.html");
  const { id } = await call("joinQueue");
  const queued = { ticket: "t", game: "gomoku", found: 1, needed: 2 };
  items({ reply: { id } }, { queued: { ...queued, estimateMs: 8000 } });
  await visitor.page.waitForFunction(() => /^About 8 s\.$/.test(document.getElementById("detail").textContent));

  items({ queued: { ...queued, found: 2, acceptMs: 9000 } });
  await visitor.until({ state: "found" });
  assert.match(await visitor.text("found"), /waits for you for 9 s/);
  await visitor.picture("gomoku-found-phone");
  await visitor.by("accept").tap();
  assert.equal((await call("accept")).accept.yes, true);
  items({ queued: { ...queued, found: 2, accepted: 1, answered: true, acceptMs: 8000 } });
  await visitor.page.waitForFunction(() => /1 of 2/.test(document.querySelector('[data-testid="found"]').textContent));

  items({ queued: { ...queued, found: 2, acceptMs: 9000 } }); // another, found as that one came to nothing
  await visitor.page.waitForFunction(() => /waits for you/.test(document.querySelector('[data-testid="found"]').textContent));
  assert.ok(await visitor.by("accept").isEnabled());
  items({ queued: { ...queued, waitedMs: 20000 } }); // the other did not come
  await visitor.until({ state: "queued" });
  assert.ok(await visitor.by("found").isHidden());
  items({ queued: { ...queued, found: 2, acceptMs: 9000 } });
  await visitor.by("decline").tap();
  items({ queued: { ...queued, cancelled: true } });
  await visitor.until({ state: "idle" });
});

test("gomoku: the board is asked for again, tells what has become of the person, and shows his friends", { timeout: 60000 }, async (t) => {
  const { Board, Code, Phase } = parlor_v1;
  const entries = Array.from({ length: 20 }, (_, i) => ({ rank: i + 1, player: "o" + (i + 1), name: "Player " + (i + 1), score: 100 - i }));
  let rank = 0; // the person's; 0: the server has no boards just now
  let score = 50;
  const asked = [];
  const read = (what) => {
    asked.push(what);
    if (!rank) return { error: { code: Code.UNAVAILABLE } };
    const all = entries.map((entry) => (entry.rank === rank ? { ...entry, player: "p1", name: "Ann", score } : entry));
    const { around, players } = what;
    const found = players.length ? all.filter(({ player }) => players.includes(player)) : around ? all.slice(rank - 2, rank + 1) : all.slice(0, 10);
    return { board: Board.encode({ board: "gomoku", count: 20, entries: found }) };
  };
  const visitor = await visit(t, "/", phone);
  const { items, call } = await scripted(visitor, line.url + "/gomoku.html", read);
  const shows = (ranks, news) => eventually(`${ranks}, ${news}`, async () => {
    const rows = await visitor.page.locator("#top .row, #top .gap").evaluateAll((all) => all.map((row) => row.dataset.rank || "⋯").join(" "));
    return rows === ranks && (await visitor.page.locator("#top .news").allInnerTexts()).join() === news;
  }, 15000);
  await visitor.page.getByText("does not answer just now").waitFor();
  await visitor.by("board-friends").scrollIntoViewIfNeeded();
  await visitor.picture("gomoku-board-away-phone");
  rank = 14;
  await shows("1 2 3 4 5 6 7 8 9 10 ⋯ 13 14 15", "");
  assert.ok(!(await visitor.page.getByText("does not answer just now").isVisible()));

  rank = 11;
  items({ posted: { boards: ["weekly"] } }); // is none of this page's
  await sleep(200);
  await shows("1 2 3 4 5 6 7 8 9 10 ⋯ 13 14 15", "");
  items({ posted: { boards: ["weekly", "gomoku"] } });
  await shows("1 2 3 4 5 6 7 8 9 10 11 12", "up 3");
  await visitor.by("board-me").scrollIntoViewIfNeeded();
  await visitor.picture("gomoku-board-up-phone");
  score++;
  items({ posted: { boards: ["gomoku"] } });
  await shows("1 2 3 4 5 6 7 8 9 10 11 12", "new best");
  rank = 2;
  items({ posted: { boards: ["gomoku"] } });
  await shows("1 2 3 4 5 6 7 8 9 10", "up 9");

  const { id } = await call("joinQueue");
  const members = [{ seat: 0, player: "p1", name: "Ann" }, { seat: 1, player: "o17", name: "Player 17" }];
  items({ reply: { id } }, { room: { id: "r", game: "gomoku", phase: Phase.LOBBY, seat: 0, members: [members[0], { ...members[1], player: "o3" }], code: "ABC234", public: true } });
  items({ room: { id: "r", game: "gomoku", phase: Phase.LOBBY, seat: 0, members, code: "ABC234" } });
  items({ party: { code: "XYZ234", members: [{ player: "o19", name: "Player 19" }, { player: "p1", name: "Ann" }] } });
  await visitor.by("board-friends").tap();
  await shows("2 17 19", "up 9");
  assert.deepEqual(asked[asked.length - 1].players, ["p1", "o19", "o17"]);
  await visitor.by("board-friends").scrollIntoViewIfNeeded();
  await visitor.picture("gomoku-friends-phone");
  await visitor.page.reload();
  await visitor.by("board-friends").tap();
  await shows("2 17 19", "");
});
