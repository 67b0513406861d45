/**
 * The inspector: which state every account, position and order is in, drawn from the machines themselves.
 *
 * It asks once for what there is, then listens to `/events`; nothing it does changes anything. Everything is set as text,
 * never as markup, so a name can hold anything.
 */
import { ask, askAll, listen } from './api.js'
import { createChartView } from './chart-view.js'
import { createDetails } from './details.js'
import { byId, say } from './dom.js'
import { kindOf } from './journal.js'
import { createMarketClock } from './market-clock.js'
import { applyEvent, createModel, setActors, settle, stepsOf, stepsThen } from './model.js'
import { createPast } from './past.js'
import { createScrubber } from './scrubber.js'
import { createTree } from './tree.js'
import { dayWords, timeWords } from './words.js'

const REFRESH_MS = 2_000

const model = createModel()
const clock = createMarketClock()
const past = createPast(model)
const view = createChartView()
let chosen = null
/** Context of the chosen actor; `null` until it is known. */
let context = null
/** Start of the process that answers. */
let run = null

const CONNECTION = { open: 'live', waiting: 'connecting', closed: 'not connected' }
let connection = 'none'

const part = name => byId(`actor-${name}`)
const details = createDetails({
  who: part('id'),
  state: part('state'),
  why: part('why'),
  next: part('next'),
  steps: part('steps'),
})
const drawTree = createTree(byId('actors'), byId('actors-more'), id => {
  void choose(id)
  view.comeIntoView()
})
const drawScrubber = createScrubber({
  onMove: place => {
    past.look(place, chosen)
    soon()
  },
  onScope: scope => {
    past.setScope(scope)
    soon()
  },
  onEarlier: () => past.earlier().then(soon, fail),
})

const choose = async id => {
  chosen = id
  context = null
  history.replaceState(null, '', `#${encodeURIComponent(id)}`)
  soon()
  await view.show(kindOf(id)).catch(fail)
  await refreshChosen().catch(fail)
  soon()
}

const refreshChosen = async () => {
  const id = chosen
  if (id === null || !model.actors.has(id)) return
  const path = `/actors/${id.split('/').map(encodeURIComponent).join('/')}`
  const actor = await ask(path).catch(error => {
    // It has ended between two lists: the next one says so.
    if (error.status === 404) return null
    throw error
  })
  if (chosen !== id || actor === null) return
  const { context: known, ...rest } = actor
  context = known
  model.actors.set(id, rest)
}

const refresh = async () => {
  const [status, accounts, actors] = await Promise.all([
    ask('/status'),
    askAll('/accounts'),
    askAll('/actors?limit=500'),
  ])
  const isAnother = run !== null && run !== status.started_at
  run = status.started_at
  clock.set({ now: Date.parse(status.now), speed: status.speed, run }, performance.now())
  say(byId('mode'), status.mode)
  byId('mode').dataset.mode = status.mode
  model.accounts = new Map(accounts.map(account => [account.account_id, account]))
  setActors(model, actors)
  if (isAnother || !past.isLoaded()) await past.load()
  await past.lookFor(model.accounts.keys())
  await chooseWhatThereIs()
  byId('problem').hidden = true
  hearAgain()
  soon()
}

const firstOf = ids => ids.reduce((first, id) => (first === undefined || id < first ? id : first), undefined)

/** The one named in the address, and the parent of one that has ended; of an account that was removed it is said so. */
const chooseWhatThereIs = async () => {
  const wanted = chosen ?? decodeURIComponent(location.hash.slice(1))
  if (chosen !== null && model.actors.has(chosen)) return refreshChosen()
  const [account] = wanted.split('/')
  const wasThere = model.moves.some(move => move.account_id === account)
  if (wanted !== '' && !model.actors.has(account) && (chosen !== null || wasThere)) {
    return chosen === null ? choose(wanted) : undefined
  }
  const path = wanted.split('/')
  const ids = path.map((_, at) => path.slice(0, path.length - at).join('/'))
  const found = ids.find(id => model.actors.has(id)) ?? firstOf([...model.actors.keys()])
  // In the past it may well be there, and is looked at.
  if (found !== undefined && (chosen === null || past.looked() === null)) await choose(found)
}

