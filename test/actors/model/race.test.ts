/** Two answers race (fault 31): that of a cycle which is over comes while the next one's is awaited. */
import { expect, test } from 'vitest'
import type { Model, ModelReply } from '../../../domain/model/port.ts'
import { givenSeries } from '../given.ts'
import { givenLive } from './given-live.ts'
import { buying, decisions, modelSettings, readRun, said } from './given-model.ts'

const SERIES = givenSeries(7, 40)
const HUNG = 20

test('the answer of the cycle in hand counts, the other is logged, paid and dropped, whichever comes first', async () => {
  let count = 0
  let release: (reply: ModelReply) => void = () => {}
  const model: Model = {
    ask: request => {
      count += 1
      const nth = count
      const late = said(
        decisions(request, (_asset, actions) =>
          actions.includes('close')
            ? { action: 'close', confidence: 100, rationale: 'too late' }
            : { action: 'hold', rationale: 'too late' },
        ),
      )
      if (nth === HUNG) {
        return new Promise<ModelReply>(resolve => {
          release = () => resolve(late)
          // The account is compared with the venue while its model thinks, and goes on without the answer.
          setImmediate(() => floor.system.desk.resync('main'))
        })
      }
      if (nth !== HUNG + 1) return buying(request)
      release(late)
      return new Promise<ModelReply>(resolve => setImmediate(() => resolve(buying(request))))
    },
  }
  const floor = await givenLive(modelSettings(), model, SERIES)
  await floor.driver.run()
  expect(floor.errors).toEqual([])
  const { calls, decisions: decided } = readRun(floor.facts)
  const late = calls.filter(each => each.reply.text.includes('too late'))
  expect(late, 'it is in the log').toHaveLength(1)
  expect(decided.some(each => each.proposal.rationale === 'too late')).toBe(false)
  const [lost] = late
  const after = decided.filter(each => each.candleAt === (lost?.candleAt ?? 0) + 300_000)
  expect(
    after.map(each => each.proposal.rationale),
    'the next cycle has its own answer',
  ).toEqual(['scripted', 'scripted'])
  expect(Number(floor.system.advisors.spend.total('main').costUsd)).toBeCloseTo(calls.length * 0.001, 9)
  expect(calls).toHaveLength(count)
  expect(floor.state()).toBe('protected')
  expect(floor.facts.some(each => each.type === 'trade.closed' && each.trade.exitReason === 'signal')).toBe(
    false,
  )
})
