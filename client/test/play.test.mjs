// Plays tictactoe and snakes through their pages, in a real browser, against a real server, with real
// input events. PARLOR_URL is the server's address; SCREENSHOTS a folder for pictures.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { arcade_snakes_v1, arcade_tictactoe_v1 } from "../dist/codec.mjs";
import { Hand } from "./hand.mjs";
import { bestCell, headingToFood, headingToWall } from "./tactics.mjs";
import { Line, Visitor, desk, eventually, launch, phone, sleep } from "./visitor.mjs";

const { Steer } = arcade_snakes_v1;
const server = process.env.PARLOR_URL;
const mostMatches = 12;

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

/** A person at a page; when the test is over, he must have had no reason to complain. */
async function visit(t, where, options, context) {
  const visitor = await Visitor.at(browser, line.url, where, options, context);
  t.after(async () => {
    if (!context) await visitor.leave();
    assert.deepEqual(visitor.complaints, []);
  });
  return visitor;
}

async function entryOf(board, player) {
  const answer = await fetch(`${server}/v1/boards/${board}/players/${player}`);
  return answer.ok ? answer.json() : undefined;
}

// ---------------------------------------------------------------- tictactoe

const cellsOf = (visitor) => (visitor.view ? visitor.view.cells : []);

/** Plays a match to its end; put does a move, by tap or key. */
async function playMatch(visitor, put) {
  for (;;) {
    await visitor.page.waitForFunction(() => document.body.dataset.turn === "mine" || document.body.dataset.result, null, { timeout: 20000 });
    const { result, seat } = await visitor.data();
    if (result) return result;
    const cells = cellsOf(visitor);
    const cell = bestCell(cells, Number(seat) + 1);
    await put(cell);
    await visitor.page.waitForFunction(
      (at) => document.querySelectorAll("#grid button")[at].dataset.mark && document.querySelectorAll("#grid button")[at].dataset.pending === "false",
      cell,
    );
  }
}

test("tictactoe: a person wins a match, is on the board at once, and among a friend's friends", { timeout: 120000 }, async (t) => {
  const visitor = await visit(t, "/");
  const { page } = visitor;
  await visitor.by("name").fill("Ada of Parlor");
  await visitor.by("name").press("Enter");
  await visitor.picture("landing");
  await visitor.by("play-tictactoe").click();

  const { player } = await visitor.until({ state: "queued" });
  await page.waitForFunction(() => /A bot joins/.test(document.getElementById("detail").textContent));
  await visitor.picture("tictactoe-queued");
  await visitor.until({ state: "playing" });
  assert.equal(await page.locator("#me .who").innerText(), "Ada of Parlor");
  assert.equal(await page.locator("#them .what").innerText(), "bot");
  await page.waitForFunction(() => / ms$/.test(document.getElementById("latency").textContent));

  const byMouse = (cell) => visitor.by(`cell-${cell + 1}`).click();
  const byKey = (cell) => page.keyboard.press(String(cell + 1));
  const words = { won: "You won", lost: "You lost", draw: "A draw" };
  let won = false;
  for (let match = 0; match < mostMatches && !won; match++) {
    const result = await playMatch(visitor, match % 2 ? byKey : byMouse);
    won = result === "won";
    assert.equal(await visitor.text("headline"), words[result]);
    await visitor.picture("tictactoe-" + result);
    if (won) break;
    const { match: before } = await visitor.data();
    await visitor.by("rematch").click();
    await eventually("a rematch", async () => {
      const { match: now, state } = await visitor.data();
      return state === "playing" && now !== before;
    });
  }
  assert.ok(won, `not one of ${mostMatches} matches was won`);
  const row = visitor.by("board-me");
  await row.waitFor(); // without a reload
  assert.match(await row.innerText(), /^1\s+Ada of Parlor\s+new\s+1$/);
  assert.deepEqual(await entryOf("tictactoe", player).then(({ name, score }) => [name, score]), ["Ada of Parlor", 1]);
  await visitor.picture("tictactoe-board");

  await visitor.by("friend").click();
  await visitor.until({ state: "lobby" });
  const friend = await visit(t, (await visitor.by("link").inputValue()).slice(line.url.length), phone);
  await friend.until({ state: "playing" });
  await friend.by("board-friends").tap();
  await friend.page.locator(`[data-testid="board-row"][data-player="${player}"]`).waitFor();
  assert.equal(await friend.by("board-row").count(), 1);
  await friend.by("board-friends").scrollIntoViewIfNeeded();
  await friend.picture("tictactoe-friends-phone");

  await page.getByRole("link", { name: "Parlor" }).click();
  await visitor.by("board-tictactoe").locator('[data-testid="board-me"]').waitFor();
});

