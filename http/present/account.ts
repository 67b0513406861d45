/** An account as the list, its page and its status show it. */
import { z } from '@hono/zod-openapi'
import type { AccountSummary } from '../../actors/engine-view.ts'
import { concise } from './concise.ts'
import { Metrics, metricsExample } from './performance.ts'
import { amount, count, flag, isoOrNull, moment, text } from './shape.ts'

const fields = {
  account_id: text('Identity of the account.'),
  label: text('Name for people.'),
  status: text('`active`, `paused`, `halted`, `degraded` or `stopped`.'),
  state: text('State of its actor, e.g. `idle`, `protected`, `ordering`.'),
  until: moment('When the state ends by itself; `null` when it does not.').nullable(),
  mode: text('`paper` or `backtest`.'),
  strategy: text('Who proposes.'),
  model: text('Name of the model it asks; `null`: none.').nullable(),
  shadow: flag('Whether it is a shadow: it decides as another account does, on paper books of its own.'),
  shadow_of: text('The account whose shadow it is; `null`: none.').nullable(),
  assets: z.array(z.string()).openapi({ description: 'Assets it may trade.' }),
  interval: text('Length of its decision candle.'),
  deposit: amount('Money put in, in quote currency.'),
  balance: amount('Deposits + realised − fees − funding.'),
  equity: amount('Balance + open profit at mark.'),
  unrealized_pnl: amount('Open profit at mark.'),
  realized_pnl: amount('Price moves of closed quantity, before fees and funding.'),
  fees: amount('Fees paid.'),
  funding: amount('Funding paid; negative when received.'),
  margin_used: amount('Initial margin of open positions.'),
  margin_free: amount('Equity not bound as margin.'),
  return_percent: amount('(equity − deposit) ÷ deposit, in percent.'),
  model_cost_usd: amount('What its model has cost; not in balance and equity.'),
  equity_after_model: amount('Equity less what its model has cost.'),
  drawdown_percent: amount('Distance below peak equity, in percent of the peak.'),
  peak_equity: amount('Highest equity so far.'),
  heat_percent: amount('Loss if every stop fills, in percent of equity.'),
  positions_open: count('Open positions, and entries on their way.'),
  trades_today: count('Entries since 00:00 UTC.'),
  next_decision_at: moment('Next decision due.').nullable(),
  last_decision_at: moment('Last decision made.').nullable(),
  entries_stopped: text('Why it takes no entries; `null` while it does.').nullable(),
}

export const Account = z.strictObject(fields).openapi('Account')
export type Account = z.infer<typeof Account>

export const AccountStatus = z.strictObject({ ...fields, metrics: Metrics }).openapi('AccountStatus')

export const presentAccount = (account: AccountSummary): Account =>
  concise({
    account_id: account.id,
    label: account.label,
    status: account.status,
    state: account.state,
    until: isoOrNull(account.until),
    mode: account.mode,
    strategy: account.strategy,
    model: account.model,
    shadow: account.shadowOf !== null,
    shadow_of: account.shadowOf,
    assets: [...account.assets],
    interval: account.interval,
    deposit: account.deposit,
    balance: account.balance,
    equity: account.equity,
    unrealized_pnl: account.unrealised,
    realized_pnl: account.realised,
    fees: account.fees,
    funding: account.funding,
    margin_used: account.marginUsed,
    margin_free: account.marginFree,
    return_percent: account.returnPercent,
    model_cost_usd: account.modelCostUsd,
    equity_after_model: account.equityAfterModel,
    drawdown_percent: account.drawdownPercent,
    peak_equity: account.peakEquity,
    heat_percent: account.heatPercent,
    positions_open: account.positionsOpen,
    trades_today: account.tradesToday,
    next_decision_at: isoOrNull(account.nextDecisionAt),
    last_decision_at: isoOrNull(account.lastDecisionAt),
    entries_stopped: account.entriesStopped,
  })

export const accountExample: Account = {
  account_id: 'default',
  label: 'Default',
  status: 'active',
  state: 'protected',
  until: null,
  mode: 'paper',
  strategy: 'signals',
  model: null,
  shadow: false,
  shadow_of: null,
  assets: ['BTC', 'ETH', 'SOL'],
  interval: '1h',
  deposit: '1000',
  balance: '999.6',
  equity: '1021.6',
  unrealized_pnl: '22',
  realized_pnl: '0',
  fees: '0.4',
  funding: '0',
  margin_used: '495',
  margin_free: '526.6',
  return_percent: '2.16',
  model_cost_usd: '0',
  equity_after_model: '1021.6',
  drawdown_percent: '0',
  peak_equity: '1021.6',
  heat_percent: '1.94',
  positions_open: 1,
  trades_today: 1,
  next_decision_at: '2026-01-02T04:00:00.000Z',
  last_decision_at: '2026-01-02T03:00:00.000Z',
  entries_stopped: null,
}

export const accountStatusExample: z.infer<typeof AccountStatus> = {
  ...accountExample,
  metrics: metricsExample,
}
