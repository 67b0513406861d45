import { expect, test } from 'vitest'
import {
  leaderboardText,
  predictionsText,
  type QualityRow,
  type StandingRow,
} from '../../cli/compare-commands.ts'

const terminal = { isTty: false, colour: false, unicode: true, columns: 100 }

const standing = (changes: Partial<StandingRow>): StandingRow => ({
  rank: 1,
  account_id: 'main',
  model: 'openai/gpt-5',
  strategy: 'llm',
  results: 'paper',
  shadow_of: null,
  deposit: '500',
  equity: '512.35',
  fees: '1.2',
  funding: '-0.03',
  model_cost_usd: '0.4',
  net_return_percent: 2.389,
  interval_percent: { low: -1.5, high: 6.25 },
  probability: 0.74,
  verdict: 'may be luck',
  sharpe: null,
  max_drawdown_percent: 1.5,
  win_rate_percent: 55,
  trades: 31,
  ...changes,
})

test('the leaderboard shows every cost, what may be luck, and which results these are', () => {
  const text = leaderboardText(
    [
      standing({}),
      standing({
        rank: 2,
        account_id: 'quiet',
        model: null,
        strategy: 'signals',
        shadow_of: 'main',
        interval_percent: null,
        probability: null,
        verdict: 'too few trades to tell',
        trades: 3,
      }),
    ],
    terminal,
  )
  const [head, first, second, foot] = text.split('\n')
  expect(head).toMatch(/^rank +account +decides +deposit +equity +fees +funding +model USD +net %/)
  expect(first).toMatch(/main +openai\/gpt-5 +500\.00 +512\.35 +1\.20 +-0\.03 +0\.40 +2\.39 +-1\.50 to 6\.25/)
  expect(first).toMatch(/74 %, may be luck$/)
  expect(second).toMatch(/quiet \(shadow of main\) +signals/)
  expect(second).toMatch(/too few trades to tell$/)
  expect(foot).toMatch(/^These are paper results\./)
})

const quality: QualityRow = {
  model: 'openai/gpt-5',
  asset: null,
  count: 4,
  mean_error_percent: -0.75,
  mean_absolute_error_percent: 1.75,
  sign_hit_rate_percent: 66.6667,
  rated: 3,
  brier_score: 0.1333333,
  calibration: [
    { from_percent: 60, to_percent: 70, count: 1, stated_percent: 60, won_percent: 0 },
    { from_percent: 70, to_percent: 80, count: 0, stated_percent: null, won_percent: null },
  ],
}

test('predictions are summed up by model and asset, with the calibration of what was stated', () => {
  const text = predictionsText([quality, { ...quality, asset: 'BTC' }], terminal)
  expect(text).toMatch(/openai\/gpt-5 +all +4 +-0\.75 +1\.75 +66\.67 +3 +0\.1333/)
  expect(text).toMatch(/openai\/gpt-5 +BTC/)
  expect(text.match(/60 to 70 +1 +60\.00 +0\.00/g)).toHaveLength(1)
  expect(text).not.toMatch(/70 to 80/)
})

test('without a stated confidence there is no table of it', () => {
  expect(predictionsText([{ ...quality, calibration: [] }], terminal)).not.toMatch(/confidence/)
})
