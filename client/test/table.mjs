// A Parlor at a fake platform, brought to where a test begins.
import { Parlor, Phase } from "../dist/parlor.mjs";
import { FakePlatform, listen } from "./fake.mjs";

export const url = "wss://example.test/ws";
export const playing = { id: "r1", game: "snakes", match: "m1", phase: Phase.PLAYING, rate: 20, sendEvery: 1 };

export function setup(options = {}) {
  const platform = options.platform || new FakePlatform();
  const parlor = new Parlor(platform, { url, client: "test/1", name: "Ann", views: options.views, clock: options.clock });
  return { platform, parlor, heard: listen(parlor) };
}

/** Connected and welcomed; what was said until then is forgotten. */
export function open(fields, options) {
  const all = setup(options);
  all.parlor.start();
  all.platform.socket.welcome({ secret: "x", ...fields });
  all.platform.socket.take();
  all.heard.take();
  return all;
}

/** In a match, from item 1. */
export function seated(options) {
  const all = open({}, options);
  all.platform.socket.frame({ firstItem: 1, items: [{ room: playing }] });
  all.platform.pass(250);
  all.platform.socket.take();
  all.heard.take();
  return all;
}

/** The server takes the newest socket's resume. */
export function resumed(platform, fields) {
  platform.socket.welcome({ resumed: true, token: "t2", ...fields });
}

export const bytes = (...values) => new Uint8Array(values);
export const inputsIn = (frames) => frames.filter((frame) => frame.inputs).map(({ inputs }) => [inputs.firstSeq, inputs.body.map((body) => body[0])]);
