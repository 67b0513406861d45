/** Inspectors attach to running accounts, follow their restarts, and can break nothing. */
import { describe, expect, test } from 'vitest'
import { type TapMessage, tapDesk } from '../../actors/tap.ts'
import { givenFloor, say, VICTIM } from './given-control.ts'

const everyone = () => true

describe('a tap', () => {
  test('attached late, tells what there is, then every step, each of an actor it has told', async () => {
    const floor = await givenFloor()
    const reached = floor.reached('', 'protected')
    const stop = floor.run()
    await reached
    const told: TapMessage[] = []
    const end = tapDesk(floor.desk, everyone, message => told.push(message))
    const names = told.flatMap(each => (each.kind === 'actor' ? [each.name] : []))
    expect(names).toEqual(expect.arrayContaining(['momentum', 'analysts', 'cross', 'position:BTC', 'stop']))
    await floor.tell(say('panic'))
    end()
    await stop()
    const known = new Set<string>()
    for (const each of told) {
      if (each.kind === 'actor') known.add(each.sessionId)
      expect(known.has(each.sessionId)).toBe(true)
    }
    expect(told.some(each => each.kind === 'event' && 'reason' in (each.event as object))).toBe(true)
    expect(floor.facts.filter(fact => fact.type === 'account.failed')).toEqual([])
  })

  test('tells of wanted accounts only, and nothing once it has ended', async () => {
    const floor = await givenFloor()
    const told: TapMessage[] = []
    const end = tapDesk(
      floor.desk,
      id => id === VICTIM,
      message => told.push(message),
    )
    const stop = floor.run()
    await floor.reached('', 'protected')
    end()
    const count = told.length
    await floor.steps(50)
    await stop()
    expect(new Set(told.map(each => each.accountId))).toEqual(new Set([VICTIM]))
    expect(told.length).toBe(count)
  })

  test('whose listener throws is over, and the account goes on', async () => {
    const floor = await givenFloor()
    let calls = 0
    tapDesk(floor.desk, everyone, message => {
      if (message.kind === 'actor') return
      calls += 1
      throw new Error('planted')
    })
    const stop = floor.run()
    await floor.reached('', 'protected')
    await stop()
    expect(calls).toBe(1)
    expect(floor.facts.filter(fact => fact.type === 'account.failed')).toEqual([])
  })

  test('follows an account that fails into its new tree', async () => {
    const floor = await givenFloor()
    const told: TapMessage[] = []
    let isPlanted = false
    floor.desk.onTransition((accountId, actor) => {
      if (!isPlanted || accountId !== VICTIM || actor !== VICTIM) return
      isPlanted = false
      throw new Error('planted')
    })
    tapDesk(
      floor.desk,
      id => id === VICTIM,
      message => told.push(message),
    )
    const stop = floor.run()
    await floor.reached('', 'protected')
    isPlanted = true
    await expect
      .poll(() => new Set(told.flatMap(each => (each.kind === 'snapshot' ? [each.rootId] : []))).size)
      .toBe(2)
    await stop()
  })
})
