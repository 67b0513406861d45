/** A position, open or closed, in one shape: what does not apply is `null`. */
import { z } from '@hono/zod-openapi'
import type { PositionSummary } from '../../actors/engine-view.ts'
import { conditionText } from '../../domain/exit-plan/condition.ts'
import type { TradePartial } from '../../domain/fact.ts'
import type { TradeRow } from '../../domain/ports.ts'
import { concise } from './concise.ts'
import { amount, choice, count, flag, iso, moment, number, text } from './shape.ts'

const Partial = z.strictObject({
  quantity: amount('Base quantity this exit closed.'),
  exit_price: amount('Average price of the exit.'),
  exit_at: moment('When it filled.'),
  realized_pnl: amount('Price move of the closed quantity, before fees, in quote currency.'),
  fees: amount('Fees of this exit, in quote currency.'),
})

export const Position = z
  .strictObject({
    account_id: text('Account it belongs to.'),
    position_id: text('Identity of the position from flat to flat.'),
    asset: text('Canonical name, e.g. `BTC`.'),
    status: choice(['open', 'closed'], 'Open or closed.'),
    state: text('State of its actor; `closed` when it is closed.'),
    side: choice(['long', 'short'], 'Direction.'),
    quantity: amount('Base quantity; unsigned.'),
    entry_price: amount('Average entry price.'),
    mark_price: amount('Latest mark price; `null` when closed.').nullable(),
    exit_price: amount('Average exit price; `null` while open.').nullable(),
    exit_reason: text('Why it was closed; `null` while open.').nullable(),
    exit_condition: text('Condition of the exit plan that closed it, in words.').nullable(),
    unrealized_pnl: amount('Open profit at mark, before fees; `null` when closed.').nullable(),
    realized_pnl: amount('Price moves of the closed quantity, before fees and funding.'),
    fees: amount('Fees paid.'),
    funding: amount('Funding paid; negative when received.'),
    net_pnl: amount('Profit after fees and funding; `null` while open.').nullable(),
    r_multiple: amount('Net profit ÷ initial risk; `null` while open or without a stop.').nullable(),
    leverage: number('Leverage set at the venue; `null` when closed.').nullable(),
    liquidation_price: amount('Mark price that liquidates it; `null` when there is none.').nullable(),
    sl_price: amount('Stop price; `null` without a stop.').nullable(),
    tp_price: amount('Target price; `null` without a target.').nullable(),
    protected: flag(
      'A stop over the whole quantity is confirmed at the venue; `null` when closed.',
    ).nullable(),
    naked_seconds: number('Longest time it stood without a confirmed stop.').min(0),
    opened_at: moment('First fill.'),
    closed_at: moment('Last exit fill; `null` while open.').nullable(),
    duration_s: count('Seconds from first to last fill; `null` while open.').nullable(),
    exit_plan: text('The plan the strategy gave with the entry; `null` when closed.').nullable(),
    decision_id: text('Decision that opened it; `null` when unknown.').nullable(),
    partials: z
      .array(Partial)
      .openapi({ description: 'Exits that closed a part each, oldest first; none where one closed it all.' }),
  })
  .openapi('Position')

export type Position = z.infer<typeof Position>

const presentPartial = (part: TradePartial): z.infer<typeof Partial> => ({
  quantity: part.quantity,
  exit_price: part.exitPrice,
  exit_at: iso(part.exitAt),
  realized_pnl: part.realised,
  fees: part.fees,
})

export const presentOpenPosition = (position: PositionSummary): Position =>
  concise({
    account_id: position.accountId,
    position_id: position.positionId,
    asset: position.symbol,
    status: 'open',
    state: position.state,
    side: position.direction,
    quantity: position.quantity,
    entry_price: position.entryPrice,
    mark_price: position.markPrice,
    exit_price: null,
    exit_reason: null,
    exit_condition: null,
    unrealized_pnl: position.unrealised,
    realized_pnl: position.realised,
    fees: position.fees,
    funding: position.funding,
    net_pnl: null,
    r_multiple: null,
    leverage: position.leverage,
    liquidation_price: position.liquidationPrice,
    sl_price: position.stopPrice,
    tp_price: position.targetPrice,
    protected: position.protected,
    naked_seconds: position.nakedSeconds,
    opened_at: iso(position.openedAt),
    closed_at: null,
    duration_s: null,
    exit_plan: position.exitPlan,
    decision_id: position.decisionId,
    partials: position.partials.map(presentPartial),
  })

export const presentClosedPosition = (trade: TradeRow): Position =>
  concise({
    account_id: trade.accountId,
    position_id: trade.positionId,
    asset: trade.symbol,
    status: 'closed',
    state: 'closed',
    side: trade.side,
    quantity: trade.quantity,
    entry_price: trade.entryPrice,
    mark_price: null,
    exit_price: trade.exitPrice,
    exit_reason: trade.exitReason,
    exit_condition: trade.exitCondition === null ? null : conditionText(trade.exitCondition),
    unrealized_pnl: null,
    realized_pnl: trade.realised,
    fees: trade.fees,
    funding: trade.funding,
    net_pnl: trade.pnl,
    r_multiple: trade.rMultiple,
    leverage: null,
    liquidation_price: null,
    sl_price: trade.stopPrice,
    tp_price: trade.targetPrice,
    protected: null,
    naked_seconds: trade.nakedSeconds,
    opened_at: iso(trade.entryAt),
    closed_at: iso(trade.exitAt),
    duration_s: Math.max(0, Math.round((trade.exitAt - trade.entryAt) / 1000)),
    exit_plan: null,
    decision_id: trade.decisionId,
    partials: trade.partials.map(presentPartial),
  })

export const positionExample: Position = {
  account_id: 'default',
  position_id: 'default-BTC-1',
  asset: 'BTC',
  status: 'open',
  state: 'protected',
  side: 'long',
  quantity: '0.022',
  entry_price: '45000',
  mark_price: '46000',
  exit_price: null,
  exit_reason: null,
  exit_condition: null,
  unrealized_pnl: '22',
  realized_pnl: '0',
  fees: '0.396',
  funding: '0.05',
  net_pnl: null,
  r_multiple: null,
  leverage: 2,
  liquidation_price: '22590.36',
  sl_price: '44100',
  tp_price: '46800',
  protected: true,
  naked_seconds: 0.4,
  opened_at: '2026-01-02T03:00:00.000Z',
  closed_at: null,
  duration_s: null,
  exit_plan: 'Close when RSI falls below 50.',
  decision_id: 'default-BTC-1767322800000',
  partials: [],
}
