/** The one envelope of every WebSocket message, and what each stream may put into it. */
import { z } from '@hono/zod-openapi'
import type { StreamName } from '../ws/message.ts'
import { Actor, Transition } from './actor.ts'
import { Execution } from './fill.ts'
import { amount, choice, count, flag, moment, text } from './shape.ts'
import { HeldSignal, HeldTemperature, MarketData, SignalData, TemperatureData } from './stream-market.ts'
import {
  AccountStateData,
  BalanceData,
  HeldBalance,
  HeldPosition,
  HeldTradingPosition,
  PositionData,
  TradingPositionData,
} from './stream-position.ts'
import {
  AlertData,
  DecisionData,
  EmergencyStopData,
  HeldAlert,
  HeldOrder,
  OrderData,
  ReconcileData,
  RiskData,
  StateData,
} from './stream-trading.ts'

const FillData = z.strictObject({
  ...Execution.shape,
  leg: text('Part of the order; `null` for one that is not ours.').nullable(),
  position_id: text('Position it changed.'),
  realized_pnl: amount('Price move it closed, before its fee; 0 for an entry.'),
})

const TransitionData = z.strictObject({ actor: text('Path in the tree of actors.'), ...Transition.shape })

/** What each stream tells, by type of event. */
export const EVENT_DATA = {
  'trading-events': {
    decision: DecisionData,
    order: OrderData,
    position: TradingPositionData,
    risk: RiskData,
    state: StateData,
    emergency_stop: EmergencyStopData,
    alert: AlertData,
    reconcile: ReconcileData,
  },
  'market-data': { market: MarketData, signal: SignalData, temperature: TemperatureData },
  positions: { position: PositionData, order_status: OrderData, fill: FillData, balance: BalanceData },
  actors: { transition: TransitionData },
} as const satisfies Record<StreamName, Record<string, z.ZodType>>

/** The state a stream begins with. */
export const SNAPSHOT_DATA = {
  'trading-events': z.strictObject({
    stream: z.literal('trading-events'),
    accounts: z.array(AccountStateData),
    positions: z.array(HeldTradingPosition),
    orders: z.array(HeldOrder).openapi({ description: 'Orders that have not ended.' }),
    alerts: z.array(HeldAlert).openapi({ description: 'Alerts that last, newest first.' }),
  }),
  'market-data': z.strictObject({
    stream: z.literal('market-data'),
    markets: z.array(MarketData),
    signals: z.array(HeldSignal).openapi({ description: 'Latest score of each account and asset.' }),
    temperatures: z.array(HeldTemperature).openapi({ description: 'Of the same scores.' }),
  }),
  positions: z.strictObject({
    stream: z.literal('positions'),
    balances: z.array(HeldBalance),
    positions: z.array(HeldPosition),
    orders: z.array(HeldOrder).openapi({ description: 'Orders that have not ended.' }),
  }),
  actors: z.strictObject({ stream: z.literal('actors'), actors: z.array(Actor) }),
} as const satisfies Record<StreamName, z.ZodType>

const SubscribedData = z.strictObject({
  stream: text('The stream.'),
  active: flag('False when nothing is told until the next `subscribe`.'),
  account_id: z
    .union([z.literal('*'), z.array(z.string())])
    .openapi({ description: 'Accounts that are told of.' }),
  assets: z.array(z.string()).nullable().openapi({ description: 'Assets; `null`: all.' }),
  types: z.array(z.string()).nullable().openapi({ description: 'Types of events; `null`: all.' }),
  resumed: flag('True when everything after `since` follows, and no snapshot.'),
})

const ErrorData = z.strictObject({
  code: choice(['message_invalid', 'account_unknown', 'streams_exceeded'], 'What was wrong.'),
  detail: text('What was wrong, with the value that was.'),
  remedy: text('What to do about it.'),
})

/** Said to one client only, and not numbered. */
export const CONTROL_DATA = {
  subscribed: SubscribedData,
  heartbeat: z.strictObject({ interval_s: z.number().openapi({ description: 'Seconds to the next one.' }) }),
  error: ErrorData,
}

const envelope = <Type extends string, Data extends z.ZodType>(type: Type, data: Data, isNumbered: boolean) =>
  z.strictObject({
    type: z.literal(type),
    seq: isNumbered ? count('Rises by one from event to event of this selection.') : z.null(),
    ts: moment('When it happened, by the clock of the engine.'),
    account_id: text('Account it is of; `null`: of no single one.').nullable(),
    data,
  })

/** Everything a client of the stream may receive. */
export const messageSchema = (stream: StreamName): z.ZodType => {
  const events = Object.entries(EVENT_DATA[stream]).map(([type, data]) => envelope(type, data, true))
  const controls = Object.entries(CONTROL_DATA).map(([type, data]) => envelope(type, data, false))
  return z.union([envelope('snapshot', SNAPSHOT_DATA[stream], true), ...events, ...controls])
}

export const typesOf = (stream: StreamName): string[] => Object.keys(EVENT_DATA[stream])