test("tictactoe: a refused move says why", async (t) => {
  const visitor = await visit(t, "/tictactoe.html", phone);
  await visitor.until({ state: "playing" });
  await visitor.until({ turn: "mine" });
  await visitor.by("cell-5").tap();
  await eventually("both marks", () => cellsOf(visitor).filter(Boolean).length === 2);
  await visitor.until({ turn: "mine" });
  await visitor.by("cell-5").tap();
  await visitor.page.waitForFunction(() => document.getElementById("refusal").textContent);
  assert.match(await visitor.text("refusal"), /not free/i);
  await visitor.picture("tictactoe-refused-phone");
});

test("tictactoe: two people in one browser play each other, and one gives up", async (t) => {
  const one = await visit(t, "/", desk);
  const two = await visit(t, "/?player=2", desk, one.context);
  await Promise.all([one, two].map((visitor) => visitor.by("play-tictactoe").click())); // before a bot comes
  await Promise.all([one.until({ state: "playing" }), two.until({ state: "playing" })]);
  const [here, there] = [await one.data(), await two.data()];
  assert.equal(here.match, there.match);
  assert.notEqual(here.player, there.player);
  assert.equal(await one.page.locator("#them .what").innerText(), "");
  const [first, second] = here.seat === "0" ? [one, two] : [two, one];
  for (const [visitor, cell] of [[first, 5], [second, 1], [first, 9], [second, 2]]) {
    await visitor.until({ turn: "mine" });
    await visitor.by(`cell-${cell}`).click();
  }
  await first.until({ turn: "mine" });
  await first.by("cell-3").click();
  await second.until({ turn: "mine" });
  await second.by("cell-7").click(); // it stops neither 3-6-9 nor anything else
  await first.until({ turn: "mine" });
  await first.by("cell-6").click();
  await Promise.all([first.until({ result: "won" }), second.until({ result: "lost" })]);

  await first.by("rematch").click();
  await second.page.waitForFunction(() => /wants a rematch/.test(document.getElementById("detail").textContent));
  await second.by("rematch").click();
  await Promise.all([first.until({ state: "playing", result: "" }), second.until({ state: "playing", result: "" })]);
  await second.page.getByRole("link", { name: "Parlor" }).click();
  await second.by("play-snakes").click(); // another game: the seat in this one is given up
  await first.until({ result: "won" });
  await second.until({ state: "playing", alive: true });
});

test("tictactoe: a friend opens the link, and they play, also after a reload", { timeout: 60000 }, async (t) => {
  const one = await visit(t, "/tictactoe.html", phone);
  await one.by("friend").tap();
  await one.until({ state: "lobby" });
  const link = await one.by("link").inputValue();
  assert.match(link, /\/tictactoe\.html\?room=[2-9A-HJKMNP-Z]{6}$/);
  assert.equal(one.page.url(), link); // so that a reload leads back
  await one.picture("tictactoe-lobby-phone");
  const { room } = one;
  await one.page.reload();
  await one.until({ state: "lobby" });
  assert.deepEqual([one.room.id, one.room.code], [room.id, room.code]);

  const two = await visit(t, link.slice(line.url.length));
  await Promise.all([one.until({ state: "playing" }), two.until({ state: "playing" })]);
  assert.equal((await one.data()).match, (await two.data()).match);
  assert.equal(await two.page.locator("#them .what").innerText(), "");
  const late = await visit(t, link.slice(line.url.length));
  await late.until({ state: "watching" });
  assert.equal(await late.text("toast"), "They are playing already. You look on.");
  assert.equal(late.page.url(), link);

  const { match } = await two.data();
  await two.page.reload();
  assert.equal((await two.until({ state: "playing" })).match, match);
  const [first, second] = (await one.data()).seat === "0" ? [one, two] : [two, one];
  for (const [visitor, cell] of [[first, 1], [second, 4], [first, 2], [second, 5], [first, 3]]) {
    await visitor.until({ turn: "mine" });
    await visitor.by(`cell-${cell}`).click();
  }
  await Promise.all([first.until({ result: "won" }), second.until({ result: "lost" }), late.until({ result: "over" })]);
  assert.deepEqual(late.view.cells, first.view.cells);
  await Promise.all([one, two].map((visitor) => visitor.by("rematch").click()));
  await Promise.all([one.until({ state: "playing", result: "" }), two.until({ state: "playing", result: "" })]);
});

