import { describe, expect, test } from 'vitest'
import type { Fact } from '../../../domain/fact.ts'
import { cycleIdOf, type ModelCall } from '../../../domain/model/call.ts'
import { batchOf, type Journal, Journal as Life, STARTED_AT } from '../journal.ts'
import type { Bench } from '../store.ts'

export const callOf = (accountId: string, nth: number, changes: Partial<ModelCall> = {}): ModelCall => ({
  callId: `${cycleIdOf(accountId, STARTED_AT)}-${nth}`,
  cycleId: cycleIdOf(accountId, STARTED_AT),
  candleAt: STARTED_AT,
  symbols: ['BTC', 'ETH'],
  purpose: 'answer',
  requestHash: 'ab'.repeat(32),
  promptVersion: 'agent@1 context@1',
  request: {
    model: 'openai/gpt-5',
    messages: [
      { role: 'system', content: 'You trade.' },
      { role: 'user', content: 'A long context, with "quotes" and é' },
    ],
    format: { name: 'decisions', schema: { type: 'object', required: ['b', 'a'] } },
    tools: [],
    temperature: 0.2,
    reasoningEffort: 'low',
    tokensMax: 4_000,
  },
  reply: {
    ok: true,
    text: '{"trade_decisions":[{"asset":"BTC","action":"buy","rationale":"Breakout at 100 %"}]}',
    toolCalls: [],
    finish: 'stop',
    model: 'openai/gpt-5-2025',
    provider: 'OpenAI',
    id: 'gen-1',
    usage: {
      promptTokens: 4_000,
      completionTokens: 300,
      reasoningTokens: 100,
      cachedTokens: 0,
      costUsd: '0.0000012',
    },
    latencyMs: 1_234.5,
  },
  outcome: 'accepted',
  problem: null,
  ...changes,
})

const called = (journal: Journal, call: ModelCall): Fact => journal.add({ type: 'model.called', call })

