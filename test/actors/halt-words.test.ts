/** What a person says with an emergency stop reaches whoever asks why the account does not trade. */
import { describe, expect, test } from 'vitest'
import { actorViews } from '../../actors/actor-views.ts'
import { deadlineOf } from '../../actors/deadlines.ts'
import { accountSummary } from '../../actors/summaries.ts'
import type { Fact } from '../../domain/fact.ts'
import { moveEnd } from '../../http/present/move-end.ts'
import { presentState } from '../../http/present/stream-trading.ts'
import { givenFloor, say, VICTIM } from './given-control.ts'

const NO_COST = { costUsd: '0' } as never

const summaryOf = ({ desk, system }: Awaited<ReturnType<typeof givenFloor>>) =>
  accountSummary(desk, system.market, NO_COST, VICTIM, 'paper')
const isHalt = (fact: Fact) => fact.type === 'account.moved' && fact.to === 'halted'

describe('the words of an emergency stop', () => {
  test.each(['halt', 'panic'] as const)('%s keeps them until the account is armed again', async name => {
    const floor = await givenFloor()
    const reached = floor.reached('', 'protected')
    const stop = floor.run()
    await reached
    await floor.tell({ name, reason: 'drill by hand' })
    const [halt] = floor.told('account.moved').filter(isHalt)
    if (halt?.type !== 'account.moved') throw new Error('it was not halted')
    expect(halt.reason).toBe('drill by hand')
    expect(presentState(halt)).toMatchObject({ to: 'halted', reason: 'drill by hand', until: null })
    expect(summaryOf(floor).entriesStopped).toMatch(/^halted: \w+ \(drill by hand\)$/)
    await floor.tell(say(name))
    expect(summaryOf(floor).entriesStopped).toContain('(drill by hand)')
    await floor.tell(say('rearm'))
    expect(summaryOf(floor).entriesStopped ?? '').not.toContain('drill')
    await floor.tell(say('halt'))
    expect(summaryOf(floor).entriesStopped).toBe('halted: emergency_stop')
    await stop()
  })

  test('a halt without words writes what it always wrote', async () => {
    const floor = await givenFloor()
    const reached = floor.reached('', 'protected')
    const stop = floor.run()
    await reached
    await floor.tell(say('halt'))
    await stop()
    const halts = floor.told('account.moved').filter(isHalt)
    expect(halts.length).toBeGreaterThan(0)
    for (const each of halts) expect(each).toMatchObject({ reason: null })
  })
})

describe('when a state ends by itself', () => {
  test('is not told of an account that only waits for its next comparison with the venue', async () => {
    const floor = await givenFloor(60_000, settings => {
      for (const each of settings.accounts) each.reconcileMs = 30_000
    })
    const reached = floor.reached('', 'protected')
    const stop = floor.run()
    await reached
    await floor.tell(say('pause'))
    await stop()
    expect(floor.state()).toBe('paused')
    expect(deadlineOf(floor.context())).toEqual(expect.any(Number))
    expect(summaryOf(floor).until).toBeNull()
    expect(actorViews(floor.desk, [VICTIM])[0]?.until).toBeNull()
    const moves = floor.told('account.moved')
    const paused = moves.findLast(each => each.type === 'account.moved' && each.to === 'paused')
    expect(paused?.type === 'account.moved' ? moveEnd(paused) : 0).toBeNull()
  })

  test('is the end of a cooldown, though the venue is compared with before', async () => {
    const floor = await givenFloor(60_000, settings => {
      for (const each of settings.accounts) each.reconcileMs = 30_000
    })
    const reached = floor.reached('', 'idle')
    const stop = floor.run()
    await reached
    const cooled = floor.reached('', 'cooldown')
    const at = floor.system.clock.now()
    floor.desk.send(VICTIM, { type: 'equity.marked', equity: '9000' as never, at })
    await cooled
    const fact = floor
      .told('account.moved')
      .findLast(each => each.type === 'account.moved' && each.to === 'cooldown')
    const { cooldownUntil } = floor.context().control
    const { until } = summaryOf(floor)
    await stop()
    const tomorrow = at - (at % 86_400_000) + 86_400_000
    expect(cooldownUntil).toBe(tomorrow)
    expect(until).toBe(tomorrow)
    expect(fact?.type === 'account.moved' ? moveEnd(fact) : 0).toBe(tomorrow)
  })
})
