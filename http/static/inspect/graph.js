/**
 * From a statechart to what the layout is asked for. Pure: tests run it without a browser.
 *
 * To stay readable it names an arrow only when it is lit, draws one arrow from a state to another, whatever number of transitions there are, and no arrow at
 * all for what leads to the same state from nearly everywhere: that is written inside the state it leads to.
 */
import { labelOf } from './words.js'

/** So many states with the same way out make it a way in, written once. */
const SHARED_FROM = 4
/** Widths of one character, of the two fonts of the chart. */
const NAME_WIDTH = 8
const LABEL_WIDTH = 6.4
const LABEL_MAX = 36
const ARRIVAL_MAX = 48

const short = (text, most = LABEL_MAX) => (text.length <= most ? text : `${text.slice(0, most - 1)}…`)

const groupBy = (list, keyOf) => {
  const groups = new Map()
  for (const each of list) {
    const key = keyOf(each)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [each])
    else group.push(each)
  }
  return groups
}

/** Ways into a state that are written inside it: by state, each with where it comes from. */
export const arrivalsOf = chart => {
  const leading = chart.transitions.filter(({ source, target }) => target !== null && source !== target)
  const shared = [...groupBy(leading, each => `${labelOf(each)}\n${each.target}`).values()].filter(
    group => group.length >= SHARED_FROM || group.some(({ source }) => source === chart.id),
  )
  const arrivals = new Map()
  for (const group of shared) {
    const [{ target }] = group
    const isEverywhere = group.some(({ source }) => source === chart.id)
    const list = arrivals.get(target) ?? []
    list.push({
      label: labelOf(group[0]),
      text: `${isEverywhere ? 'any state' : `${group.length} states`}: ${labelOf(group[0])}`,
      sources: isEverywhere ? [chart.id] : group.map(({ source }) => source),
      transitions: group,
    })
    arrivals.set(target, list)
  }
  return arrivals
}

/** Arrows of the chart: one for each pair of states. */
export const arrowsOf = (chart, arrivals = arrivalsOf(chart)) => {
  const folded = new Set([...arrivals.values()].flat().flatMap(({ transitions }) => transitions))
  const drawn = chart.transitions.filter(
    each =>
      each.target !== null && each.source !== each.target && each.source !== chart.id && !folded.has(each),
  )
  return [...groupBy(drawn, each => `${each.source}→${each.target}`).entries()].map(([id, group]) => {
    const labels = [...new Set(group.map(labelOf))]
    const more = labels.length > 1 ? ` +${labels.length - 1}` : ''
    return {
      id,
      source: group[0].source,
      target: group[0].target,
      labels,
      text: `${short(labels[0])}${more}`,
    }
  })
}

/** Between two states one below the other there is room for a label. */
const SPACING = {
  'elk.spacing.nodeNode': '34',
  'elk.spacing.edgeNode': '18',
  'elk.spacing.edgeEdge': '12',
  'elk.layered.spacing.nodeNodeBetweenLayers': '40',
  'elk.layered.spacing.edgeNodeBetweenLayers': '18',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
}
const LAYOUT = {
  ...SPACING,
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.layered.considerModelOrder.strategy': 'PREFER_NODES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.padding': '[top=8,left=8,bottom=8,right=8]',
}

const TITLE_HEIGHT = 34
const ARRIVAL_HEIGHT = 15

const nodeOf = (chart, state, arrivals) => {
  const own = arrivals.get(state.id) ?? []
  const head = TITLE_HEIGHT + own.length * ARRIVAL_HEIGHT + (own.length > 0 ? 5 : 0)
  const width = Math.max(
    96,
    (state.name.length + 3) * NAME_WIDTH + 20,
    ...own.map(each => short(each.text, ARRIVAL_MAX).length * LABEL_WIDTH + 24),
  )
  const inside = chart.states.filter(({ parent }) => parent === state.id)
  if (inside.length === 0) return { id: state.id, width, height: head }
  return {
    id: state.id,
    layoutOptions: {
      ...SPACING,
      'elk.padding': `[top=${head + 10},left=16,bottom=16,right=16]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      // Read the other way round by the layout, as it lays out from left to right and turns the result.
      'elk.nodeSize.minimum': `(${head + 40}, ${width})`,
    },
    children: inside.map(each => nodeOf(chart, each, arrivals)),
  }
}

/** What elk is asked to lay out. */
export const layoutInput = chart => {
  const arrivals = arrivalsOf(chart)
  return {
    id: chart.id,
    layoutOptions: LAYOUT,
    children: chart.states.filter(({ parent }) => parent === null).map(each => nodeOf(chart, each, arrivals)),
    edges: arrowsOf(chart, arrivals).map(({ id, source, target }) => ({
      id,
      sources: [source],
      targets: [target],
    })),
  }
}

const flat = node => (node.children ?? []).flatMap(child => [child, ...flat(child)])

const pointsOf = ({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]

/** What elk answered, as boxes and lines in the coordinates of the whole chart, outer boxes first. */
export const drawingOf = (chart, laidOut) => {
  const arrivals = arrivalsOf(chart)
  const states = new Map(chart.states.map(state => [state.id, state]))
  const begins = new Set([chart.initial, ...chart.states.map(({ initial }) => initial)])
  const arrows = new Map(arrowsOf(chart, arrivals).map(arrow => [arrow.id, arrow]))
  return {
    width: laidOut.width,
    height: laidOut.height,
    boxes: flat(laidOut).map(({ id, x, y, width, height }) => ({
      ...states.get(id),
      begins: begins.has(id),
      arrivals: (arrivals.get(id) ?? []).map(each => ({ ...each, text: short(each.text, ARRIVAL_MAX) })),
      x,
      y,
      width,
      height,
    })),
    arrows: laidOut.edges.map(({ id, sections = [] }) => ({
      ...arrows.get(id),
      lines: sections.map(pointsOf),
    })),
  }
}
