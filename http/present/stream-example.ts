/** What the documentation shows of each stream. */
import type { StreamName } from '../ws/message.ts'

const SEQ = 1_767_322_800_000_041
const ts = '2026-01-02T03:00:00.000Z'

const example = (type: string, accountId: string | null, data: unknown) => ({
  type,
  seq: SEQ,
  ts,
  account_id: accountId,
  data,
})

const position = {
  position_id: 'default-BTC-1',
  asset: 'BTC',
  side: 'long',
  status: 'open',
  entry_price: '45000',
  exit_plan: 'Close when RSI falls below 50.',
  decision_id: 'default-BTC-1767322800000',
  exit_reason: null,
}

export const STREAM_EXAMPLES: Record<StreamName, unknown[]> = {
  'trading-events': [
    example('decision', 'default', {
      decision_id: 'default-BTC-1767322800000',
      asset: 'BTC',
      action: 'buy',
      allocation_usd: '990',
      rationale: 'RSI 28 and MACD crossing up.',
      tp_price: '46800',
      sl_price: '44100',
      exit_plan: 'Close when RSI falls below 50.',
      confidence: 82,
      strategy: 'signals',
      price: '45000',
      outcome: 'approved',
      code: null,
    }),
  ],
  'market-data': [
    example('signal', 'default', {
      asset: 'BTC',
      strategy: 'signals',
      action: 'buy',
      score: 0.64,
      confidence: 82,
    }),
  ],
  positions: [
    example('position', 'default', {
      ...position,
      quantity: '0.022',
      mark_price: '46000',
      unrealized_pnl: '22',
      tp: '46800',
      sl: '44100',
    }),
  ],
  actors: [
    example('transition', 'default', {
      actor: 'default/position:BTC',
      from: 'protecting',
      to: 'protected',
      event: 'protection.confirmed',
      at: ts,
    }),
  ],
}
