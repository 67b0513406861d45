/** Settings of an account's model. The key is not among them: they lie in snapshots, and a key must not. */
import type { Secret } from '../secret.ts'
import type { Money } from '../units.ts'
import type { ReasoningEffort } from './port.ts'

export type ModelSettings = {
  /** `scripted` is the built-in offline model; everything else speaks the OpenAI protocol at `baseUrl`. */
  kind: 'openai' | 'scripted'
  baseUrl: string
  /** The configuration names its host and port: it may be on this network, without TLS, and behind any port. */
  mayBeLocal?: true
  /** Sent unchanged. */
  name: string
  /** Asked in this order when the model cannot answer. */
  fallbacks: string[]
  temperature: number | null
  reasoningEffort: ReasoningEffort | null
  tokensMax: number
  /** For the whole decision: tool rounds, answer, re-ask and sanitizer together. */
  timeoutMs: number
  bytesMax: number
  /** Sent with each request, such as for a gateway. Values may be secret, so they are named here and kept elsewhere. */
  headerNames: string[]
  schemaVersion: 1 | 2
  /** Path of a prompt template; `null`: the built-in one. */
  promptFile: string | null
  /** Rounds of the tool phase and calls in all; 0 rounds: none. */
  toolRoundsMax: number
  toolCallsMax: number
  /** A model that may put a rejected answer into the schema, inventing nothing; `null`: none. */
  sanitizer: string | null
  /** Longest context, in characters; older and lesser parts are left out first, and said to be. */
  contextCharactersMax: number
  budget: { cycleUsd: Money | null; dayUsd: Money | null; monthUsd: Money | null }
  /** USD per million tokens, where the endpoint tells no cost. */
  prices: { inputUsd: number; outputUsd: number } | null
  /** What the account does while the model cannot be asked. */
  otherwise: 'hold' | 'signals'
  /** Decides on one random asset per cycle, by this seed; `null`: on all that are due. */
  randomSymbolSeed: number | null
  /** Answers are read from here first, and new ones are written to it; `null`: no cassette. */
  cassette: string | null
  /** Questions that are not on the cassette are not asked. */
  cassetteOnly: boolean
  /** End of what the model has seen in training, epoch ms; earlier candles prove little. `null`: not known. */
  trainedUntil: number | null
}

/** What one account's endpoint is shown to be let in, and no other. Never part of a snapshot, a prompt or a fact. */
export type ModelSecrets = {
  /** Sent as `Authorization: Bearer`; `null`: the endpoint asks for none. */
  apiKey: Secret | null
  /** Further headers by name: all of `headerNames`. */
  headers: Record<string, Secret>
}
