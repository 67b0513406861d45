/** What people say to running accounts comes true, once, and is acknowledged only then; panic from every state: control-panic. */
import { describe, expect, test } from 'vitest'
import { givenFloor, say, VICTIM } from './given-control.ts'

const NOTHING = { positions: [], entries: [], stops: [] }

describe('panic', () => {
  test('closes by the name panic, and other accounts trade on', async () => {
    const floor = await givenFloor()
    const reached = floor.reached('', 'protected')
    const stop = floor.run()
    await reached
    await floor.tell(say('panic'))
    await floor.steps(300)
    await stop()
    expect(floor.told('trade.closed').at(-1)).toMatchObject({ trade: { exitReason: 'panic' } })
    const others = floor.facts.filter(fact => fact.accountId !== VICTIM)
    expect(others.some(fact => fact.type === 'position.opened')).toBe(true)
    expect(others.some(fact => fact.type.startsWith('control.'))).toBe(false)
  })

  test('says what is still open after the limit, and goes on', async () => {
    const floor = await givenFloor(20)
    const reached = floor.reached('', 'protected')
    const stop = floor.run()
    await reached
    floor.wire.isCut = true
    const open = (await floor.open()).positions
    const acknowledged = await floor.tell(say('panic'))
    expect(acknowledged.done).toBe(false)
    expect(acknowledged.remaining.join()).toMatch(new RegExp(`${open[0]} (long|short) [0-9.]+ closing`))
    const halted = floor.reached('', 'halted')
    floor.wire.isCut = false
    await halted
    await stop()
    expect((await floor.open()).positions).toEqual([])
  })

  test('an account that has failed is restarted for it', async () => {
    const floor = await givenFloor()
    const reached = floor.reached('', 'protected')
    let isPlanted = false
    floor.desk.onTransition((accountId, actor) => {
      if (!isPlanted || accountId !== VICTIM || actor !== VICTIM) return
      isPlanted = false
      throw new Error('planted')
    })
    const failed = new Promise<void>(resolve => {
      floor.system.journal.subscribe(fact => {
        if (fact.type === 'account.failed') resolve()
      })
    })
    const stop = floor.run()
    await reached
    isPlanted = true
    await failed
    expect(floor.desk.actor(VICTIM).getSnapshot().status).toBe('error')
    expect(await floor.tell(say('panic'))).toMatchObject({ done: true })
    await stop()
    expect(floor.context().control.halted).toBe('panic')
    expect(await floor.open()).toEqual(NOTHING)
    expect(floor.told('account.failed')).toHaveLength(1)
  })

  test('is let go of by re-arming, and a panic overtaken by it says so', async () => {
    const floor = await givenFloor()
    const reached = floor.reached('', 'protected')
    const stop = floor.run()
    await reached
    const panic = floor.tell(say('panic'))
    const rearmed = floor.tell(say('rearm'))
    expect(await panic).toMatchObject({ done: false, remaining: ['re-armed meanwhile'] })
    expect(await rearmed).toMatchObject({ done: true })
    await floor.reached('', 'protected')
    await stop()
    expect(floor.context().control).toMatchObject({ halted: null, flatten: null })
  })
})

describe('halt', () => {
  test('cancels the entry in flight, keeps what is open, and refuses what is decided after', async () => {
    const floor = await givenFloor()
    const reached = floor.reached('/position:BTC', 'ordering')
    const stop = floor.run()
    await reached
    expect(await floor.tell(say('halt'))).toMatchObject({ done: true })
    const { positions } = await floor.open()
    const opened = floor.told('position.opened').length
    await floor.steps(100)
    await stop()
    expect(floor.context().control.halted).toBe('emergency_stop')
    expect(positions.every(symbol => floor.context().positions[symbol]?.stopPrice !== null)).toBe(true)
    expect(floor.told('position.opened')).toHaveLength(opened)
  })
})

describe('entries', () => {
  test('stopped by hand are refused by name, while exits of the strategy go on; allowed again, they go on too', async () => {
    const floor = await givenFloor()
    const reached = floor.reached('', 'protected')
    const stop = floor.run()
    await reached
    expect(await floor.tell(say('stop_entries'))).toMatchObject({ done: true })
    const opened = floor.told('position.opened').length
    await floor.steps(600)
    expect(floor.told('position.opened')).toHaveLength(opened)
    const decisions = floor.told('decision.recorded').slice(-800)
    const codes = decisions.map(fact => (fact.type === 'decision.recorded' ? fact.decision.actual : null))
    expect(codes).toContain('entries stopped by hand')
    expect(floor.told('trade.closed').length).toBeGreaterThan(0)
    expect(await floor.tell(say('allow_entries'))).toMatchObject({ done: true })
    await floor.reached('', 'ordering')
    await stop()
  })
})

