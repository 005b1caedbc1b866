// Fingers on the glass of a page.
export class Hand {
  #fingers = [];
  constructor(cdp) {
    this.cdp = cdp;
  }
  static async on(visitor) {
    return new Hand(await visitor.context.newCDPSession(visitor.page));
  }
  #tell(type) {
    return this.cdp.send("Input.dispatchTouchEvent", { type, touchPoints: this.#fingers });
  }
  async down(x, y) {
    this.#fingers = [...this.#fingers, { x, y, id: this.#fingers.length }];
    await this.#tell("touchStart");
  }
  /** Moves the first finger. */
  async move(x, y) {
    this.#fingers[0] = { ...this.#fingers[0], x, y };
    await this.#tell("touchMove");
  }
  /** Lifts the last one. */
  async up() {
    this.#fingers = this.#fingers.slice(0, -1);
    await this.#tell("touchEnd");
  }
  /** Lifts all of them. */
  async lift() {
    this.#fingers = [];
    await this.#tell("touchEnd");
  }
}
