/** Decisions on request, and cycles out of turn. */
import { z } from '@hono/zod-openapi'
import type { DecisionOutcome, DecisionRecord } from '../../domain/fact.ts'
import { DecisionBody, decisionExample, presentDecisionRecord } from './decision.ts'
import { flag, iso, isoOrNull, moment, text } from './shape.ts'

export const AskedDecision = z
  .strictObject({
    account_id: text('Account that was asked.'),
    asset: text('Asset it was asked about.'),
    executed: flag('Something is done about it: the rules approved it, or a position is being closed.'),
    decision: DecisionBody.nullable().openapi({
      description:
        'What was proposed, and what the rules say to it; `null`: there is not enough to decide on.',
    }),
    remaining: z.array(z.string()).openapi({ description: 'Why it is not decided, in words.' }),
  })
  .openapi('AskedDecision')

export const Cycle = z
  .strictObject({
    account_id: text('Account.'),
    at: moment('Moment it was made for; `null`: there was none yet.').nullable(),
    decisions: z.array(DecisionBody),
    remaining: z.array(z.string()).openapi({ description: 'What is not decided, and why.' }),
  })
  .openapi('Cycle')

/** Outcomes that lead to an order. */
const ACTED_ON: readonly DecisionOutcome[] = ['approved', 'closing']

export const presentAsked = (
  account_id: string,
  asset: string,
  executes: boolean,
  decisions: readonly DecisionRecord[],
  remaining: readonly string[],
): z.infer<typeof AskedDecision> => {
  const own = decisions.find(each => each.symbol === asset)
  return {
    account_id,
    asset,
    executed: executes && own !== undefined && ACTED_ON.includes(own.outcome),
    decision: own === undefined ? null : presentDecisionRecord(own),
    remaining: [...remaining],
  }
}

export const presentCycle = (
  account_id: string,
  at: number | null,
  decisions: readonly DecisionRecord[],
  remaining: readonly string[],
): z.infer<typeof Cycle> => ({
  account_id,
  at: at === null ? isoOrNull(null) : iso(at),
  decisions: decisions.map(presentDecisionRecord),
  remaining: [...remaining],
})

const { account_id: _account, at: _at, ...record } = decisionExample
export const askedExample: z.infer<typeof AskedDecision> = {
  account_id: 'default',
  asset: 'BTC',
  executed: false,
  decision: record,
  remaining: [],
}
export const cycleExample: z.infer<typeof Cycle> = {
  account_id: 'default',
  at: '2026-01-02T03:00:00.000Z',
  decisions: [record],
  remaining: [],
}
