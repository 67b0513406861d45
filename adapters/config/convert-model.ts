/** The settings of a model, from the words of the file to those of the engine. */
import type { ModelSettings } from '../../domain/model/settings.ts'
import { money } from '../../domain/units.ts'
import { hostPort } from '../egress/address.ts'
import type { ModelValues, OrOff } from './values.ts'

const orNull = <Value>(value: OrOff<Value>): Value | null => (value === 'off' ? null : value)
const usdOrNull = (value: OrOff<number>) => (value === 'off' ? null : money(value))
const textOrNull = (value: string): string | null => (value === 'off' ? null : value)

/** `scripted/trend` is answered by the built-in model, whatever the address. */
export const isScripted = (name: string): boolean => name.startsWith('scripted/')

const isListed = (baseUrl: string, allowLocal: readonly string[]): boolean =>
  URL.canParse(baseUrl) && allowLocal.includes(hostPort(new URL(baseUrl)))

export const modelSettings = (values: ModelValues, allowLocal: readonly string[]): ModelSettings => ({
  kind: isScripted(values.name) ? 'scripted' : 'openai',
  baseUrl: values.base_url,
  ...(isListed(values.base_url, allowLocal) ? { mayBeLocal: true } : {}),
  name: values.name,
  fallbacks: [...values.fallbacks],
  temperature: orNull(values.temperature),
  reasoningEffort: orNull(values.reasoning_effort),
  tokensMax: values.tokens_max,
  timeoutMs: Math.round(values.timeout_s * 1000),
  bytesMax: values.answer_bytes_max,
  headerNames: Object.keys(values.headers),
  schemaVersion: values.schema,
  promptFile: values.prompt === 'built-in' ? null : values.prompt,
  toolRoundsMax: values.tool_rounds_max,
  toolCallsMax: values.tool_calls_max,
  sanitizer: textOrNull(values.sanitizer),
  contextCharactersMax: values.context_characters_max,
  budget: {
    cycleUsd: usdOrNull(values.budget.cycle_usd),
    dayUsd: usdOrNull(values.budget.day_usd),
    monthUsd: usdOrNull(values.budget.month_usd),
  },
  prices:
    values.prices === 'off'
      ? null
      : { inputUsd: values.prices.input_usd, outputUsd: values.prices.output_usd },
  otherwise: values.otherwise,
  randomSymbolSeed: orNull(values.random_symbol_seed),
  cassette: textOrNull(values.cassette),
  cassetteOnly: values.cassette_only,
  trainedUntil: values.trained_until === 'off' ? null : Date.parse(values.trained_until),
})
