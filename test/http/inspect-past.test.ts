/** The past the inspector shows is never more than the journal tells: how far it reaches, and who was there. */
import { describe, expect, test } from 'vitest'

type Step = { from: string; to: string; event: string; at: string }
type Move = { actor: string; key: string; at: number; from: string; to: string }
type Actor = { id: string; type: string; state: string | null }
type Model = {
  actors: Map<string, object>
  moves: Move[]
  rests: Map<string, string>
  reach: Record<string, { oldest: number; isWhole: boolean }>
  room: number
}
type Page = { items: object[]; next: string | null }

const page = async <Module>(name: string): Promise<Module> => {
  const { href } = new URL(`../../http/static/inspect/${name}.js`, import.meta.url)
  return (await import(/* @vite-ignore */ href)) as Module
}
const { statesAfter, actorsThen } = await page<{
  statesAfter: (moves: Move[], index: number, floor: number) => object
  actorsThen: (given: object) => Actor[]
}>('journal')
const {
  createModel,
  setActors,
  applyEvent,
  settle,
  addEarlier,
  addPresence,
  floorOf,
  shortest,
  stopsOf,
  ...steps
} = await page<{
  createModel: () => Model
  setActors: (model: Model, list: object[]) => void
  applyEvent: (model: Model, event: object) => string
  settle: (model: Model) => void
  addEarlier: (model: Model, type: string, page: Page) => void
  addPresence: (model: Model, items: object[]) => void
  floorOf: (model: Model) => number
  shortest: (model: Model) => string[]
  stopsOf: (model: Model, scope: string, chosen: string | null) => number[]
  stepsOf: (model: Model, id: string) => Step[]
  stepsThen: (model: Model, id: string, index: number) => Step[]
}>('model')
const { shownOf } = await page<{ shownOf: (all: object[], chosen: string | null) => { id: string }[] }>(
  'tree',
)

const at = (seconds: number): string => new Date(seconds * 1_000).toISOString()
const move = (actor: string, seconds: number, from: string, to: string) => ({
  actor,
  account_id: actor.split('/')[0],
  ts: at(seconds),
  from,
  to,
  until: null,
})
const actor = (id: string, state: string, last: Step | null = null) => ({
  id,
  type: id.includes('/') ? 'position' : 'account',
  state,
  until: null,
  at: at(900),
  next_events: [],
  last_transition: last,
})

/** Newest first, as the engine answers. */
const given = ({
  actors = [],
  account = { items: [], next: null },
  position = { items: [], next: null },
  presence = [],
}: {
  actors?: object[]
  account?: Page
  position?: Page
  presence?: object[]
}): Model => {
  const model = createModel()
  setActors(model, actors)
  addEarlier(model, 'account', account)
  addEarlier(model, 'position', position)
  addPresence(model, presence)
  return model
}
const then = (model: Model, seconds: number): Record<string, string | null> => {
  const index = model.moves.findLastIndex(each => each.at <= seconds * 1_000)
  const past = statesAfter(model.moves, index, floorOf(model))
  const actors = actorsThen({ actors: model.actors, past, rests: model.rests })
  return Object.fromEntries(actors.map(each => [each.id, each.state]))
}

describe('how far back the slider reaches', () => {
  test('as far as both lists are whole, and further with the one that is shorter', () => {
    const model = given({
      account: { items: [move('a', 50, 'idle', 'paused'), move('a', 10, 'paused', 'idle')], next: null },
      position: { items: [move('a/position:BTC', 40, 'ordering', 'protecting')], next: 'more' },
      presence: [move('a', 0, 'none', 'reconciling')],
    })
    expect(stopsOf(model, 'all', 'a').map(index => model.moves[index]?.at)).toEqual([40_000, 50_000])
    expect(shortest(model)).toEqual(['position'])
    addEarlier(model, 'position', { items: [move('a/position:BTC', 20, 'idle', 'ordering')], next: null })
    expect(stopsOf(model, 'all', 'a').map(index => model.moves[index]?.at)).toEqual(
      [0, 10, 20, 40, 50].map(seconds => seconds * 1_000),
    )
    expect(shortest(model)).toEqual([])
  })

  test('the slider stops at steps of the chosen one, of its account, or at every step', () => {
    const items = [move('b', 4, 'x', 'y'), move('a/position:BTC', 3, 'x', 'y'), move('a', 2, 'x', 'y')]
    const model = given({ account: { items, next: null } })
    const stops = (scope: string) =>
      stopsOf(model, scope, 'a/position:BTC').map(index => model.moves[index]?.actor)
    expect(stops('actor')).toEqual(['a/position:BTC'])
    expect(stops('account')).toEqual(['a', 'a/position:BTC'])
    expect(stops('all')).toEqual(['a', 'a/position:BTC', 'b'])
  })

  test('what had to be let go of is asked for again before it is shown', () => {
    const model = given({ account: { items: [move('a', 1, 'idle', 'paused')], next: null } })
    model.room = 3
    for (let seconds = 2; seconds < 8; seconds += 1) {
      const data = { from: `s${seconds}`, to: `s${seconds + 1}`, until: null }
      applyEvent(model, { kind: 'fact', type: 'account.moved', ts: at(seconds), account_id: 'a', data })
    }
    settle(model)
    expect(model.moves.map(each => each.at / 1_000)).toEqual([5, 6, 7])
    expect(floorOf(model)).toBe(5_000)
    expect(shortest(model)).toEqual(['account', 'position'])
  })
})

