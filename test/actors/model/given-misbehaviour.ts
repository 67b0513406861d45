/** What an endpoint does wrong in one cycle and what comes of it, and words for the usual ends. */
import type { ModelSettings } from '../../../domain/model/settings.ts'
import { type Behaviour, says } from '../../model-server.ts'
import { answers } from './given-endpoint.ts'

export type Misbehaviour = {
  name: string
  /** The first for the first question of the cycle, the second for the second; the last again and again. */
  does: Behaviour[]
  settings?: Partial<ModelSettings>
  /** Each question of the cycle with what became of it. */
  calls: string[]
  /** Code of the holds; `null`: the answer was used. */
  held: string | null
  /** What the rules said to the entry in ETH, where one was asked for: `approved`, or the code of the refusal. */
  entry?: string
  /** Code of the holds of the next cycle; left out: it is a normal one. */
  next?: string
  /** Calls whose usage was told; left out: none. */
  priced?: number
}

export const good = answers()

/** No answer came, and nobody else is asked. */
export const failing = (
  name: string,
  does: Behaviour,
  failure: string,
  more: Partial<Misbehaviour> = {},
): Misbehaviour => ({
  name,
  does: [does],
  calls: [`answer failed ${failure}`],
  held: `model_${failure}`,
  ...more,
})

/** The first answer cannot be used; asked once more, the model answers well. */
export const repaired = (name: string, does: Behaviour, more: Partial<Misbehaviour> = {}): Misbehaviour => ({
  name,
  does: [does, good],
  calls: ['answer rejected', 'reask accepted'],
  held: null,
  priced: 2,
  ...more,
})

/** Neither answer can be used. */
export const refused = (name: string, does: Behaviour, more: Partial<Misbehaviour> = {}): Misbehaviour => ({
  name,
  does: [does],
  calls: ['answer rejected', 'reask rejected'],
  held: 'model_answer_refused',
  priced: 2,
  ...more,
})

/** Odd, and all the same an answer. */
export const used = (name: string, does: Behaviour, more: Partial<Misbehaviour> = {}): Misbehaviour => ({
  name,
  does: [does],
  calls: ['answer accepted'],
  held: null,
  priced: 1,
  ...more,
})

export const choice = (more: object, content: unknown = ''): Behaviour => says(content, {}, more)
