// How the play test's person thinks: well enough to win at tictactoe and to eat in the arena.
const lines = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];

const completes = (cells, mark) => lines.some((line) => line.every((cell) => cells[cell] === mark));
const free = (cells) => cells.map((mark, cell) => (mark ? -1 : cell)).filter((cell) => cell >= 0);
const put = (cells, cell, mark) => cells.map((old, each) => (each === cell ? mark : old));

/** What a bot may answer: it wins if it can, else it blocks, else it does anything. */
function answers(cells, mark) {
  for (const goal of [mark, 3 - mark]) {
    const good = free(cells).find((cell) => completes(put(cells, cell, goal), goal));
    if (good !== undefined) return [good];
  }
  return free(cells);
}

/** The chance that mark, whose turn it is or is not, wins against such a bot. */
function chance(cells, mark, mine) {
  if (completes(cells, mark)) return 1;
  if (completes(cells, 3 - mark)) return -0.5; // worse than a draw
  if (!free(cells).length) return 0;
  if (mine) return Math.max(...free(cells).map((cell) => chance(put(cells, cell, mark), mark, false)));
  const all = answers(cells, 3 - mark).map((cell) => chance(put(cells, cell, 3 - mark), mark, true));
  return all.reduce((sum, each) => sum + each, 0) / all.length;
}

/** The best cell for mark, whose turn it is. */
export function bestCell(cells, mark) {
  const chances = free(cells).map((cell) => ({ cell, value: chance(put(cells, cell, mark), mark, false) }));
  return chances.sort((a, b) => b.value - a.value)[0].cell;
}

const turn = (2 * Math.PI) / 256;
const headingTo = (dx, dy) => Math.round(Math.atan2(dy, dx) / turn) & 255;
const gap = (a, b) => Math.abs(((a - b + 128) & 255) - 128);

/** The heading to food that can be had without circling, turned off from what is near. */
export function headingToFood({ size, snakes, food }, seat) {
  const own = snakes.find((snake) => snake.seat === seat);
  if (!own || own.body.length < 4) return 0;
  const [x, y] = own.body;
  let best = headingTo(size / 2 - x, size / 2 - y);
  let least = Infinity;
  for (const piece of food) {
    const dx = piece.x - x, dy = piece.y - y;
    const far = Math.hypot(dx, dy);
    const sharp = gap(headingTo(dx, dy), own.heading);
    if (far < 110 && sharp > 24) continue;
    const cost = far * (1 + sharp / 64) - 20 * Math.min(piece.value, 6);
    if (cost < least && safe({ size, snakes }, seat, x, y, headingTo(dx, dy))) {
      least = cost;
      best = headingTo(dx, dy);
    }
  }
  for (let off = 0; off < 128 && !safe({ size, snakes }, seat, x, y, best); off += 16) best = (best + (off % 32 ? off : -off)) & 255;
  return best;
}

/** Nothing deadly on the next stretch that way. */
function safe({ size, snakes }, seat, x, y, heading) {
  for (const far of [30, 60, 90, 120]) {
    const px = x + far * Math.cos(heading * turn), py = y + far * Math.sin(heading * turn);
    if (px < 25 || py < 25 || px > size - 25 || py > size - 25) return false;
    for (const snake of snakes) {
      if (snake.seat === seat) continue;
      for (let i = 0; i < snake.body.length; i += 4) {
        if (Math.hypot(snake.body[i] - px, snake.body[i + 1] - py) < 34) return false;
      }
    }
  }
  return true;
}

/** Straight to the nearest wall. */
export function headingToWall({ size, snakes }, seat) {
  const { body: [x, y] } = snakes.find((snake) => snake.seat === seat);
  const walls = [[size - x, 0], [size - y, 64], [x, 128], [y, 192]];
  return walls.sort((a, b) => a[0] - b[0])[0][1];
}
