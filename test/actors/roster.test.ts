/** Accounts come, change and go while others trade. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { AdminRefused } from '../../actors/account-admin.ts'
import type { Fact } from '../../domain/fact.ts'
import { givenSeries, givenStore } from './given.ts'
import { openEngine, WORDS } from './given-admin.ts'

const BY = { by: 'token:owner', reason: null }
const REMOVE = { ...BY, closePositions: true }
const LENGTH = 1_800
const series = givenSeries(7, LENGTH)

const factsOf = async (store: ReturnType<typeof givenStore>, accountId: string): Promise<Fact[]> => {
  const { items } = await store.facts({ accountId: [accountId], limit: 100_000, oldestFirst: true })
  return items.toSorted((one, other) => one.seq - other.seq)
}
const gapless = (facts: readonly Fact[]) => facts.every((fact, index) => fact.seq === index + 1)

/** Runs `script` while the engine trades, then lets it trade to the end of its market. */
const whileTrading = async (
  script: (engine: Awaited<ReturnType<typeof openEngine>>['engine']) => Promise<void>,
  store = givenStore(),
) => {
  const { engine, errors } = await openEngine(series, store)
  const run = engine.run()
  await script(engine)
  const isInTime = engine.status().feed.candles < LENGTH * 3
  await run
  engine.close()
  return { store, errors, isInTime, hashes: ['alpha', 'beta'].map(id => engine.journalHash(id)) }
}

