/** A question to a model: in the list what it cost and came to, on its own page all that was said. */
import { z } from '@hono/zod-openapi'
import { decisionIdOf } from '../../domain/deliberate.ts'
import { costOf } from '../../domain/model/call.ts'
import type { Interaction as Row } from '../../domain/model/interaction.ts'
import { amount, choice, count, iso, moment, number, text } from './shape.ts'

const PURPOSES = ['tools', 'answer', 'reask', 'sanitize'] as const
export const OUTCOMES = ['accepted', 'tool_calls', 'rejected', 'failed'] as const

const fields = {
  call_id: text('Identity of the call.'),
  cycle_id: text('The decision it belongs to; all calls of one decision share it.'),
  account_id: text('Account it was made for.'),
  at: moment('When it was recorded.'),
  candle_at: moment('Close of the candle that was decided on.'),
  assets: z.array(z.string()).openapi({ description: 'Assets it was asked about.' }),
  decision_ids: z
    .array(z.string())
    .openapi({ description: 'Decisions of the cycle; orders and positions name theirs.' }),
  purpose: choice(PURPOSES, 'Figures asked for, the answer, a second try, or putting it in order.'),
  model: text('Model that was asked.'),
  answered_by: text('Model that answered, as the endpoint names it.'),
  provider: text('Who ran it.').nullable(),
  outcome: choice(OUTCOMES, 'What became of the answer.'),
  failure: text('Why there was no answer.').nullable(),
  problem: text('What was wrong, as the model is told it. Untrusted text.').nullable(),
  prompt_tokens: count('Tokens read.').nullable(),
  completion_tokens: count('Tokens written.').nullable(),
  reasoning_tokens: count('Of these, thought.').nullable(),
  cached_tokens: count('Tokens read from a cache.').nullable(),
  cost_usd: amount('Price; `null`: nobody knows, which is not free.').nullable(),
  latency_ms: number('Time to the answer.'),
  request_hash: text('Names the question: a cassette is looked up by it.'),
  prompt_version: text('Version of prompt template and context.'),
  request_characters: count('Length of all that was sent.'),
  reply: text('What was answered. Untrusted text: show it, never run it.'),
}

const Message = z.strictObject({
  role: choice(['system', 'user', 'assistant', 'tool'], 'Who says it.'),
  content: text('What is said. Untrusted text.'),
})

export const Interaction = z.strictObject(fields).openapi('Interaction')
export const InteractionPage = z
  .strictObject({
    ...fields,
    messages: z.array(Message).openapi({ description: 'Exactly what was sent, less keys.' }),
    tool_calls: z
      .array(
        z.strictObject({ name: text('Tool.'), arguments: text('Arguments as written. Untrusted text.') }),
      )
      .openapi({ description: 'Figures the model asked for.' }),
    schema: text('Schema the answer had to fit, as JSON; `null`: none.').nullable(),
  })
  .openapi('InteractionPage')

export const presentInteraction = (row: Row): z.infer<typeof Interaction> => {
  const { reply, request } = row
  return {
    call_id: row.callId,
    cycle_id: row.cycleId,
    account_id: row.accountId,
    at: iso(row.at),
    candle_at: iso(row.candleAt),
    assets: [...row.symbols],
    decision_ids: row.symbols.map(symbol => decisionIdOf(row.accountId, symbol, row.candleAt)),
    purpose: row.purpose,
    model: request.model,
    answered_by: reply.model,
    provider: reply.provider,
    outcome: row.outcome,
    failure: reply.ok ? null : reply.failure,
    problem: row.problem,
    prompt_tokens: reply.usage?.promptTokens ?? null,
    completion_tokens: reply.usage?.completionTokens ?? null,
    reasoning_tokens: reply.usage?.reasoningTokens ?? null,
    cached_tokens: reply.usage?.cachedTokens ?? null,
    cost_usd: costOf(row),
    latency_ms: reply.latencyMs,
    request_hash: row.requestHash,
    prompt_version: row.promptVersion,
    request_characters: request.messages.reduce((sum, each) => sum + each.content.length, 0),
    reply: reply.text,
  }
}

export const presentInteractionPage = (row: Row): z.infer<typeof InteractionPage> => ({
  ...presentInteraction(row),
  messages: row.request.messages.map(({ role, content }) => ({ role, content })),
  tool_calls: (row.reply.ok ? row.reply.toolCalls : []).map(call => ({
    name: call.name,
    arguments: call.arguments,
  })),
  schema: row.request.format === null ? null : JSON.stringify(row.request.format.schema),
})

export const interactionExample: z.infer<typeof Interaction> = {
  call_id: 'default-mjwpr1c0-1',
  cycle_id: 'default-mjwpr1c0',
  account_id: 'default',
  at: '2026-01-02T03:00:00.050Z',
  candle_at: '2026-01-02T03:00:00.000Z',
  assets: ['BTC'],
  decision_ids: ['default-BTC-mjwpr1c0'],
  purpose: 'answer',
  model: 'openai/gpt-5',
  answered_by: 'openai/gpt-5-2025-08-07',
  provider: 'OpenAI',
  outcome: 'accepted',
  failure: null,
  problem: null,
  prompt_tokens: 4210,
  completion_tokens: 320,
  reasoning_tokens: 128,
  cached_tokens: 0,
  cost_usd: '0.0084',
  latency_ms: 6120,
  request_hash: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
  prompt_version: 'agent@1 context@1',
  request_characters: 16_400,
  reply: '{"trade_decisions":[{"asset":"BTC","action":"hold"}]}',
}

export const interactionPageExample: z.infer<typeof InteractionPage> = {
  ...interactionExample,
  messages: [
    { role: 'system', content: 'You trade perpetual futures.' },
    { role: 'user', content: 'Decide for BTC.' },
  ],
  tool_calls: [],
  schema: '{"type":"object"}',
}
