// Plays tiles through its page: a public table, teams and bots, hands that nobody else is shown, and parties.
// PARLOR_URL is the server's address; SCREENSHOTS a folder for pictures.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Line, Visitor, eventually, launch, phone } from "./visitor.mjs";

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

const fits = (tile, top) => Math.floor(tile / 13) === Math.floor(top / 13) || tile % 13 === top % 13;

/** Plays through the page, with the first tile that fits, until the match is over. */
async function playOut(visitor, stop = () => false) {
  for (;;) {
    await visitor.page.waitForFunction(() => document.body.dataset.turn === "mine" || document.body.dataset.result, null, { timeout: 60000, polling: 30 });
    const { result, step } = await visitor.data();
    if (result || stop()) return result;
    const { hand, top, drew, bag } = visitor.view;
    const tile = hand.find((each) => fits(each, top));
    await visitor.by(tile !== undefined ? "tile-" + tile : drew || !bag ? "pass" : "draw").click({ timeout: 3000 }).catch(() => undefined); // it may be too late for it
    await eventually("the move", async () => Number((await visitor.data()).step) > Number(step), 20000);
  }
}

/** Writes down each hand with the step that showed it. */
function watchHand(visitor, hands = []) {
  visitor.heard = ({ hand }, step) => hands.push({ step, hand: [...hand] });
  return hands;
}

const holds = (frame, bytes) => Buffer.from(frame).includes(Buffer.from(bytes));

test("tiles: a public table is found, pairs sit across, bots fill, and no hand is shown to another", { timeout: 180000 }, async (t) => {
  const one = await visit(t, "/tiles.html");
  await one.until({ state: "idle", game: "tiles" });
  await one.by("mode-tiles-pairs").click();
  await one.by("open").click();
  await one.until({ state: "lobby", game: "tiles-pairs" });
  assert.ok(await one.by("public").isChecked());

  const two = await visit(t, "/tiles.html", phone);
  await two.until({ state: "idle" });
  assert.equal(await two.by("public-table").count(), 0, "a table of another game is in the list");
  await two.by("mode-tiles-pairs").tap();
  await two.by("public-table").waitFor();
  await Promise.all([two.picture("tiles-idle-phone"), one.picture("tiles-lobby-alone")]);
  await two.by("join-table").tap();
  await two.until({ state: "lobby" });
  assert.equal(two.room.id, one.room.id);
  await two.page.waitForURL("**/tiles.html?room=" + one.room.code); // so that a reload leads back

  const free = (await one.data()).seat === "0" ? 2 : 0;
  await two.by("sit-" + free).tap();
  await two.page.waitForFunction((seat) => document.querySelector(`[data-testid="seat-${seat}"]`).dataset.mine === "true", free);
  await two.by("ready").tap();
  await one.page.waitForFunction((seat) => document.querySelector(`[data-testid="seat-${seat}"]`).dataset.state === "ready", free);
  await Promise.all([one.picture("tiles-lobby"), two.picture("tiles-lobby-phone")]);
  const third = await visit(t, "/tiles.html?player=3");
  await third.by("mode-tiles-pairs").click();
  await third.by("watch-table").click();
  await third.until({ state: "watching", phase: "lobby" });
  await one.page.waitForFunction(() => /Looking on: 1/.test(document.querySelector('[data-testid="looking"]').textContent));

  const visitors = [one, two, third];
  const [hands, others, none] = visitors.map((visitor) => watchHand(visitor));
  await one.by("start-bots").click();
  await Promise.all([one, two].map((visitor) => visitor.until({ state: "playing" })));
  await third.until({ state: "watching", phase: "playing" });
  assert.equal(one.view.players.length, 4);
  assert.match(await one.text("player-" + two.room.seat), /Green/);
  await Promise.all([one.picture("tiles-playing"), two.picture("tiles-playing-phone"), third.picture("tiles-watching")]);
  const results = await Promise.all([one, two].map((visitor) => playOut(visitor)));
  assert.equal(results[0], results[1], "one of a pair has won, and the other has not");
  await third.until({ phase: "ended" });
  await Promise.all([one.picture("tiles-over"), two.picture("tiles-over-phone")]);

  assert.ok(hands.length > 4 && others.length > 4 && none.length > 0, `${hands.length}, ${others.length}, ${none.length} views`);
  assert.ok(none.every(({ hand }) => hand.length === 0), "a hand was shown to who looks on");
  for (const [visitor, own, foreign] of [[one, hands, others], [two, others, hands], [third, [], hands.concat(others)]]) {
    for (const { step, hand } of foreign) {
      const at = own.find((each) => each.step === step);
      assert.ok(!at || !at.hand.some((tile) => hand.includes(tile)), `a tile of another is in the hand at step ${step}`);
      const seen = hand.length > 3 && visitor.frames.some((frame) => holds(frame, hand));
      assert.ok(!seen, `the hand ${hand} is in a frame for another`);
    }
  }
});

