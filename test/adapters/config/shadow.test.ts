import { describe, expect, test } from 'vitest'
import { load, problemsOf, rowOf } from './given.ts'

const yaml = `
defaults:
  deposit: 800
  strategy: {entry_score: 0.5}
accounts:
  - id: quiet
    shadow_of: main
    strategy: analysts
    risk: {heat_pct_max: 3}
  - id: main
    label: Main
    deposit: 500
    assets: [BTC]
    interval: 5m
    strategy: {name: signals, entry_score: 0.6}
    cooldown_s_min: 60
    risk: {heat_pct_max: 4, positions_max: 1, leverage: {max: 3}, drawdown_trip_pct: 10}
`
const accounts = (given: Parameters<typeof load>[0]) => {
  const { settings } = load(given)
  const of = (id: string) => {
    const found = settings.accounts.find(each => each.id === id)
    if (found === undefined) throw new Error(`no account ${id}`)
    return found
  }
  return { main: of('main'), quiet: of('quiet') }
}

describe('a shadow', () => {
  test('trades under the terms of its account, except where it says otherwise', () => {
    const { main, quiet } = accounts({ yaml })
    expect(quiet).toMatchObject({
      shadowOf: 'main',
      exchange: 'paper',
      deposit: '500',
      assets: ['BTC'],
      interval: '5m',
      cooldownMsMin: 60_000,
    })
    expect(quiet.risk).toEqual({ ...main.risk, heatRatioMax: 0.03 })
    expect(quiet.risk).toMatchObject({ positionsMax: 1, leverageMax: 3, drawdownWarnRatio: 0.06 })
  })

  test('has a name and a mind of its own', () => {
    const { main, quiet } = accounts({ yaml })
    expect(main.shadowOf).toBeNull()
    expect(quiet).toMatchObject({ label: 'quiet', strategy: { name: 'analysts', entryScore: 0.5 } })
  })

  test('takes over what a variable says of its account; its own variable wins', () => {
    const env = {
      ASSETS: 'SOL',
      ASSETS_MAIN: 'ETH',
      PAPER_INITIAL_BALANCE: '700',
      PAPER_INITIAL_BALANCE_QUIET: '900',
    }
    const { main, quiet } = accounts({ yaml, env })
    expect([main.assets, quiet.assets]).toEqual([['ETH'], ['ETH']])
    expect([main.deposit, quiet.deposit]).toEqual(['700', '900'])
  })

  test('says where a value it took over was made', () => {
    const { sources } = load({ yaml })
    expect(sources.get('accounts[0].deposit')).toMatchObject({ line: 12, path: 'accounts[1].deposit' })
    expect(sources.get('accounts[0].risk.heat_pct_max')).toMatchObject({ line: 9 })
  })

  test('does not tell the faults of its account again', () => {
    const wrong = yaml.replace('positions_max: 1', 'drawdown_rearm_pct: 50')
    expect(
      problemsOf({ yaml: wrong }).filter(each => each.message.includes('drawdown_rearm_pct')),
    ).toHaveLength(1)
  })

  test('several may shadow one account', () => {
    const { settings } = load({ yaml: `${yaml}  - {id: third, shadow_of: main}\n` })
    expect(settings.accounts.map(each => [each.id, each.shadowOf, each.deposit])).toEqual([
      ['quiet', 'main', '500'],
      ['main', null, '500'],
      ['third', 'main', '500'],
    ])
  })
})

describe('a shadow is refused', () => {
  const rows = (list: string): string[] => problemsOf({ yaml: `accounts:\n${list}` }).map(each => rowOf(each))

  test.each([
    {
      what: 'of an account that is not there',
      list: '  - {id: main}\n  - {id: a, shadow_of: mian}\n',
      row: 'latch.yaml:3:24 accounts[1].shadow_of: there is no such account to shadow > Did you mean main?',
    },
    {
      what: 'of nothing like any account',
      list: '  - {id: main}\n  - {id: a, shadow_of: elsewhere}\n',
      row: 'latch.yaml:3:24 accounts[1].shadow_of: there is no such account to shadow > Name one of main.',
    },
    {
      what: 'of a shadow',
      list: '  - {id: main}\n  - {id: a, shadow_of: main}\n  - {id: b, shadow_of: a}\n',
      row: 'latch.yaml:4:24 accounts[2].shadow_of: this account is a shadow itself > Name one of main.',
    },
    {
      what: 'of itself',
      list: '  - {id: a, shadow_of: a}\n',
      row: 'latch.yaml:2:24 accounts[0].shadow_of: an account cannot shadow itself > Add the account it is to shadow.',
    },
  ])('$what', ({ list, row }) => expect(rows(list)).toEqual([row]))

  test('that two shadow each other is told of both', () => {
    expect(rows('  - {id: a, shadow_of: b}\n  - {id: b, shadow_of: a}\n')).toHaveLength(2)
  })

  test('as any account is in live mode', () => {
    expect(() => load({ yaml: `mode: live\n${yaml}` })).toThrow(/Live trading was asked for/)
  })
})