test("tictactoe: a link to a table that is no more says so", async (t) => {
  const visitor = await visit(t, "/tictactoe.html?room=222222");
  await visitor.until({ state: "idle" });
  assert.equal(await visitor.text("toast"), "That table is no more.");
  await visitor.by("fresh").click();
  await visitor.until({ state: "queued" });
  await visitor.by("friend").click();
  await visitor.until({ state: "lobby" });
  await visitor.by("cancel").click();
  await visitor.until({ state: "idle" });
});

test("tictactoe: a cut line is resumed into the same match, and the move made meanwhile counts", async (t) => {
  const visitor = await visit(t, "/tictactoe.html");
  visitor.mayLose = true;
  await visitor.until({ state: "playing" });
  const { match, seat } = await visitor.until({ turn: "mine" });
  line.cut();
  await visitor.until({ state: "offline" });
  assert.match(await visitor.text("status"), /Reconnecting/);
  await visitor.by("cell-5").click();
  assert.equal(await visitor.by("cell-5").getAttribute("data-pending"), "true");
  await sleep(700);
  await visitor.picture("tictactoe-offline");
  line.mend();
  const back = await visitor.until({ state: "playing" });
  assert.deepEqual([back.match, back.seat], [match, seat]);
  await eventually("the move", () => cellsOf(visitor)[4] === Number(seat) + 1);
  await visitor.page.waitForFunction(() => document.querySelector('[data-testid="cell-5"]').dataset.pending === "false");
  assert.deepEqual(visitor.inputs.map(({ seq }) => seq), [1]);
});

// ---------------------------------------------------------------- snakes

const worldOf = (visitor) => visitor.view;
const ownOf = (visitor) => worldOf(visitor).snakes.find((snake) => snake.seat === visitor.room.seat);

const rest = { x: 195, y: 620 }; // of the thumb
const drag = (hand, heading, far = 40) =>
  hand.move(rest.x + far * Math.cos((heading / 128) * Math.PI), rest.y + far * Math.sin((heading / 128) * Math.PI));

/** Colours on the canvas, looked at on a grid. */
const colours = (visitor) =>
  visitor.page.evaluate(() => {
    const canvas = document.getElementById("arena");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let at = 0; at < data.length; at += 4 * 31) seen.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
    return seen.size;
  });

