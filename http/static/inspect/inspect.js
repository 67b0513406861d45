/**
 * The inspector: which state every account, position and order is in, drawn from the machines themselves.
 *
 * It asks once for what there is, then listens to `/events`; nothing it does changes anything. Everything is set as text,
 * never as markup, so a name can hold anything.
 */
import { ask, askAll, listen } from './api.js'
import { createDetails } from './details.js'
import { byId, say } from './dom.js'
import { drawChart } from './drawing.js'
import { drawingOf, layoutInput } from './graph.js'
import { asOf, statesAfter } from './journal.js'
import { litOf } from './lit.js'
import { createMarketClock } from './market-clock.js'
import { addEarlier, applyEvent, createModel, setActors, settle } from './model.js'
import { createScrubber } from './scrubber.js'
import { createTree } from './tree.js'
import { dayWords, timeWords } from './words.js'

const REFRESH_MS = 2_000
const MOVES_PAGE = 1_000

const model = createModel()
const clock = createMarketClock()
const charts = new Map()
/** Of the chart on the page. */
let shown = { kind: null, drawing: null, light: null }
let chosen = null
/** Context of the chosen actor; `null` until it is known. */
let context = null
/** Step of the journal that is looked at; `null`: now. */
let index = null
let cursors = { account: null, position: null }

const part = name => byId(`actor-${name}`)
const drawTree = createTree(byId('actors'), byId('actors-more'), id => choose(id))
const drawDetails = createDetails({
  who: part('id'),
  state: part('state'),
  why: part('why'),
  next: part('next'),
  steps: part('steps'),
})
const drawScrubber = createScrubber({
  onMove: value => {
    index = value === null || value >= model.moves.length ? null : value
    soon()
  },
  onEarlier: () => loadMoves().catch(fail),
})

const chartOf = async kind => {
  const known = charts.get(kind)
  if (known !== undefined) return known
  const made = (async () => {
    const chart = await ask(`/machines/${kind}`)
    const elk = new globalThis.ELK()
    return { chart, drawing: drawingOf(chart, await elk.layout(layoutInput(chart))) }
  })()
  charts.set(kind, made)
  return made
}

const showChart = async kind => {
  const { chart, drawing } = await chartOf(kind)
  if (shown.kind === kind) return
  const { element, light } = drawChart(drawing)
  shown = { kind, chart, drawing, light }
  byId('chart').replaceChildren(element)
  say(byId('chart-name'), `${kind} machine`)
}

const choose = async id => {
  const actor = model.actors.get(id)
  if (actor === undefined) return
  chosen = id
  context = null
  history.replaceState(null, '', `#${encodeURIComponent(id)}`)
  await showChart(actor.type).catch(fail)
  await refreshChosen().catch(fail)
  soon()
}

const refreshChosen = async () => {
  const id = chosen
  if (id === null || !model.actors.has(id)) return
  const actor = await ask(`/actors/${id.split('/').map(encodeURIComponent).join('/')}`)
  if (chosen !== id) return
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
  clock.set({ now: Date.parse(status.now), speed: status.speed }, performance.now())
  say(byId('mode'), status.mode)
  byId('mode').dataset.mode = status.mode
  model.accounts = new Map(accounts.map(account => [account.account_id, account]))
  setActors(model, actors)
  if (chosen === null || !model.actors.has(chosen)) await chooseFirst()
  else await refreshChosen()
  soon()
}

const firstOf = ids => ids.reduce((first, id) => (first === undefined || id < first ? id : first), undefined)

/** The one named in the address, else the parent of one that has ended, else the first. */
const chooseFirst = async () => {
  const named = decodeURIComponent(location.hash.slice(1))
  const path = (chosen ?? named).split('/')
  const ids = path.map((_, at) => path.slice(0, path.length - at).join('/'))
  const found = ids.find(id => model.actors.has(id)) ?? firstOf([...model.actors.keys()])
  if (found !== undefined) await choose(found)
}

const loadMoves = async () => {
  const pages = await Promise.all(
    Object.entries(cursors).map(async ([type, cursor]) => {
      if (cursor === 'end') return []
      const after = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const { items, next } = await ask(`/moves?type=${type}&limit=${MOVES_PAGE}${after}`)
      cursors = { ...cursors, [type]: next ?? 'end' }
      return items
    }),
  )
  const before = model.moves.length
  addEarlier(model, ...pages)
  // The same step stays under the slider.
  if (index !== null) index += model.moves.length - before
  soon()
}

const draw = () => {
  settle(model)
  const now = clock.read(performance.now())
  const states = index === null ? null : statesAfter(model.moves, index)
  const then = actor => (states === null ? actor : asOf(actor, states))
  const actors = [...model.actors.values()].map(then).filter(actor => actor !== null)
  const isPast = states !== null
  drawTree({ actors, wanted: byId('filter').value, chosen, now: isPast ? null : now })
  const accountId = chosen?.split('/')[0] ?? null
  const hasEarlier = Object.values(cursors).some(each => each !== 'end')
  drawScrubber({ moves: model.moves, index, now, accountId, hasEarlier })
  say(byId('clock'), now === null ? '' : `${dayWords(now)} ${timeWords(now)}`)
  const actor = actors.find(({ id }) => id === chosen)
  byId('gone').hidden = actor !== undefined || chosen === null
  if (actor === undefined || shown.kind !== actor.type) return
  shown.light(litOf(shown.chart, shown.drawing.arrows, actor))
  drawDetails({
    actor,
    chart: shown.chart,
    context,
    account: model.accounts.get(accountId),
    steps: isPast
      ? model.moves
          .slice(0, index + 1)
          .filter(move => move.actor === chosen)
          .reverse()
          .map(stepOfMove)
      : (model.steps.get(chosen) ?? []),
    now,
    isPast,
  })
}

const stepOfMove = ({ from, to, ts }) => ({ from, to, at: ts, event: 'journal' })

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
  say(byId('problem'), `${error.message}.`)
  byId('problem').hidden = false
}

const CONNECTION = { open: 'live', waiting: 'connecting', closed: 'not connected' }

let isAsked = false
/** Steps say where an actor is; what it waits for there is asked for, at most every few hundred milliseconds. */
const refreshSoon = () => {
  if (isAsked) return
  isAsked = true
  setTimeout(() => {
    isAsked = false
    refresh().catch(fail)
  }, 600)
}

const start = async () => {
  byId('filter').addEventListener('input', soon)
  await Promise.all([refresh(), loadMoves()])
  listen({
    onEvent: event => {
      clock.atLeast(Date.parse(event.ts), performance.now())
      const change = applyEvent(model, event)
      const isOfChosen = event.kind === 'transition' && event.data.actor === chosen
      if (change === 'unknown' || isOfChosen || event.type === 'control.commanded') refreshSoon()
      soon()
    },
    onState: (state, opened) => {
      say(byId('connection'), CONNECTION[state])
      byId('connection').dataset.state = state
      if (opened?.missed === true) refreshSoon()
    },
  })
  setInterval(() => !document.hidden && refreshSoon(), REFRESH_MS)
  // Countdowns; nothing else changes between events.
  setInterval(() => !document.hidden && soon(), 250)
}

start().catch(fail)