export const testInteractions = ({ store, account, reopen, isDurable }: Bench): void => {
  describe('the interaction log', () => {
    test('has every text of a call; the row of its fact has only how long they were', async () => {
      const journal = new Life(account())
      const call = callOf(journal.accountId, 1)
      const fact = called(journal, call)
      await store().write(batchOf(fact))
      const query = { accountId: [journal.accountId], limit: 10 }
      const { accountId, at } = fact
      expect((await store().interactions(query)).items).toEqual([{ ...call, accountId, at }])
      const [kept] = (await store().facts(query)).items
      if (kept?.type !== 'model.called') throw new Error('The fact is of another type')
      expect(kept.call).toMatchObject({
        callId: call.callId,
        requestHash: call.requestHash,
        outcome: 'accepted',
      })
      expect(kept.call.request.messages).toEqual([])
      expect(kept.call.reply).toMatchObject({ text: '', usage: { costUsd: '0.0000012' } })
      expect(kept.call.leftOut?.reply).toBe(call.reply.text.length)
      expect(kept.call.leftOut?.request).toBeGreaterThan(100)
      await store().write(batchOf(fact))
      expect((await store().interactions(query)).total).toBe(1)
    })

    test('is searched by asset, answer, outcome, model, call, cycle, time and words', async () => {
      const journal = new Life(account())
      const { accountId } = journal
      const { request, reply } = callOf(accountId, 1)
      const held = { ...reply, text: '{"action": "hold"} 50_000 a\\b' }
      const failure = {
        ...reply,
        ok: false as const,
        failure: 'timeout' as const,
        message: '',
        status: null,
        text: '',
        retryAfterMs: null,
      }
      const facts = [
        called(journal, callOf(accountId, 1)),
        called(journal, callOf(accountId, 2, { symbols: ['ETHW'], reply: held, purpose: 'reask' })),
        called(
          journal,
          callOf(accountId, 3, {
            request: { ...request, model: 'other' },
            reply: failure,
            outcome: 'failed',
            problem: 'timeout: ',
          }),
        ),
      ]
      await store().write(batchOf(...facts))
      const found = async (filter: object): Promise<number[]> => {
        const { items } = await store().interactions({
          accountId: [accountId],
          limit: 10,
          oldestFirst: true,
          ...filter,
        })
        return items.map(each => Number(each.callId.split('-').at(-1)))
      }
      expect(await found({})).toEqual([1, 2, 3])
      expect(await found({ symbol: 'ETH' })).toEqual([1, 3])
      expect(await found({ symbol: ['ETHW', 'BTC'] })).toEqual([1, 2, 3])
      expect(await found({ symbol: ['ETHW', 'ETH'], action: ['hold', 'sell'] })).toEqual([2])
      expect(await found({ action: 'buy' })).toEqual([1])
      expect(await found({ action: 'hold' })).toEqual([2])
      expect(await found({ status: 'failed' })).toEqual([3])
      expect(await found({ model: 'openai/gpt-5' })).toEqual([1, 2])
      expect(await found({ callId: callOf(accountId, 2).callId })).toEqual([2])
      expect(await found({ cycleId: cycleIdOf(accountId, STARTED_AT) })).toEqual([1, 2, 3])
      expect(await found({ text: 'breakout' })).toEqual([1])
      expect(await found({ text: '100 %' }), 'a sign of the search language is a sign').toEqual([1])
      expect(await found({ text: '0_0' })).toEqual([2])
      expect(await found({ text: 'a\\b' })).toEqual([2])
      expect(await found({ text: '%' })).toEqual([1])
      expect(await found({ from: facts[1]?.at, to: facts[2]?.at })).toEqual([2])
    })

    test('has a short list of the same calls, without their texts', async () => {
      const journal = new Life(account())
      const { accountId } = journal
      const { request } = callOf(accountId, 1)
      const first = called(journal, callOf(accountId, 1))
      called(journal, callOf(accountId, 2, { request: { ...request, model: 'other' } }))
      const failed = callOf(accountId, 3, { outcome: 'failed', problem: 'timeout: no answer' })
      const last = called(journal, failed)
      await store().write(batchOf(...journal.facts))
      const query = { accountId: [accountId], model: 'openai/gpt-5', limit: 10 }
      const row = { accountId, model: 'openai/gpt-5', latencyMs: 1_234.5 }
      const ofLast = {
        ...row,
        at: last.at,
        callId: failed.callId,
        outcome: 'failed',
        problem: 'timeout: no answer',
      }
      expect((await store().calls(query)).items).toEqual([
        ofLast,
        { ...row, at: first.at, callId: callOf(accountId, 1).callId, outcome: 'accepted', problem: null },
      ])
      expect(await store().calls({ ...query, status: 'failed' })).toMatchObject({ items: [ofLast], total: 1 })
    })

    test('keeps both calls when a cycle was begun again', async () => {
      const journal = new Life(account())
      const call = callOf(journal.accountId, 1)
      await store().write(batchOf(called(journal, call), called(journal, call)))
      const query = { accountId: [journal.accountId], callId: call.callId, limit: 10 }
      expect((await store().interactions(query)).total).toBe(2)
    })

    test('a list that is no log cannot be searched by words or by model', async () => {
      await expect(store().orders({ limit: 1, text: 'x' })).rejects.toThrow('cannot be searched by words')
      await expect(store().orders({ limit: 1, model: 'x' })).rejects.toThrow('cannot be filtered by model')
    })

    test.runIf(isDurable)('is there after a restart', async () => {
      const journal = new Life(account())
      const call = callOf(journal.accountId, 1)
      await store().write(batchOf(called(journal, call)))
      await reopen()
      const [found] = (await store().interactions({ accountId: [journal.accountId], limit: 1 })).items
      expect(found).toMatchObject(call)
    })
  })
}