const goneWords = isPast => {
  const [account] = chosen.split('/')
  if (isPast) return 'The journal does not tell of it at this time.'
  return model.actors.has(account)
    ? `${chosen} is not there any more.`
    : `Account ${account} was removed. Its past is in the journal: move the slider back.`
}

const drawChosen = (actor, { index, now, isPast }) => {
  const isThere = actor !== undefined
  byId('gone').hidden = isThere || chosen === null
  if (!isThere) {
    view.clear()
    details.clear(chosen)
    if (chosen !== null) say(byId('gone'), goneWords(isPast))
    return
  }
  if (view.kind() !== actor.type) return
  view.light(actor)
  details.show({
    actor,
    chart: view.chart(),
    context,
    account: model.accounts.get(actor.id.split('/')[0]),
    steps: isPast ? stepsThen(model, actor.id, index) : stepsOf(model, actor.id),
    now: isPast ? model.moves[index].at : now,
    isPast,
  })
}

const draw = () => {
  settle(model)
  const at = performance.now()
  const now = clock.read(at)
  const index = past.index()
  const isPast = index !== null
  const actors = isPast ? past.actors(index) : [...model.actors.values()]
  drawTree({ actors, wanted: byId('filter').value, chosen, now: isPast ? null : now })
  const stops = past.stops(chosen)
  drawScrubber({
    steps: stops.map(each => model.moves[each]),
    value: isPast ? stops.findLastIndex(each => each <= index) : stops.length,
    looked: past.looked(),
    now,
    accountId: chosen?.split('/')[0] ?? null,
    hasEarlier: past.hasEarlier(),
  })
  say(byId('clock'), now === null ? '' : `${dayWords(now)} ${timeWords(now)}`)
  document.body.toggleAttribute('data-stale', clock.isStopped())
  say(byId('connection'), clock.isStopped() ? 'no answer' : (CONNECTION[connection] ?? 'connecting'))
  drawChosen(
    actors.find(({ id }) => id === chosen),
    { index, now, isPast },
  )
}

let isDrawing = false
/** Many events, one drawing. */
const soon = () => {
  if (isDrawing) return
  isDrawing = true
  requestAnimationFrame(() => {
    isDrawing = false
    draw()
  })
}

const fail = error => {
  clock.stop(performance.now())
  say(byId('problem'), `${error.message[0].toUpperCase()}${error.message.slice(1)}.`)
  byId('problem').hidden = false
  soon()
}

let isAsked = false
let isAskedAgain = false

const refreshAsked = async () => {
  isAskedAgain = false
  await refresh().catch(fail)
  isAsked = false
  if (isAskedAgain) refreshSoon()
}

/** Steps say where an actor is; what it waits for there is asked for, at most every few hundred milliseconds. */
const refreshSoon = () => {
  isAskedAgain = isAsked
  if (isAsked) return
  isAsked = true
  setTimeout(() => void refreshAsked(), 600)
}

const onEvent = event => {
  clock.atLeast(Date.parse(event.ts), performance.now())
  const change = applyEvent(model, event)
  const isOfChosen = event.kind === 'transition' && event.data.actor === chosen
  if (change === 'unknown' || isOfChosen || event.type === 'control.commanded') refreshSoon()
  soon()
}

/** Listens, and once more when the engine answers again after the browser has given the stream up. */
const hearAgain = () => {
  if (connection !== 'none' && connection !== 'closed') return
  connection = 'waiting'
  listen({
    onEvent,
    onState: (state, opened) => {
      connection = state
      soon()
      byId('connection').dataset.state = state
      if (opened?.missed === true) past.load().then(refreshSoon, fail)
    },
  })
}

const start = async () => {
  byId('filter').addEventListener('input', soon)
  setInterval(() => !document.hidden && refreshSoon(), REFRESH_MS)
  // Countdowns; nothing else changes between events.
  setInterval(() => !document.hidden && soon(), 250)
  await refresh()
}

start().catch(fail)