test("tiles: a party by a link is queued by its leader, and sits in one match", { timeout: 90000 }, async (t) => {
  const one = await visit(t, "/tiles.html");
  await one.until({ state: "idle" });
  await one.by("party-make").click();
  await one.until({ party: 1 });
  const link = await one.by("party-link").inputValue();
  assert.match(link, /\/tiles\.html\?party=[2-9A-HJKMNP-Z]{6}$/);
  assert.equal(one.page.url(), link);

  const two = await visit(t, link.slice(line.url.length), phone);
  await Promise.all([one, two].map((visitor) => visitor.until({ state: "idle", party: 2 })));
  assert.ok(await two.by("play").isDisabled(), "who does not lead may look for a match");
  await Promise.all([one.picture("tiles-party"), two.picture("tiles-party-phone")]);
  await two.page.reload();
  await two.until({ state: "idle", party: 2 });

  await one.by("play").click();
  await Promise.all([one, two].map((visitor) => visitor.until({ state: "queued" })));
  await Promise.all([one, two].map((visitor) => visitor.until({ state: "playing" })));
  const [here, there] = await Promise.all([one.data(), two.data()]);
  assert.equal(here.match, there.match);
  assert.notEqual(here.seat, there.seat);
  assert.deepEqual([here.party, there.party], ["2", "2"]);
  await two.by("party-leave").click();
  await Promise.all([one.until({ party: 1 }), two.until({ party: 0 })]);
  assert.equal(two.page.url(), line.url + "/tiles.html");
});

test("tiles: a table for friends, its owner's word, and a rematch", { timeout: 150000 }, async (t) => {
  const one = await visit(t, "/tiles.html");
  await one.until({ state: "idle" });
  await one.picture("tiles-idle");
  await one.by("private").click();
  await one.until({ state: "lobby" });
  const link = (await one.by("link").inputValue()).slice(line.url.length);
  const two = await visit(t, link, phone);
  await two.until({ state: "lobby" });
  await one.by("kick-" + two.room.seat).click();
  await two.until({ state: "idle" });
  assert.match(await two.text("toast"), /sent you away/);
  const third = await visit(t, link);
  await third.until({ state: "lobby" });
  await one.by("locked").click();
  const late = await visit(t, link);
  await late.until({ state: "watching" });
  assert.equal(await late.text("toast"), "That table is locked. You look on.");

  await one.by("start").click();
  await Promise.all([one, third].map((visitor) => visitor.until({ state: "playing" })));
  const { match } = await one.data();
  await Promise.all([one, third].map((visitor) => playOut(visitor)));
  await late.until({ phase: "ended" });
  await one.by("locked").click();
  await late.by("sit").click();
  await late.until({ state: "ended" });
  await Promise.all([one, third].map((visitor) => visitor.by("rematch").click())); // a newcomer is not asked
  await Promise.all([one, third, late].map((visitor) => visitor.until({ state: "playing", result: "" })));
  assert.notEqual((await one.data()).match, match);
  assert.equal(one.view.players.length, 3);
});