test("snakes: a thumb steers, eats, dies at the wall, and is on the board", { timeout: 180000 }, async (t) => {
  const opened = performance.now();
  const visitor = await visit(t, "/snakes.html", phone);
  const { player } = await visitor.until({ state: "playing", alive: true });
  assert.ok(performance.now() - opened < 8000, "it took longer than 8 s to be playing");
  assert.ok(await visitor.by("arena").isVisible());
  await sleep(300);
  assert.ok((await colours(visitor)) > 20, "the canvas is all but empty");
  await visitor.page.waitForFunction(() => / ms$/.test(document.getElementById("latency").textContent));
  await visitor.picture("snakes-phone");

  const hand = await Hand.on(visitor);
  await hand.down(rest.x, rest.y);
  await eventually("something eaten", async () => {
    const { alive, score } = await visitor.data();
    if (alive === "true") await drag(hand, headingToFood(worldOf(visitor), visitor.room.seat));
    return Number(score) > 0 && alive === "true";
  }, 90000);
  assert.match(await visitor.text("score"), /^[1-9]\d*$/);
  await visitor.picture("snakes-phone-ate");

  const before = visitor.inputs.length;
  await hand.down(320, 700);
  await eventually("boost", () => visitor.inputs.slice(before).some(({ body }) => Steer.decode(body).boost));
  await hand.up();
  await eventually("no boost", () => !Steer.decode(visitor.inputs[visitor.inputs.length - 1].body).boost);

  await eventually("death", async () => {
    const { alive } = await visitor.data();
    if (alive === "true" && ownOf(visitor).body.length) await drag(hand, headingToWall(worldOf(visitor), visitor.room.seat));
    return alive === "false";
  }, 60000);
  await visitor.by("panel").waitFor();
  const { result } = await visitor.data();
  assert.match(await visitor.text("panel-title"), new RegExp(`^${result} points?$`));
  assert.match(await visitor.text("panel-text"), /^Back (in \d s|now)$/);
  await visitor.picture("snakes-phone-dead");
  const entry = await eventually("an entry", () => entryOf("snakes", player));
  assert.ok(entry.score > 0);
  await visitor.until({ alive: true });
  await visitor.page.getByRole("button", { name: "Top ten" }).tap();
  await visitor.by("board-me").waitFor();
  assert.equal(Number(await visitor.by("board-me").getAttribute("data-score")), (await entryOf("snakes", player)).score);
  await visitor.picture("snakes-phone-board");

  const busiest = visitor.inputs.reduce((most, { at }) => Math.max(most, visitor.inputs.filter((each) => each.at >= at && each.at < at + 1000).length), 0);
  assert.ok(busiest <= 22, `${busiest} inputs in one second`);
});

test("snakes: keys and the mouse steer, and the line may be cut", { timeout: 120000 }, async (t) => {
  const visitor = await visit(t, "/snakes.html");
  visitor.mayLose = true;
  const { page } = visitor;
  await visitor.until({ state: "playing", alive: true });
  const heads = (heading) => eventually(`heading ${heading}`, async () => {
    const own = ownOf(visitor);
    // Another life begins with the same wish, so a death on the way does no harm.
    return own && own.body.length > 0 && Math.abs(own.heading - heading) <= 2;
  });
  await page.keyboard.press("ArrowDown");
  await heads(64);
  await page.keyboard.press("ArrowLeft");
  await heads(128);
  await page.mouse.move(640, 100);
  await heads(192);
  const sent = visitor.inputs.length;
  await page.mouse.down();
  await eventually("boost", () => visitor.inputs.slice(sent).some(({ body }) => Steer.decode(body).boost));
  await page.mouse.up();
  await visitor.picture("snakes-desk");

  const { match, seat, tick } = await visitor.data();
  line.cut();
  await visitor.until({ state: "offline" });
  await sleep(700);
  await visitor.picture("snakes-offline");
  line.mend();
  const back = await visitor.until({ state: "playing", link: "open" });
  await eventually("newer views", async () => Number((await visitor.data()).tick) > Number(tick) + 10);
  assert.deepEqual([back.match, back.seat], [match, seat]);
  await page.keyboard.press("ArrowDown");
  await heads(64);
});

test("snakes: a name can be taken on while playing", async (t) => {
  const visitor = await visit(t, "/snakes.html");
  await visitor.until({ state: "playing", alive: true });
  await visitor.by("name").fill("Wren");
  await visitor.by("name").press("Enter");
  const mine = visitor.by("leaders").locator("li.me .who");
  await eventually("the name", async () => (await mine.innerText().catch(() => "")) === "Wren");
  await visitor.until({ state: "playing", alive: true });
  await visitor.page.reload();
  await visitor.until({ state: "playing" });
  assert.equal(await visitor.by("name").inputValue(), "Wren");
});

test("a page that was opened elsewhere stops, and takes the player back when asked", async (t) => {
  const one = await visit(t, "/snakes.html");
  await one.until({ state: "playing", alive: true });
  const two = await visit(t, "/snakes.html", desk, one.context);
  const there = await two.until({ state: "playing" });
  await one.until({ link: "replaced" });
  assert.match(await one.text("notice"), /Opened elsewhere/);
  await one.picture("replaced");
  assert.equal(there.player, (await one.data()).player);
  await sleep(1500);
  assert.equal((await one.data()).link, "replaced");
  await one.page.getByRole("button", { name: "Play here" }).click();
  const here = await one.until({ link: "open", state: "playing" });
  assert.equal(here.seat, there.seat);
  await two.until({ link: "replaced" });
});
