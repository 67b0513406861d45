/** Open positions and balances as the streams tell them: whenever they change, and when marks have moved. */
import { z } from '@hono/zod-openapi'
import type { AccountSummary, PositionSummary } from '../../actors/engine-view.ts'
import type { ClosedTrade } from '../../domain/fact.ts'
import { concise } from './concise.ts'
import { amount, choice, text } from './shape.ts'

const identity = {
  position_id: text('Identity of the position from flat to flat.'),
  asset: text('Canonical name, e.g. `BTC`.'),
  side: choice(['long', 'short'], 'Direction.'),
  status: choice(['open', 'closed'], '`closed`: it has just been closed, and is told for the last time.'),
  entry_price: amount('Average entry price.'),
  exit_plan: text(
    'The plan the strategy gave with the entry; `null` of a closed one whose entry was before the last start.',
  ).nullable(),
  decision_id: text('Decision that opened it; `null` for one that was found at the venue.').nullable(),
  exit_reason: text('Why it was closed; `null` while open.').nullable(),
}

export const TradingPositionData = z.strictObject({
  ...identity,
  pnl: amount('Open profit at mark, before fees; net profit when closed.'),
})

export const PositionData = z.strictObject({
  ...identity,
  quantity: amount('Base quantity; unsigned, 0 when closed.'),
  mark_price: amount('Latest mark price; the exit price when closed.'),
  unrealized_pnl: amount('Open profit at mark, before fees; 0 when closed.'),
  tp: amount('Target price; `null` without one.').nullable(),
  sl: amount('Stop price; `null` without one.').nullable(),
})

export const BalanceData = z.strictObject({
  balance: amount('Deposits + realised − fees − funding.'),
  equity: amount('Balance + open profit at mark.'),
  margin_used: amount('Initial margin of open positions.'),
  margin_free: amount('Equity not bound as margin.'),
})

export const AccountStateData = z.strictObject({
  account_id: text('Identity of the account.'),
  status: text('`active`, `paused`, `halted`, `degraded` or `stopped`.'),
  state: text('State of its actor.'),
  equity: amount('Equity at mark.'),
})

export const HeldPosition = z.strictObject({
  account_id: text('Account it belongs to.'),
  ...PositionData.shape,
})
export const HeldTradingPosition = z.strictObject({
  account_id: text('Account it belongs to.'),
  ...TradingPositionData.shape,
})
export const HeldBalance = z.strictObject({ account_id: text('The account.'), ...BalanceData.shape })

const openIdentity = (position: PositionSummary) => ({
  position_id: position.positionId,
  asset: position.symbol,
  side: position.direction,
  status: 'open' as const,
  entry_price: position.entryPrice,
  exit_plan: position.exitPlan,
  decision_id: position.decisionId,
  exit_reason: null,
})

const closedIdentity = (trade: ClosedTrade, exitPlan: string | null) => ({
  position_id: trade.positionId,
  asset: trade.symbol,
  side: trade.side,
  status: 'closed' as const,
  entry_price: trade.entryPrice,
  exit_plan: exitPlan,
  decision_id: trade.decisionId,
  exit_reason: trade.exitReason,
})

export const presentTradingPosition = (position: PositionSummary): z.infer<typeof TradingPositionData> =>
  concise({
    ...openIdentity(position),
    pnl: position.unrealised,
  })

export const presentStreamPosition = (position: PositionSummary): z.infer<typeof PositionData> =>
  concise({
    ...openIdentity(position),
    quantity: position.quantity,
    mark_price: position.markPrice,
    unrealized_pnl: position.unrealised,
    tp: position.targetPrice,
    sl: position.stopPrice,
  })

export const presentTradingClose = (
  trade: ClosedTrade,
  exitPlan: string | null,
): z.infer<typeof TradingPositionData> =>
  concise({
    ...closedIdentity(trade, exitPlan),
    pnl: trade.pnl,
  })

export const presentStreamClose = (
  trade: ClosedTrade,
  exitPlan: string | null,
): z.infer<typeof PositionData> =>
  concise({
    ...closedIdentity(trade, exitPlan),
    quantity: '0',
    mark_price: trade.exitPrice,
    unrealized_pnl: '0',
    tp: trade.targetPrice,
    sl: trade.stopPrice,
  })

export const presentBalance = (account: AccountSummary): z.infer<typeof BalanceData> =>
  concise({
    balance: account.balance,
    equity: account.equity,
    margin_used: account.marginUsed,
    margin_free: account.marginFree,
  })

export const presentAccountState = (account: AccountSummary): z.infer<typeof AccountStateData> =>
  concise({
    account_id: account.id,
    status: account.status,
    state: account.state,
    equity: account.equity,
  })
