/** What the inspector says an actor may take next, held against the machines and against the steps an engine takes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Chart, CHARTS } from '../../actors/chart.ts'
import { inspectedEngine } from './inspected-engine.ts'

type Way = { label: string; target: string; condition: string | null }
type Ways = { events: Way[]; waits: { label: string; target: string }[]; heard: string[]; services: string[] }

const page = async <Module>(name: string): Promise<Module> => {
  const { href } = new URL(`../../http/static/inspect/${name}.js`, import.meta.url)
  return (await import(/* @vite-ignore */ href)) as Module
}
const { waysOut, MAKES_TRUE } = await page<{
  waysOut: (chart: Chart, state: string | null) => Ways
  MAKES_TRUE: Record<string, Record<string, string[]>>
}>('ways')
const { conditionOf, words } = await page<{
  conditionOf: (transition: object) => string | null
  words: (name: string) => string
}>('conditions')
const { eventWords } = await page<{ eventWords: (type: string) => string }>('words')

const chartNamed = (id: string): Chart => {
  const chart = CHARTS.find(each => each.id === id)
  if (chart === undefined) throw new Error(`there is no chart ${id}`)
  return chart
}
const told = (kind: string, state: string, label: string) =>
  waysOut(chartNamed(kind), state)
    .events.filter(each => each.label === label)
    .map(each => each.target.replace(`${kind}.`, ''))

describe('what an account may take next', () => {
  test.each([
    ['idle', 'candle.closed', ['analysing', 'reconciling']],
    ['idle', 'account.pause', ['paused']],
    ['idle', 'account.halt', ['halted']],
    ['idle', 'account.stop', ['closing', 'stopped']],
    ['idle', 'position.changed', ['protected']],
    ['idle', 'position.doubted', ['reconciling']],
    ['protected', 'position.changed', ['idle', 'paused']],
    ['paused', 'account.resume', ['protected', 'idle']],
    ['paused', 'account.pause', []],
    ['deciding', 'account.flatten', ['closing', 'idle']],
    ['reconciling', 'position.doubted', []],
    ['stopped', 'account.resumed', []],
  ])('in %s, %s leads to what it says', (state, event, targets) =>
    expect(told('account', state, event)).toEqual(targets),
  )

  test('what is not told to lead on is listed as heard, each event once', () => {
    for (const chart of CHARTS) {
      for (const { id, type } of chart.states) {
        const { events, heard } = waysOut(chart, id.slice(chart.id.length + 1))
        const labels = events.map(each => each.label)
        expect(heard.filter(each => labels.includes(each))).toEqual([])
        expect(new Set(heard).size).toBe(heard.length)
        if (type === 'final') expect([...events, ...heard]).toEqual([])
      }
    }
  })

  test('nothing is said of a state that is not known', () => {
    expect(waysOut(chartNamed('account'), null)).toEqual({ waits: [], events: [], heard: [], services: [] })
  })
})

describe('the words', () => {
  test.each(CHARTS.map(chart => [chart.id, chart] as const))(
    'every condition of the %s has some',
    (_, chart) => {
      for (const each of chart.transitions.filter(({ guard }) => guard !== null)) {
        const said = conditionOf(each)
        expect(said, `${each.source} ${each.guard}`).not.toBe(words(each.guard ?? ''))
        expect(said, `${each.source} → ${each.target}`).not.toBe('so it is')
      }
    },
  )

  test('what an event makes true are conditions and events of the machine', () => {
    for (const chart of CHARTS) {
      const guards = new Set(['otherwise', ...chart.transitions.map(({ guard }) => guard)])
      const events = new Set(chart.transitions.map(({ event }) => event))
      for (const [event, conditions] of Object.entries(MAKES_TRUE[chart.id] ?? {})) {
        expect(events, event).toContain(event)
        for (const each of conditions.flatMap(pair => pair.split('>'))) expect(guards).toContain(each)
      }
    }
  })
})

describe('an engine', () => {
  let engine: Awaited<ReturnType<typeof inspectedEngine>>
  const steps = new Set<string>()
  const untold = new Set<string>()
  beforeAll(async () => {
    engine = await inspectedEngine(settings => {
      settings.speed = 'max'
    })
    engine.engine.subscribe(event => {
      if (event.kind !== 'transition') return
      const chart = CHARTS[event.actor.split('/').length - 1]
      if (chart === undefined) return
      const { from, event: cause, to } = event.transition
      const label = eventWords(cause)
      const step = `${chart.id} ${from} → ${to} by ${label}`
      steps.add(step)
      if (!waysOut(chart, from).events.some(each => each.label === label)) untold.add(step)
    })
    engine.begin()
  })
  afterAll(() => engine.close())

  test('takes no step by an event that was not told to lead on', async () => {
    await expect.poll(() => steps.size, { timeout: 20_000 }).toBeGreaterThan(30)
    const commands: [string, RegExp][] = [
      ['pause', /^account .* → paused /],
      ['resume', /^account paused → /],
      ['close-all', /^account .* → /],
    ]
    for (const [command, step] of commands) {
      await engine.tell(`/accounts/momentum/${command}`)
      await expect.poll(() => [...steps].some(each => step.test(each)), { timeout: 20_000 }).toBe(true)
    }
    expect([...untold]).toEqual([])
  })
})