describe('who was there', () => {
  const life = given({
    actors: [actor('a', 'idle'), actor('a/position:BTC', 'protected.holding'), actor('new', 'deciding')],
    account: {
      items: [move('gone', 30, 'idle', 'stopped'), move('gone', 12, 'reconciling', 'idle')],
      next: null,
    },
    position: { items: [move('gone/position:BTC', 15, 'idle', 'ordering')], next: null },
    presence: [
      move('a', 0, 'none', 'reconciling'),
      move('gone', 10, 'none', 'reconciling'),
      move('gone', 30, 'any', 'none'),
      move('new', 40, 'none', 'reconciling'),
    ],
  })

  test('an account is not shown before it was added, and one that was removed is shown while it was there', () => {
    expect(Object.keys(then(life, 5))).toEqual(['a', 'a/position:BTC'])
    expect(then(life, 15)).toMatchObject({ gone: 'idle', 'gone/position:BTC': 'ordering' })
    expect(Object.keys(then(life, 35))).toEqual(['a', 'a/position:BTC'])
    expect(Object.keys(then(life, 40)).toSorted()).toEqual(['a', 'a/position:BTC', 'new'])
  })

  test('the last step of an account is before its removal, though both are of one moment', () => {
    expect(life.moves.filter(each => each.at === 30_000).map(each => each.to)).toEqual(['stopped', 'none'])
  })

  test('one that never moved rests where it rests now, in the words of the journal', () => {
    expect(then(life, 35)['a/position:BTC']).toBe('protected')
  })

  test('where nothing tells the state it is not known: in the middle of a decision, and before what is loaded', () => {
    const model = given({
      actors: [actor('a', 'deciding')],
      position: { items: [move('b/position:BTC', 50, 'idle', 'ordering')], next: 'more' },
      presence: [move('a', 0, 'none', 'reconciling'), move('b', 0, 'none', 'reconciling')],
    })
    expect(then(model, 50)).toMatchObject({ a: null, b: null, 'b/position:BTC': 'ordering' })
  })

  test('a life that ended tells nothing of the one after it', () => {
    const model = given({
      actors: [actor('a', 'idle'), actor('a/position:BTC', 'protected.holding')],
      account: { items: [move('a', 25, 'reconciling', 'paused'), move('z', 5, 'x', 'y')], next: null },
      presence: [
        move('a', 0, 'none', 'reconciling'),
        move('a', 10, 'any', 'none'),
        move('a', 20, 'none', 'reconciling'),
      ],
    })
    expect(then(model, 5)).toMatchObject({ a: 'reconciling', 'a/position:BTC': null })
    expect(then(model, 10)).not.toHaveProperty('a')
    expect(then(model, 25)).toMatchObject({ a: 'paused' })
  })

  test('an account that is said to have come once more while it is there goes on as it was', () => {
    const model = given({
      account: { items: [move('a', 3, 'reconciling', 'idle')], next: null },
      presence: [move('a', 2, 'none', 'reconciling'), move('a', 4, 'none', 'reconciling')],
    })
    expect([2, 3, 4].map(seconds => then(model, seconds).a)).toEqual(['reconciling', 'idle', 'idle'])
  })

  test('orders are not in it: the journal does not keep their steps', () => {
    const model = given({
      actors: [actor('a', 'idle'), { ...actor('a/position:BTC/stop', 'working'), type: 'order' }],
      account: { items: [move('a', 5, 'paused', 'idle')], next: null },
    })
    expect(then(model, 5)).toEqual({ a: 'idle' })
  })

  test('an account that comes and one that goes are heard live', () => {
    const model = given({ actors: [actor('a', 'idle')] })
    const fact = { kind: 'fact', account_id: 'b' }
    expect(applyEvent(model, { ...fact, type: 'account.started', ts: at(3), data: {} })).toBe('unknown')
    const change = (change: string, seconds: number) =>
      applyEvent(model, { ...fact, type: 'account.administered', ts: at(seconds), data: { change } })
    // Said of the same moment in another way, it is the same.
    expect([change('added', 3), change('changed', 4), change('removed', 9)]).toEqual([
      'unknown',
      'noted',
      'unknown',
    ])
    settle(model)
    expect(model.moves.map(({ from, to }) => `${from} ${to}`)).toEqual(['none reconciling', 'any none'])
  })
})

describe('the last steps', () => {
  const last = { from: 'protecting.aiming', to: 'protected.holding', event: 'order.accepted', at: at(30) }
  const model = given({
    actors: [actor('a', 'idle'), actor('a/position:BTC', 'protected.holding', last)],
    position: {
      items: [
        move('a/position:BTC', 30, 'protecting', 'protected'),
        move('a/position:BTC', 30, 'ordering', 'protecting'),
        move('a/position:BTC', 20, 'idle', 'ordering'),
      ],
      next: null,
    },
  })
  const ways = (list: Step[]) => list.map(({ from, to }) => `${from} → ${to}`)

  test('are known before anything was heard: from the engine, then from the journal, each once', () => {
    expect(ways(steps.stepsOf(model, 'a/position:BTC'))).toEqual([
      'protecting.aiming → protected.holding',
      'ordering → protecting',
      'idle → ordering',
    ])
  })

  test('in the past are those before that time', () => {
    expect(ways(steps.stepsThen(model, 'a/position:BTC', 0))).toEqual(['idle → ordering'])
  })
})

test('the chosen row is there however many rows come before it', () => {
  const all = Array.from({ length: 500 }, (_, index) => ({ id: `a${String(index).padStart(3, '0')}` }))
  const chosen = [...all, { id: 'z' }, { id: 'z/position:BTC' }, { id: 'z/position:ETH' }]
  expect(shownOf(chosen, null)).toHaveLength(300)
  expect(
    shownOf(chosen, 'z/position:ETH')
      .slice(300)
      .map(({ id }) => id),
  ).toEqual(['z', 'z/position:ETH'])
})