describe('accounts while the engine runs', () => {
  test('added, changed and removed 100 times, they leave no trace in the journals of the others', async () => {
    const alone = await whileTrading(() => Promise.resolve())
    let changes = 0
    const crowd = await whileTrading(async engine => {
      for (let round = 0; round < 17; round += 1) {
        const ids = [`guest-${round}`, 'regular']
        const add = (id: string) => engine.roster.add(id, WORDS, BY)
        const change = (id: string) =>
          engine.roster.change(id, { risk: { heat_pct_max: 1 + (round % 5) } }, BY)
        const remove = (id: string) =>
          engine.roster.remove(id, { ...REMOVE, closePositions: round % 2 === 0 })
        for (const step of [add, change, remove]) {
          const answers = await Promise.all(ids.map(step))
          expect(answers.flatMap(each => each.remaining)).toEqual([])
          changes += answers.length
        }
      }
    })
    expect(changes).toBeGreaterThanOrEqual(100)
    expect(crowd.isInTime).toBe(true)
    expect(crowd.errors).toEqual([])
    expect(crowd.hashes).toEqual(alone.hashes)
    const regular = await factsOf(crowd.store, 'regular')
    expect(gapless(regular)).toBe(true)
    expect(regular.filter(fact => fact.type === 'account.started')).toHaveLength(1)
    expect(regular.filter(fact => fact.type === 'account.administered')).toHaveLength(51)
  }, 60_000)

  test('a removed account leaves no actor, no handle and no memory behind', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const heap = () => {
      collect()
      return process.memoryUsage().heapUsed
    }
    await whileTrading(async engine => {
      const visit = async (from: number, to: number) => {
        for (let count = from; count < to; count += 1) {
          await engine.roster.add(`guest-${count}`, WORDS, BY)
          await engine.roster.remove(`guest-${count}`, REMOVE)
        }
      }
      await visit(0, 10)
      const handles = process.getActiveResourcesInfo().filter(each => each !== 'Immediate').length
      const before = { heap: heap(), facts: engine.status().feed.candles }
      await visit(10, 40)
      const grown = heap() - before.heap
      // A journal in memory, and per account that was here its books at the venue: some kilobytes.
      expect(grown / 30).toBeLessThan(150_000)
      expect(
        process.getActiveResourcesInfo().filter(each => each !== 'Immediate').length,
      ).toBeLessThanOrEqual(handles + 1)
      expect(engine.accounts().map(each => each.id)).toEqual(['alpha', 'beta'])
      expect(engine.actors().filter(each => each.id.startsWith('guest'))).toEqual([])
      expect(engine.roster.former()).toHaveLength(40)
    })
  }, 60_000)

  test('what was said of accounts stands after a restart, and the file stays as it was', async () => {
    const store = givenStore()
    const first = await whileTrading(async engine => {
      await engine.roster.add('guest', WORDS, BY)
      await engine.roster.change('guest', { label: 'A guest', risk: { positions_max: 1 } }, BY)
      await engine.roster.change('guest', { risk: { heat_pct_max: 2 } }, BY)
      await engine.roster.change('guest', { label: null }, BY)
      await engine.roster.remove('alpha', REMOVE)
    }, store)
    expect(first.errors).toEqual([])
    const { engine } = await openEngine(series, store)
    expect(engine.accounts().map(each => [each.id, each.label])).toEqual([
      ['beta', 'beta'],
      ['guest', 'guest'],
    ])
    const guest = engine.settings.accounts.find(each => each.id === 'guest')
    expect(guest?.risk).toMatchObject({ positionsMax: 1, heatRatioMax: 0.02 })
    expect(engine.roster.former()).toEqual(['alpha'])
    engine.close()
  }, 60_000)

  test('an account that is removed with its positions keeps their stops, and finds them when it is back', async () => {
    let seen: unknown[] = []
    const { store } = await whileTrading(async engine => {
      await engine.roster.add('guest', WORDS, BY)
      const held = () => engine.positions().find(each => each.accountId === 'guest' && each.protected)
      while (held() === undefined) await new Promise(resolve => setImmediate(resolve))
      const answer = await engine.roster.remove('guest', { ...BY, closePositions: false })
      expect(answer).toEqual({ accountId: 'guest', change: 'removed', done: true, remaining: [] })
      expect(engine.positions().some(each => each.accountId === 'guest')).toBe(false)
      await engine.roster.add('guest', WORDS, BY)
      const state = () => engine.accounts().find(each => each.id === 'guest')
      while (state()?.state === 'reconciling') await new Promise(resolve => setImmediate(resolve))
      seen = [state()?.status, state()?.entriesStopped]
    })
    expect(seen).toEqual(['active', null])
    const facts = await factsOf(store, 'guest')
    expect(gapless(facts)).toBe(true)
    expect(facts.filter(fact => fact.type === 'account.started')).toHaveLength(1)
    expect(
      facts.some(fact => fact.type === 'trade.closed' && fact.trade.exitReason === 'close_command'),
    ).toBe(false)
  }, 60_000)

  test('a stopped account starts again with its books; a paused one goes on', async () => {
    await whileTrading(async engine => {
      const one = () => engine.accounts().find(each => each.id === 'alpha')
      await engine.command(['alpha'], { name: 'stop', reason: null }, BY)
      expect(one()?.status).toBe('stopped')
      const balance = one()?.balance
      expect(await engine.roster.start('alpha', BY)).toMatchObject({ change: 'started', done: true })
      expect(one()?.status).toBe('active')
      expect(one()?.balance).toBe(balance)
      await engine.command(['alpha'], { name: 'pause', reason: null }, BY)
      await engine.roster.start('alpha', BY)
      expect(one()?.status).toBe('active')
      await engine.command(['alpha'], { name: 'stop', reason: null }, BY)
      await engine.command(['alpha'], { name: 'pause', reason: null }, BY)
      await engine.roster.start('alpha', BY)
      expect(one()?.status, 'a pause that was said of a stopped account holds').toBe('paused')
      await engine.command(['alpha'], { name: 'resume', reason: null }, BY)
      expect(one()?.status).toBe('active')
    })
  }, 60_000)

  test('a change to what holds already touches nothing: no fact, no reconciling, the same books', async () => {
    const store = givenStore()
    await whileTrading(async engine => {
      const rested = async () => {
        while (engine.accounts(['alpha'])[0]?.state === 'reconciling')
          await new Promise(resolve => setImmediate(resolve))
      }
      expect(await engine.roster.change('alpha', { label: 'A' }, BY)).toMatchObject({ change: 'changed' })
      await rested()
      let reconciled = 0
      engine.subscribe(event => {
        if (event.kind === 'transition' && event.actor === 'alpha' && event.transition.to === 'reconciling')
          reconciled += 1
      })
      for (const words of [
        {},
        { risk: {} },
        { label: 'A' },
        { risk: { stop_atr_multiple: 3 } },
        { risk: null },
      ]) {
        const answer = await engine.roster.change('alpha', words, BY)
        expect(answer).toEqual({ accountId: 'alpha', change: 'unchanged', done: true, remaining: [] })
      }
      expect(reconciled).toBe(0)
      const risk = { heat_pct_max: 4 }
      expect(await engine.roster.change('alpha', { risk }, BY)).toMatchObject({ change: 'changed' })
      await engine.roster.change('alpha', { risk: { heat_pct_max: null } }, BY)
      const { risk: limits } = engine.settings.accounts[0] ?? {}
      expect(limits).toMatchObject({ stopAtrMultiple: 3, heatRatioMax: 0.06 })
    }, store)
    const told = (await factsOf(store, 'alpha')).filter(fact => fact.type === 'account.administered')
    const heat = ['risk.heat_pct_max']
    expect(told.map(each => 'fields' in each && each.fields)).toEqual([['label'], heat, heat])
  }, 60_000)

  test('what cannot be done is refused, and changes nothing', async () => {
    await whileTrading(async engine => {
      const codeOf = (work: Promise<unknown>) =>
        work.then(
          () => 'done',
          (error: unknown) => (error instanceof AdminRefused ? error.code : error),
        )
      expect(await codeOf(engine.roster.add('alpha', WORDS, BY))).toBe('exists')
      expect(await codeOf(engine.roster.add('new', { ...WORDS, assets: ['DOGE'] }, BY))).toBe('invalid')
      expect(await codeOf(engine.roster.add('new', { ...WORDS, colour: 'red' }, BY))).toBe('invalid')
      expect(await codeOf(engine.roster.add('new', { ...WORDS, strategy: './evil.ts' }, BY))).toBe('invalid')
      const model = { name: 'scripted/trend', api_key: 'sk-secret' }
      expect(await codeOf(engine.roster.add('new', { ...WORDS, model }, BY))).toBe('invalid')
      expect(await codeOf(engine.roster.change('alpha', { deposit: '5' }, BY))).toBe('fixed')
      expect(await codeOf(engine.roster.change('nobody', {}, BY))).toBe('unknown')
      expect(await codeOf(engine.roster.remove('nobody', REMOVE))).toBe('unknown')
      const twice = [engine.roster.change('beta', {}, BY), engine.roster.change('beta', {}, BY)]
      expect(await Promise.all(twice.map(codeOf))).toEqual(['done', 'busy'])
      await engine.roster.remove('beta', REMOVE)
      expect(await codeOf(engine.roster.remove('alpha', REMOVE))).toBe('last')
      expect(await codeOf(engine.roster.add('beta', { ...WORDS, deposit: '7' }, BY))).toBe('fixed')
      expect(engine.accounts().map(each => each.id)).toEqual(['alpha'])
    })
  }, 60_000)
})
