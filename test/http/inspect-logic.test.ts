/** The logic of the inspector's page, without a browser: what is lit, what is said, and the way back through the journal. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Chart, CHARTS } from '../../actors/chart.ts'

type Step = { from: string; to: string; event: string; at: string }
type Move = {
  actor: string
  account_id: string
  ts: string
  from: string
  to: string
  until: string | null
  at: number
}
type Actor = {
  id: string
  type: string
  state: string
  until: string | null
  at: string | null
  last_transition: Step | null
  next_events: string[]
}
type Model = { actors: Map<string, Actor>; steps: Map<string, Step[]>; moves: Move[]; heard: unknown[] }
type Lit = Record<'active' | 'previous' | 'taken' | 'next', Set<string>>
type Past = { states: Map<string, { state: string | null } | null> }
type Reason = { kind: string; label: string; at: number | null }

const page = async <Module>(name: string): Promise<Module> => {
  const { href } = new URL(`../../http/static/inspect/${name}.js`, import.meta.url)
  return (await import(/* @vite-ignore */ href)) as Module
}
const { litOf, changeOf } = await page<{
  litOf: (chart: Chart, arrows: object[], actor: object) => Lit
  changeOf: (kind: string, from: string, to: string) => { entered: string[]; left: string[] }
}>('lit')
const { arrowsOf } = await page<{ arrowsOf: (chart: Chart) => object[] }>('graph')
const { merged, statesAfter, indexAt, density } = await page<{
  merged: (...lists: object[][]) => Move[]
  statesAfter: (moves: Move[], index: number) => Past
  indexAt: (moves: Move[], at: number) => number
  density: (moves: Move[], count: number, accountId: string) => { all: number; own: number }[]
}>('journal')
const { createModel, setActors, applyEvent, settle, addEarlier } = await page<{
  createModel: () => Model
  setActors: (model: Model, list: object[]) => void
  applyEvent: (model: Model, event: object) => string
  settle: (model: Model) => void
  addEarlier: (model: Model, type: string, page: { items: object[]; next: string | null }) => void
}>('model')
const { reasonsOf } = await page<{ reasonsOf: (given: object) => Reason[] }>('why')
const { spanWords, eventWords, momentWords } = await page<{
  momentWords: (at: number, now: number | null) => string
  spanWords: (ms: number) => string
  eventWords: (type: string) => string
}>('words')
const { createMarketClock } = await page<{
  createMarketClock: () => {
    set(given: { now: number; speed: number | 'max'; run?: string }, at: number): void
    stop(at: number): void
    isStopped(): boolean
    atLeast(now: number, at: number): void
    read(at: number): number | null
  }
}>('market-clock')

const chartNamed = (id: string): Chart => {
  const chart = CHARTS.find(each => each.id === id)
  if (chart === undefined) throw new Error(`there is no chart ${id}`)
  return chart
}

describe('what is lit', () => {
  test('is where it is, where it came from, the arrow it took, and those it may take', () => {
    const chart = chartNamed('position')
    const lit = litOf(chart, arrowsOf(chart), {
      state: 'protected.holding',
      last_transition: {
        from: 'protecting.aiming',
        to: 'protected.holding',
        event: 'order.accepted',
        at: '',
      },
    })
    expect([...lit.active]).toEqual(['position.protected', 'position.protected.holding'])
    expect([...lit.previous]).toEqual(['position.protecting', 'position.protecting.aiming'])
    expect([...lit.taken]).toEqual(['position.protecting.aiming→position.protected'])
    expect([...lit.next]).toContain('position.protected.holding→position.protected.hysteresis')
  })

  test('a state that both are inside of is neither entered nor left', () => {
    expect(changeOf('position', 'protecting.stopping', 'protecting.proving')).toEqual({
      entered: ['position.protecting.proving'],
      left: ['position.protecting.stopping'],
    })
  })
})

