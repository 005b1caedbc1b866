// Plays dash through its page, in a real browser, against a real server, with real input events.
// PARLOR_URL is the server's address; SCREENSHOTS a folder for pictures.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { arcade_dash_v1 } from "../dist/codec.mjs";
import { Hand } from "./hand.mjs";
import { Visitor, desk, eventually, launch, phone, sleep } from "./visitor.mjs";

const server = process.env.PARLOR_URL;
const act = ({ body }) => arcade_dash_v1.Act.decode(body);
const own = (visitor) => visitor.view && visitor.view.players[visitor.room.seat];

/** About where the own avatar is on the screen: demo/dash/paint.ts. */
function onScreen(visitor) {
  const { width, height } = visitor.page.viewportSize();
  const scale = (0.15 * Math.sqrt(width * height)) / 2200;
  return { x: width / 2 + own(visitor).x * scale, y: height / 2 + own(visitor).y * scale };
}

let browser;
before(async () => {
  assert.ok(server, "PARLOR_URL must name a running parlord, e.g. http://127.0.0.1:8080");
  browser = await launch();
});
after(() => browser && browser.close());

async function visit(t, options) {
  const visitor = await Visitor.at(browser, server, "/dash.html", options);
  t.after(async () => {
    await visitor.leave();
    assert.deepEqual(visitor.complaints, []);
  });
  await visitor.until({ state: "playing" });
  await eventually("a view", () => own(visitor));
  return visitor;
}

/**
 * The browser stands still at times on a busy machine, and then inputs come too late; but what was
 * sent in time must have been predicted exactly. A blow from somebody does not count as wrong.
 */
async function predictedWell(t, visitor) {
  const { truths, wrong, starved, delay } = await visitor.data();
  const late = visitor.leads.filter((lead) => lead < 0);
  t.diagnostic(`${truths} predictions, ${wrong} wrong; late by ${late} quarters of ${visitor.inputs.length} inputs; views ran out ${starved} times, shown ${delay} ms behind`);
  assert.ok(Number(truths) > 100, `only ${truths} predictions`);
  // Until a late input is applied, each view shows that it was not.
  const spoilt = late.reduce((sum, lead) => sum + 1 + Math.ceil(-lead / 4), 0);
  assert.ok(Number(wrong) <= spoilt, `${wrong} predictions were wrong, ${spoilt} of them for late inputs`);
}

test("dash: keys and mouse run, dash and shoot, and the own avatar is where it was predicted", { timeout: 60000 }, async (t) => {
  const visitor = await visit(t, desk);
  const { page } = visitor;
  const heads = (heading) => eventually(`heading ${heading}`, () => Math.abs(((own(visitor).heading - heading + 128) & 255) - 128) <= 4);
  const began = own(visitor);
  await page.keyboard.down("ArrowDown");
  await heads(64);
  await eventually("a walk", () => Math.hypot(own(visitor).x - began.x, own(visitor).y - began.y) > 100);
  await page.keyboard.up("ArrowDown");
  await eventually("standing", () => visitor.inputs.length > 1 && !act(visitor.inputs[visitor.inputs.length - 1]).go);

  await page.mouse.move(onScreen(visitor).x + 300, onScreen(visitor).y);
  await heads(0);
  await page.keyboard.press("Space");
  await eventually("a dash", () => own(visitor).dashAt > visitor.tick);
  await visitor.picture("dash-desk-dash");
  await page.mouse.click(onScreen(visitor).x, onScreen(visitor).y - 250);
  await eventually("a shot", () => own(visitor).fireAt > visitor.tick);
  assert.ok(Math.abs(own(visitor).aim - 192) <= 6, `aimed at ${own(visitor).aim}, pointed at 192`);
  const shot = visitor.inputs.map(act).find(({ fire }) => fire);
  assert.ok(shot.view > 0 && shot.view / 16 < visitor.tick, `a shot at tick ${visitor.tick} says that ${shot.view}/16 was shown`);
  await visitor.picture("dash-desk-shot");

  for (let i = 0; i < 12; i++) {
    await page.mouse.move(640 + 300 * Math.cos(i), 400 + 300 * Math.sin(i), { steps: 4 });
    if (i % 4 === 0) await page.keyboard.press("Space");
    if (i % 3 === 0) await page.keyboard.press("KeyF");
    await sleep(350);
  }
  await visitor.picture("dash-desk");
  await predictedWell(t, visitor);
  assert.ok(visitor.leads.some((lead) => lead >= 4), `leads ${visitor.leads} in 1/4 ticks`);
});

test("dash: a thumb runs, buttons dash and shoot, and the match ends with a result and a rematch", { timeout: 150000 }, async (t) => {
  const visitor = await visit(t, phone);
  const hand = await Hand.on(visitor);
  const steer = async (heading) => {
    await hand.move(120 + 50 * Math.cos(heading), 600 + 50 * Math.sin(heading));
  };
  await hand.down(120, 600);
  await steer(0);
  await eventually("heading right", () => own(visitor).heading === 0 && act(visitor.inputs[visitor.inputs.length - 1]).go);
  const press = async (id) => {
    const box = await visitor.by(id).boundingBox();
    assert.ok(box, `no ${id} to press: ${JSON.stringify(await visitor.data())}`);
    await hand.down(box.x + box.width / 2, box.y + box.height / 2); // a second finger
    await hand.lift();
    await hand.down(120, 600);
  };
  for (const [id, at] of [["dash", "dashAt"], ["fire", "fireAt"]]) {
    await eventually(id, async () => { // who is stunned can do neither
      await press(id);
      await sleep(300);
      return own(visitor)[at] > 0;
    });
  }
  await visitor.picture("dash-phone");
  for (let i = 0; visitor.view.tick < 1500; i++) { // it eats what lies in its way
    await steer(i / 3);
    await sleep(400);
    if (i % 8 === 0) await press("dash");
    if (i % 5 === 0) await press("fire");
    if (i === 20) await visitor.picture("dash-phone-later");
  }
  await predictedWell(t, visitor);
  await visitor.until({ state: "ended" }, 40000);
  const { place, result, match } = await visitor.data();
  assert.ok(Number(place) >= 1 && Number(place) <= 6, `place ${place}`);
  assert.match(await visitor.text("panel-title"), Number(place) === 1 ? /^You won$/ : new RegExp(`^${place}(st|nd|rd|th) of 6$`));
  assert.equal(await visitor.by("standings").locator("li").count(), 6);
  assert.match(await visitor.by("standings").locator("li.me").innerText(), new RegExp(`${result}$`));
  await visitor.picture("dash-phone-over");
  await hand.lift();
  await visitor.by("rematch").tap();
  await eventually("a rematch", async () => {
    const now = await visitor.data();
    return now.state === "playing" && now.match !== match;
  });
  await visitor.page.getByRole("button", { name: "Top ten" }).tap();
  await visitor.by("board-me").waitFor();
  assert.match(await visitor.by("board-me").innerText(), new RegExp(`new\\s+${result}$`));
  await visitor.picture("dash-phone-board");
  await eventually("predictions again", async () => visitor.view.tick > 60 && visitor.view.tick < 400);
});
