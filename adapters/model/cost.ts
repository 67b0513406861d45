/** What an answer used, and what it cost: as the endpoint says, else by the price table, else not known. */
import type { ModelUsage } from '../../domain/model/port.ts'
import type { ModelSettings } from '../../domain/model/settings.ts'
import { dec } from '../../domain/units.ts'

type Plain = { readonly [key: string]: unknown }

const plain = (value: unknown): Plain => (typeof value === 'object' && value !== null ? (value as Plain) : {})

/** A count of tokens; `null` for what is none, such as a negative one. */
const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null

const AMOUNT = /^\d{1,9}(\.\d{1,30})?(e-?\d{1,2})?$/i
/** An amount in USD, as a number or as text; a larger one than a billion is no price. */
const amount = (value: unknown): string | null => {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  return AMOUNT.test(text) && dec(text).lt(1e9) ? dec(text).toFixed() : null
}

/** OpenRouter bills the router's part and, for a key of one's own, the provider's part beside it. */
const toldCost = (usage: Plain): string | null => {
  const cost = amount(usage['cost'])
  if (cost === null || usage['is_byok'] !== true) return cost
  const upstream = amount(plain(usage['cost_details'])['upstream_inference_cost'])
  return upstream === null ? null : dec(cost).plus(upstream).toFixed()
}

/** USD by a table of prices per million tokens. */
export const tableCost = (
  tokens: { promptTokens: number; completionTokens: number },
  prices: ModelSettings['prices'],
): string | null =>
  prices === null
    ? null
    : dec(prices.inputUsd)
        .times(tokens.promptTokens)
        .plus(dec(prices.outputUsd).times(tokens.completionTokens))
        .div(1_000_000)
        .toFixed()

/** Usage of a chat completion; `null` when the endpoint told none that can be read. */
export const readUsage = (given: unknown, prices: ModelSettings['prices']): ModelUsage | null => {
  const usage = plain(given)
  const [promptTokens, completionTokens] = [count(usage['prompt_tokens']), count(usage['completion_tokens'])]
  if (promptTokens === null || completionTokens === null) return null
  return {
    promptTokens,
    completionTokens,
    reasoningTokens: count(plain(usage['completion_tokens_details'])['reasoning_tokens']) ?? 0,
    cachedTokens: count(plain(usage['prompt_tokens_details'])['cached_tokens']) ?? 0,
    costUsd: toldCost(usage) ?? tableCost({ promptTokens, completionTokens }, prices),
  }
}