describe('pause and resume', () => {
  test('a pause rests in paused with its stops at the venue; resume undoes it', async () => {
    const floor = await givenFloor()
    const reached = floor.reached('', 'analysing', 5)
    const stop = floor.run()
    await reached
    expect(await floor.tell(say('pause'))).toMatchObject({ done: true, state: 'paused' })
    const { positions, stops } = await floor.open()
    expect(stops).toEqual(expect.arrayContaining(positions))
    expect(await floor.tell(say('resume'))).toMatchObject({ done: true })
    expect(floor.state()).not.toBe('paused')
    await stop()
  })

  test('resume of a halted account says that it must be re-armed', async () => {
    const floor = await givenFloor()
    const stop = floor.run()
    await floor.tell(say('panic'))
    expect(await floor.tell(say('resume'))).toMatchObject({
      done: false,
      remaining: ['halted: panic; re-arm the account first'],
    })
    expect(await floor.tell(say('rearm'))).toMatchObject({ done: true })
    expect(await floor.tell(say('resume'))).toMatchObject({ done: true })
    await stop()
  })

  test('a pause overtaken by a resume says so', async () => {
    const floor = await givenFloor()
    const reached = floor.reached('', 'deciding')
    const stop = floor.run()
    await reached
    const [paused] = await Promise.all([floor.tell(say('pause')), floor.tell(say('resume'))])
    expect(paused).toMatchObject({ done: false, remaining: ['resumed meanwhile'] })
    await stop()
  })
})

describe('drain', () => {
  test('takes no entry, lets positions end by themselves, and ends paused', async () => {
    const floor = await givenFloor()
    const reached = floor.reached('', 'protected')
    const stop = floor.run()
    await reached
    const before = floor.told('position.opened').length
    expect(await floor.tell(say('drain'))).toMatchObject({ done: true, state: 'paused' })
    await stop()
    expect(await floor.open()).toEqual(NOTHING)
    expect(floor.told('position.opened')).toHaveLength(before)
    const last = floor.told('trade.closed').at(-1)
    expect(last?.type === 'trade.closed' && last.trade.exitReason).not.toMatch(/panic|close_command/)
  })
})

describe('closing', () => {
  test('half of a position leaves half of it, protected', async () => {
    const floor = await givenFloor()
    const reached = floor.reached('/position:BTC', 'protected')
    const stop = floor.run()
    await reached
    const before = Number(floor.context().positions['BTC']?.quantity)
    const done = await floor.tell({ name: 'close', symbol: 'BTC', fraction: 0.5, reason: null })
    expect(done).toMatchObject({ done: true })
    const left = Number(floor.context().positions['BTC']?.quantity)
    await stop()
    expect(left / before).toBeGreaterThan(0.45)
    expect(left / before).toBeLessThan(0.55)
  })

  test('one position leaves the others, and all of them leaves none; the account trades on', async () => {
    const floor = await givenFloor()
    const reached = floor.reached('/position:BTC', 'protected')
    const stop = floor.run()
    await reached
    expect(await floor.tell({ name: 'close', symbol: 'BTC', fraction: 1, reason: null })).toMatchObject({
      done: true,
    })
    expect((await floor.open()).positions).not.toContain('BTC')
    await floor.reached('', 'protected')
    expect(await floor.tell(say('close_all'))).toMatchObject({ done: true })
    expect((await floor.open()).positions).toEqual([])
    await floor.reached('', 'protected')
    await stop()
  })
})

describe('stop', () => {
  test('closes everything and ends for good; later commands say so or are content', async () => {
    const floor = await givenFloor()
    const reached = floor.reached('', 'protected')
    const stop = floor.run()
    await reached
    expect(await floor.tell(say('stop'))).toMatchObject({ done: true, state: 'stopped' })
    expect(await floor.open()).toEqual(NOTHING)
    expect(await floor.tell(say('panic'))).toMatchObject({ done: true, state: 'stopped' })
    expect(await floor.tell(say('resume'))).toMatchObject({ done: false })
    await floor.steps(5)
    await stop()
    expect(floor.errors).toEqual([])
  })
})

test('an unknown account is refused before anything is said', async () => {
  const floor = await givenFloor()
  await expect(floor.control.command([VICTIM, 'nobody'], say('panic'), { by: 'test' })).rejects.toThrow(
    /nobody is not known/,
  )
  expect(floor.facts.filter(fact => fact.type === 'control.commanded')).toEqual([])
})
