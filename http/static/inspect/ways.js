/** Ways out of where an actor is: by an event, by what an event makes true, and by itself. Pure. */
import { conditionOf } from './conditions.js'
import { activeStates } from './lit.js'

/** To rest again, with something open or with nothing. */
const toRest = guard => [`${guard}>hasExposure`, `${guard}>otherwise`]
/** What keeps an account from deciding, each with how a wish ends it. */
const kept = wish =>
  ['isDisturbed', 'mayLeavePause', 'mayLeaveCooldown', 'mayLeaveHysteresis'].map(each => `${each}>${wish}`)
const ENDED = ['mustFlatten', ...kept('mustFlatten'), 'mayLeaveHalt>mustFlatten']
/** What time alone may bring about. */
const TIMED = ['checkIsDue', ...toRest('cooldownIsOver')]
const FILLED = ['isOpen', 'isFlat', 'isForeign', 'isTakenOver', 'closeIsAsked', 'needsStop', 'outgrewStop']

/**
 * An event that keeps the state may change what the conditions of the state read, and the machine then goes on at once.
 * Which conditions an event can make true is known to the machines' functions only, so it is written down here; the tests
 * hold it against the steps that engines take. `a>b`: where `a` leads to a state that passes at once, `b` leads on from it.
 */
export const MAKES_TRUE = {
  account: {
    'candle.closed': ['isDue', ...TIMED],
    'clock.ticked': TIMED,
    'equity.marked': [
      'isDisturbed>drawdownIsTripped',
      'isDisturbed>dailyLossIsTripped',
      'isDisturbed>mustFlatten',
      'mayLeaveCooldown>drawdownIsTripped',
      'mayLeaveHysteresis>hasExposure',
      'mustFlatten',
    ],
    'account.pause': ['isDisturbed>isPaused', 'mayLeaveCooldown>isPaused'],
    'account.resume': [...toRest('mayLeavePause'), ...toRest('cooldownIsOver')],
    'account.drain': kept('isDrained'),
    'account.halt': [...kept('isHalted'), 'isCalledOff>isHalted'],
    'account.flatten': [...ENDED, 'isCalledOff>otherwise'],
    'account.stop': [...ENDED, ...kept('mustStop'), 'mayLeaveHalt>mustStop'],
    'account.rearm': [...toRest('mayLeaveHalt'), 'mayLeaveHysteresis>hasExposure'],
    'position.changed': [
      'hasExposure',
      'isFlat>otherwise',
      'isFlat>isDrained',
      ...toRest('isSettled'),
      'mustFlatten',
    ],
    'position.resized': ['hasExposure', 'isFlat>otherwise'],
  },
  position: {
    'fill.received': FILLED,
    'venue.reconciled': FILLED,
    'position.close': ['closeIsAsked'],
    'clock.ticked': ['cooldownIsOver'],
    'order.accepted': ['targetStands', 'needsStop'],
    'order.settled': ['needsStop', 'exitFallsShort', 'hasNoOrders', 'targetStands'],
    'mark.closed': ['needsStop', 'outgrewStop'],
  },
  order: {},
}

/** What a state takes of an event: candidates of the innermost state first, up to one without a condition. */
const takenOf = (chart, path, event) => {
  const found = []
  for (const source of path.toReversed()) {
    for (const each of chart.transitions) {
      if (each.source !== source || each.event !== event) continue
      found.push(each)
      if (each.guard === null) return found
    }
  }
  return found
}

const wayOf = (label, target, condition) => ({ label, target, condition })

/** Through a state that passes at once, to where it leads on from there. */
const endsOf = (chart, way, nexts) => {
  const onward = chart.transitions.filter(each => each.source === way.target && each.event === null)
  if (!onward.some(({ guard }) => guard === null)) return [way]
  return nexts.flatMap(next => {
    if (next === undefined) return [way]
    const guard = next === 'otherwise' ? null : next
    const found = onward.filter(each => each.guard === guard)
    // What led there is more telling than that nothing else did.
    return guard === null ? found.map(({ target }) => ({ ...way, target })) : found
  })
}

/** Where an event that keeps the state may lead, by what it makes true. */
const followed = (chart, path, event) => {
  const pairs = (MAKES_TRUE[chart.id][event] ?? []).map(each => each.split('>'))
  return chart.transitions
    .filter(each => path.includes(each.source) && each.event === null && each.target !== null)
    .flatMap(each => {
      const nexts = pairs.filter(([guard]) => guard === each.guard).map(([, next]) => next)
      return nexts.length === 0
        ? []
        : endsOf(chart, each, nexts).map(end => ({ ...end, source: each.source }))
    })
    .filter(({ target }) => !path.includes(target))
    .map(each => wayOf(event, each.target, conditionOf(each)))
}

const waysBy = (chart, path, event) =>
  takenOf(chart, path, event).flatMap(each => {
    if (each.target === null) return each.actions.length === 0 ? [] : followed(chart, path, event)
    return path.includes(each.target) ? [] : [wayOf(event, each.target, conditionOf(each))]
  })

/** The first way of each event to each state: why it is taken does not make it another one. */
const unique = ways => {
  const seen = new Map()
  for (const way of ways) {
    const key = `${way.label} ${way.target}`
    if (!seen.has(key)) seen.set(key, way)
  }
  return [...seen.values()]
}

/** Of what people say that is done whatever holds, no condition is told, where it leads to one state only. */
const plain = ways =>
  ways.map(way =>
    /\.(pause|halt|close)$/.test(way.label) && ways.filter(({ label }) => label === way.label).length === 1
      ? { ...way, condition: null }
      : way,
  )

/** People first, then the market and the venue, then what services answer; each in the order of the machine. */
const rankOf = ({ label }) =>
  /^(account|position)\.(?!changed|resized|opened|doubted|resumed)/.test(label) ? 0 : 1

/** `state` as the engine says it; `null` when it is not known. */
export const waysOut = (chart, state) => {
  if (state === null) return { waits: [], events: [], heard: [], services: [] }
  const active = activeStates(chart.id, state)
  const isFinal = chart.states.some(({ id, type }) => type === 'final' && id === active.at(-1))
  if (isFinal) return { waits: [], events: [], heard: [], services: [] }
  const path = [chart.id, ...active]
  const known = chart.transitions.filter(({ source, event }) => path.includes(source) && event !== null)
  const types = [...new Set(known.toReversed().map(({ event }) => event))].toReversed()
  const events = plain(unique(types.flatMap(type => waysBy(chart, path, type))))
  return {
    /** Its conditions do not hold now, else it would not be here. */
    waits: chart.transitions
      .filter(
        ({ source, event, guard, target }) =>
          active.includes(source) && event === null && guard !== null && target && !active.includes(target),
      )
      .map(each => ({ label: conditionOf(each), target: each.target })),
    events: events.sort((a, b) => rankOf(a) - rankOf(b)),
    /** Events that are taken too, and of themselves lead to no other state. */
    heard: types.filter(type => !events.some(({ label }) => label === type)),
    services: chart.states.filter(({ id }) => active.includes(id)).flatMap(({ invokes }) => invokes),
  }
}
