// Prints the vectors that package rating is held against, made with openskill.js:
//
//	npm --prefix matchmaking/rating/testdata ci
//	node matchmaking/rating/testdata/vectors.mjs > matchmaking/rating/testdata/vectors.json
//
// They are committed, so that go test needs no npm. The dice are seeded: the same come out each time,
// also with openskill 5.0.1, which brings a hundred packages with it that no vector needs.
import { rate } from 'openskill'

let state = 20110201
const dice = () => { // mulberry32
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const between = (lo, hi) => lo + dice() * (hi - lo)
const whole = (lo, hi) => Math.floor(between(lo, hi + 1))
const list = (n, make) => Array.from({ length: n }, make)

const newcomer = { mu: 25, sigma: 25 / 3 }
const known = () => ({ mu: between(-10, 60), sigma: between(0.3, 10) })

// places are by place as a match tells them: 1, 2, 2, 4.
const placed = ranks => ranks.map(r => 1 + ranks.filter(other => other < r).length)

const vectors = []
const add = (what, teams, places, options = {}) => {
  const { tau = 25 / 300, limitSigma = false } = options
  vectors.push({ what, tau, no_rise: limitSigma, places, before: teams, after: rate(teams, { rank: places, tau, limitSigma }) })
}

add('two newcomers', [[newcomer], [newcomer]], [1, 2])
add('two newcomers, the second wins', [[newcomer], [newcomer]], [2, 1])
add('two newcomers draw', [[newcomer], [newcomer]], [1, 1])
add('eight newcomers', list(8, () => [newcomer]), [3, 1, 8, 2, 5, 4, 7, 6])
add('five of eight share the second place', list(8, () => [newcomer]), [2, 2, 1, 2, 7, 2, 7, 2])
add('all of six tie', list(6, () => [known()]), list(6, () => 1))
add('two teams of two newcomers', list(2, () => list(2, () => newcomer)), [2, 1])
add('an upset', [[{ mu: 50, sigma: 1 }], [{ mu: 0, sigma: 1 }]], [2, 1])
add('the certain', [[{ mu: 50, sigma: 1 }], [{ mu: 0, sigma: 1 }]], [1, 2])
add('more is told than there is doubt: kappa', [[{ mu: 60, sigma: 60 }], ...list(11, () => [{ mu: 25, sigma: 1 }])],
  [12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
for (const sizes of [[1, 3], [2, 2, 4], [5, 5], [8, 1, 1], [20, 20]]) {
  add(`teams of ${sizes}`, sizes.map(n => list(n, known)), placed(sizes.map(() => whole(1, 3))))
}
for (let i = 0; i < 120; i++) {
  const teams = list(whole(2, 8), () => list(i % 3 === 0 ? whole(1, 4) : 1, known))
  const options = [{}, { tau: 0 }, { tau: 0.5 }, { tau: 0.5, limitSigma: true }][i % 4]
  add(`dice ${i}`, teams, placed(teams.map(() => whole(1, i % 5 === 0 ? 3 : 99))), options)
}

console.log('[\n' + vectors.map(v => JSON.stringify(v)).join(',\n') + '\n]')
