/** What the inspector draws is what runs: charts from the machines, laid out by the library the page uses, without overlaps. */
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { type Chart, CHARTS, chartOf } from '../../actors/chart.ts'
import { accountMachine } from '../../machines/account.ts'

type Point = { x: number; y: number }
type Rect = Point & { width: number; height: number }
type Box = Rect & { id: string; parent: string | null; type: string; begins: boolean }
type Arrow = { id: string; source: string; target: string; labels: string[]; text: string; lines: Point[][] }
type Drawing = { width: number; height: number; boxes: Box[]; arrows: Arrow[] }
type Graph = {
  layoutInput: (chart: Chart) => object
  drawingOf: (chart: Chart, laidOut: unknown) => Drawing
  arrivalsOf: (chart: Chart) => Map<string, { text: string; sources: string[]; transitions: object[] }[]>
  arrowsOf: (chart: Chart) => Arrow[]
}
type Labels = { placeLabels: (drawing: Drawing, ids: Set<string>) => Map<string, Rect> }

const page = async <Module>(name: string): Promise<Module> => {
  const { href } = new URL(`../../http/static/inspect/${name}.js`, import.meta.url)
  return (await import(/* @vite-ignore */ href)) as Module
}
const { layoutInput, drawingOf, arrivalsOf, arrowsOf } = await page<Graph>('graph')
const { placeLabels } = await page<Labels>('labels')

type Elk = new () => { layout(graph: object): Promise<unknown> }
const Elk = createRequire(import.meta.url)('elkjs/lib/elk.bundled.js') as Elk
const drawings = new Map<string, Drawing>()
for (const chart of CHARTS)
  drawings.set(chart.id, drawingOf(chart, await new Elk().layout(layoutInput(chart))))
const drawingNamed = (id: string): Drawing =>
  drawings.get(id) ?? { width: 0, height: 0, boxes: [], arrows: [] }

const overlaps = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
const holds = (outer: Rect, inner: Rect): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height

describe('a chart', () => {
  test('has the states of its machine in their order, and names only', () => {
    const [account] = CHARTS
    const top = account?.states.filter(each => each.parent === null).map(each => each.name)
    expect(top).toEqual(Object.keys(accountMachine.config.states ?? {}))
    expect(account?.initial).toBe('account.reconciling')
    expect(account?.transitions).toContainEqual({
      source: 'account.deciding',
      target: 'account.ordering',
      event: 'decide answered',
      guard: null,
      actions: ['takeProposals'],
    })
    expect(structuredClone(CHARTS)).toEqual(CHARTS)
  })

  test('says of a condition without a name that there is one', () => {
    const [account] = CHARTS
    const answers = account?.transitions.filter(each => each.event === 'reconcileAccount answered')
    expect(answers?.map(each => each.guard)).toEqual(['condition', null])
  })

  test('refuses what it could not draw', () => {
    const machine = { id: 'odd', root: { id: 'odd', type: 'parallel', states: {} } }
    expect(() => chartOf(machine as never)).toThrow('Invariant: the state odd is of a kind that is not drawn')
  })
})

describe.each(CHARTS.map(chart => [chart.id, chart] as const))('the drawing of the %s', (id, chart) => {
  const drawing = drawingNamed(id)

  test('has every state once, inside the one it belongs to, and none over another', () => {
    expect(drawing.boxes.map(each => each.id).sort()).toEqual(chart.states.map(each => each.id).sort())
    const boxes = new Map(drawing.boxes.map(each => [each.id, each]))
    for (const box of drawing.boxes) {
      const outer = box.parent === null ? { x: 0, y: 0, ...drawing } : boxes.get(box.parent)
      expect(outer !== undefined && holds(outer, box), box.id).toBe(true)
      for (const other of drawing.boxes) {
        if (other.id !== box.id && other.parent === box.parent) expect(overlaps(box, other)).toBe(false)
      }
    }
  })

  test('shows every transition that leads elsewhere: as an arrow, or written where it leads', () => {
    const leading = chart.transitions.filter(each => each.target !== null && each.source !== each.target)
    const arrivals = [...arrivalsOf(chart).values()].flat()
    for (const each of leading) {
      const isWritten = arrivals.some(({ transitions }) => transitions.includes(each))
      const isDrawn = arrowsOf(chart).some(
        ({ source, target }) => source === each.source && target === each.target,
      )
      expect(isWritten || isDrawn, `${each.source} → ${String(each.target)}`).toBe(true)
    }
    for (const arrow of drawing.arrows) expect(arrow.lines.flat().length, arrow.id).toBeGreaterThan(1)
  })

  test('places the labels of lit arrows inside it, none over another', () => {
    for (const { id: state } of chart.states) {
      const ids = new Set(drawing.arrows.filter(({ source }) => source === state).map(each => each.id))
      const labels = [...placeLabels(drawing, ids).values()]
      expect(labels.length).toBe(ids.size)
      for (const label of labels) {
        expect(holds({ x: 0, y: 0, width: drawing.width, height: drawing.height }, label)).toBe(true)
      }
      labels.forEach((label, at) => {
        for (const other of labels.slice(at + 1)) expect(overlaps(label, other), state).toBe(false)
      })
    }
  })
})