const at = (seconds: number): string => new Date(seconds * 1_000).toISOString()
const move = (actor: string, seconds: number, from: string, to: string) => ({
  actor,
  account_id: actor.split('/')[0],
  ts: at(seconds),
  from,
  to,
  until: null,
})

describe('the way back through the journal', () => {
  const STATES = ['idle', 'ordering', 'protected', 'closing']

  test('shows after each step what a life that was written down step by step had then', () => {
    const step = fc.record({
      actor: fc.constantFrom('a', 'a/position:BTC', 'b'),
      to: fc.constantFrom(...STATES),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), fc.nat(), (steps, cut) => {
        const life = new Map<string, string>()
        const after: Map<string, string>[] = []
        const moves = steps.map(({ actor, to }, index) => {
          const from = life.get(actor) ?? 'idle'
          life.set(actor, to)
          after.push(new Map(life))
          return move(actor, Math.floor(index / 3), from, to)
        })
        // Two steps of one moment that are the same are one; the life above has them twice.
        const isPlain = new Set(moves.map(each => JSON.stringify(each))).size === moves.length
        fc.pre(isPlain)
        const half = cut % moves.length
        const known = merged(moves.slice(0, half), moves)
        expect(known.length).toBe(moves.length)
        known.forEach((_, index) => {
          const { states } = statesAfter(known, index)
          for (const [actor, state] of after[index] ?? []) expect(states.get(actor)?.state).toBe(state)
          for (const [actor, then] of states) {
            if (after[index]?.has(actor) !== true) expect(then?.state).toBe('idle')
          }
        })
      }),
      { numRuns: 1_000 },
    )
  })

  test('finds the last step at or before a time', () => {
    const moves = merged([1, 2, 2, 5].map((seconds, index) => move(`a${index}`, seconds, 'idle', 'paused')))
    expect([0, 1, 2, 4, 9].map(seconds => indexAt(moves, seconds * 1_000))).toEqual([-1, 0, 2, 2, 3])
  })

  test('the strip counts every step once', () => {
    const moves = merged(
      Array.from({ length: 50 }, (_, index) => move(index % 2 ? 'a' : 'b', index, 'x', 'y')),
    )
    const bins = density(moves, 7, 'a')
    expect(bins.reduce((sum, each) => sum + each.all, 0)).toBe(50)
    expect(bins.reduce((sum, each) => sum + each.own, 0)).toBe(25)
  })

  test('a step heard live and read from the journal is one step', () => {
    const model = createModel()
    const data = { asset: 'BTC', from: 'idle', to: 'ordering', until: null }
    applyEvent(model, { kind: 'fact', type: 'position.moved', seq: 9, ts: at(3), account_id: 'a', data })
    const items = [move('a/position:BTC', 3, 'idle', 'ordering'), move('a', 1, 'idle', 'paused')]
    addEarlier(model, 'position', { items, next: null })
    settle(model)
    expect(model.moves.map(each => each.actor)).toEqual(['a', 'a/position:BTC'])
  })
})

describe('what the page knows', () => {
  const actor = {
    id: 'a',
    type: 'account',
    state: 'idle',
    until: at(9),
    at: at(1),
    next_events: [],
    last_transition: null,
  }
  const transition = { actor: 'a', from: 'idle', to: 'paused', event: 'account.pause', at: at(2) }

  test('follows a step, forgets what was waited for, and asks about actors it does not know', () => {
    const model = createModel()
    setActors(model, [actor])
    expect(applyEvent(model, { kind: 'transition', data: transition })).toBe('moved')
    expect(model.actors.get('a')).toMatchObject({
      state: 'paused',
      until: null,
      last_transition: { to: 'paused' },
    })
    expect(applyEvent(model, { kind: 'transition', data: { ...transition, actor: 'b' } })).toBe('unknown')
    expect(model.steps.get('b')).toHaveLength(1)
  })

  test('an answer that is older than a step it heard does not undo it, and who is not listed is gone', () => {
    const model = createModel()
    setActors(model, [actor, { ...actor, id: 'c' }])
    applyEvent(model, { kind: 'transition', data: transition })
    setActors(model, [actor])
    expect(model.actors.get('a')?.state).toBe('paused')
    expect(model.actors.has('c')).toBe(false)
  })
})

