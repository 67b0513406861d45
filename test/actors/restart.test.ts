import { expect, test } from 'vitest'
import { givenSeries, givenSettings, givenStore, runLive, tradesOf } from './given.ts'

const series = givenSeries(3, 900)

/** Without facts that a restart adds by itself: the account goes through reconciling, and nothing else. Accounts are islands. */
const lives = (facts: Parameters<typeof tradesOf>[0]) =>
  facts
    .filter(fact => !['account.moved', 'account.started'].includes(fact.type))
    .map(({ seq: _seq, ...fact }) => fact)
    .toSorted((one, other) => one.accountId.localeCompare(other.accountId))

test('stopping and starting again at any step changes no fact', async () => {
  const settings = givenSettings()
  const whole = await runLive(settings, series, givenStore())
  expect(tradesOf(whole.facts).length).toBeGreaterThan(5)
  for (const stopAfter of [1, 137, 260, 423, 700]) {
    const store = givenStore()
    const first = await runLive(settings, series, store, stopAfter)
    const second = await runLive(settings, series, store)
    expect(first.errors.concat(second.errors)).toEqual([])
    expect(lives([...first.facts, ...second.facts]), `stopped after ${stopAfter} steps`).toEqual(
      lives(whole.facts),
    )
  }
})

test('a run in many short pieces ends with the same ledgers as one in a single piece', async () => {
  const settings = givenSettings()
  const whole = givenStore()
  await runLive(settings, series, whole)
  const pieces = givenStore()
  for (let done = 0; done < 900; done += 90) await runLive(settings, series, pieces, 90)
  await runLive(settings, series, pieces)
  const query = { limit: 10_000 }
  expect((await pieces.trades(query)).items).toEqual((await whole.trades(query)).items)
  expect((await pieces.equity(query)).items.at(0)).toEqual((await whole.equity(query)).items.at(0))
})
