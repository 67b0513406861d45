/** The rules of promlint, for every metric there is. */
import { expect, test } from 'vitest'
import { Watch } from '../../../actors/operations/watch.ts'
import { NO_ALERTS } from '../../../domain/alert.ts'
import { createFakeEngine } from '../../http/fake-engine.ts'
import { EVERYTHING } from '../../http/ws/events.ts'

const resources = {
  cpuSeconds: 1,
  cpuRatio: 0.1,
  memoryBytes: 1,
  heapBytes: 1,
  diskFreeBytes: 1,
  diskBytes: 1,
  loopLagMs: { p50: 1, p99: 2, max: 3 },
  openHandles: 1,
}

const textOf = async (): Promise<string> => {
  const engine = createFakeEngine()
  const watch = new Watch({ engine, thresholds: NO_ALERTS, now: () => 0, meter: { read: () => resources } })
  watch.start()
  engine.emit(...EVERYTHING('main'))
  await watch.jobs.runNow('figures')
  watch.noteRequest({
    method: 'GET',
    route: '/status',
    status: 200,
    seconds: 0.1,
    path: '/status',
    requestId: 'r',
    by: null,
  })
  const text = watch.metricsText(() => true)
  watch.stop()
  return text
}

/** Family of a sample: buckets, sums and counts belong to their histogram. */
const familyOf = (name: string, types: ReadonlyMap<string, string>): string =>
  types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')

const UNITS =
  /_(s|ms|us|ns|sec|b|kb|mb|gb|tb|m|h|d|minutes|hours|days|weeks|milliseconds|microseconds|kilobytes|megabytes|bits)(_|$)/

test('metrics keep the rules of promlint (D-52)', async () => {
  const lines = (await textOf()).trimEnd().split('\n')
  const types = new Map<string, string>()
  const helps = new Map<string, string>()
  const wrong: string[] = []
  for (const line of lines) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (kind === 'TYPE') types.set(name, rest)
    if (kind !== 'HELP') continue
    if (helps.has(name)) wrong.push(`${name} has two helps`)
    helps.set(name, rest)
  }
  for (const [name, type] of types) {
    if ((helps.get(name) ?? '') === '') wrong.push(`${name} has no help`)
    if ((type === 'counter') !== name.endsWith('_total')) wrong.push(`${name} is a ${type}`)
    if (/[A-Z:]/.test(name)) wrong.push(`${name} is not in snake case`)
    if (/_(counter|gauge|histogram|summary)(_|$)/.test(name)) wrong.push(`${name} names its type`)
    if (UNITS.test(name.replace(/_total$/, ''))) wrong.push(`${name} is not in a base unit`)
    if (type !== 'histogram' && /_(bucket|sum|count)$/.test(name)) wrong.push(`${name} ends like a histogram`)
  }
  const series = new Set<string>()
  for (const line of lines.filter(each => !each.startsWith('#'))) {
    const [, name = '', labels = ''] = /^(\w+)(\{.*\})? \S+$/.exec(line) ?? []
    const type = types.get(familyOf(name, types))
    if (type === undefined) wrong.push(`${name} has no type`)
    if (type !== 'summary' && /[{,]quantile=/.test(labels)) wrong.push(`${name} has the label quantile`)
    if (type !== 'histogram' && /[{,]le=/.test(labels)) wrong.push(`${name} has the label le`)
    if (series.has(name + labels)) wrong.push(`${name}${labels} is told twice`)
    series.add(name + labels)
  }
  expect(wrong).toEqual([])
  expect([...series].filter(each => each.startsWith('latch_event_loop_lag_seconds')).length).toBe(3)
})