describe('why it is here', () => {
  test('what stopped it comes first, then what it waits for, then deadlines, then guards', () => {
    const reasons = reasonsOf({
      actor: { id: 'a', type: 'account', state: 'cooldown', until: at(60) },
      chart: chartNamed('account'),
      context: {
        control: { cooldownUntil: 60_000 },
        breakers: { dailyLossTripped: true },
        counters: { checkAt: 30_000 },
      },
      account: { entries_stopped: 'paused', next_decision_at: null },
    })
    expect(reasons.map(({ label }) => label)).toEqual([
      'No entries: paused',
      'The daily loss limit is tripped',
      'Next comparison with the venue',
      'Cooldown ends',
      'Leaves when the cooldown is over',
      'Leaves when something graver comes',
      'Leaves when a comparison is due',
    ])
  })

  test('a position without a stop says when it is closed, an order whom it waits for', () => {
    const position = reasonsOf({
      actor: { id: 'a/position:BTC', type: 'position', state: 'protecting.proving', until: null },
      chart: chartNamed('position'),
      context: {
        protection: { nakedSince: 1_000 },
        settings: { nakedMsMax: 5_000 },
        fills: { reported: null },
      },
      account: undefined,
    })
    expect(position).toContainEqual({
      kind: 'deadline',
      label: 'Closed at market unless protected',
      at: 6_000,
    })
    expect(position[0]?.label).toBe('Waits for read protection to answer')
  })
})

test('times are told in their two largest parts, and answers of services by their names', () => {
  expect([400, 65_000, 3_600_000, 90_061_000, -5].map(spanWords)).toEqual([
    '0.4 s',
    '1 min 5 s',
    '1 h',
    '1 d 1 h',
    '0.0 s',
  ])
  expect(eventWords('xstate.done.actor.decide')).toBe('decide answered')
  // A moment of another day carries its date.
  const [noon, day] = [43_200_000, 86_400_000]
  expect(momentWords(noon, noon + 1)).toBe('12:00:00')
  expect(momentWords(noon, noon + day)).toBe('1970-01-01 12:00:00')
})

test('the clock of the market goes at its speed, and is never behind an event that was seen', () => {
  const clock = createMarketClock()
  expect(clock.read(0)).toBeNull()
  clock.set({ now: 1_000, speed: 60 }, 100)
  expect(clock.read(110)).toBe(1_600)
  clock.atLeast(9_000, 110)
  clock.atLeast(2_000, 110)
  expect(clock.read(110)).toBe(9_000)
  clock.set({ now: 10_000, speed: 'max' }, 200)
  expect(clock.read(900)).toBe(10_000)
})

test('the clock of the market never goes back, goes no faster than was measured, and stands when nobody answers', () => {
  const clock = createMarketClock()
  clock.set({ now: 0, speed: 1_000, run: 'a' }, 0)
  expect(clock.read(2_000)).toBe(2_000_000)
  // The engine went half as fast as it was said to: what was shown stands until the market has come that far.
  clock.set({ now: 1_000_000, speed: 1_000, run: 'a' }, 2_000)
  expect(clock.read(2_500)).toBe(2_000_000)
  expect(clock.read(4_500)).toBe(2_250_000)
  clock.stop(4_500)
  expect(clock.isStopped()).toBe(true)
  clock.atLeast(9_000_000, 4_600)
  expect(clock.read(60_000)).toBe(2_250_000)
  clock.set({ now: 3_000_000, speed: 1_000, run: 'a' }, 60_000)
  expect(clock.read(60_000)).toBe(3_000_000)
  // Another process may stand earlier in its market.
  clock.set({ now: 500, speed: 1, run: 'b' }, 61_000)
  expect(clock.read(61_000)).toBe(500)
  expect(clock.read(900_000)).toBe(6_500)
})
