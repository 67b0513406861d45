import { expect, test } from 'vitest'
import { loadSettings } from '../../../adapters/config/load.ts'

const load = (strategy: object, instruments = {}) =>
  loadSettings({
    file: null,
    env: { ACCOUNTS_JSON: JSON.stringify([{ id: 'main', assets: ['BTC'], strategy, ...instruments }]) },
    flags: {},
    cwd: import.meta.dirname,
  }).settings.accounts[0]?.strategy

test.each([
  ['1.5 %', { ratio: 0.015 }],
  ['3 atr', { atr: 3 }],
  ['1R', { r: 1 }],
] as const)('a stop may trail by %s', (distance, expected) => {
  expect(load({ trailing: { distance, after_r: 1 } })?.trailing).toEqual({
    distance: expected,
    activateAfterR: 1,
  })
})

test('trailing and break-even are off unless somebody wants them', () => {
  expect(load({})).toMatchObject({ trailing: null, breakEven: null })
  expect(load({ trailing: 'off', break_even: 'off' })).toMatchObject({ trailing: null, breakEven: null })
  expect(load({ trailing: { distance: '1 r' }, break_even: {} })).toMatchObject({
    trailing: { activateAfterR: 0 },
    breakEven: { afterR: 1, offsetR: 0 },
  })
})

test.each(['3', '0 atr', '-1 %', '100 %', '3 bars'])('a distance of "%s" is refused', distance => {
  expect(() => load({ trailing: { distance } })).toThrow(/trailing/)
})
