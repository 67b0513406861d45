/** From the text of a model to proposals: extracted, shaped, cleaned, judged; refused as a whole, never coerced. */
import { hold, type Proposal } from '../strategy.ts'
import { assetOf, cleanDecision, isFields } from './clean-decision.ts'
import { type Decision, pathText, shapeOfAnswer, shapeOfDecision } from './decision-shape.ts'
import { type ExtractCode, extractJson } from './extract.ts'
import type { Legal, SchemaVersion } from './legal.ts'
import { sameJson } from './same-json.ts'
import { type SenseCode, toProposal } from './to-proposal.ts'
import { shortly } from './words.ts'

export type ReadCode = ExtractCode | SenseCode | 'shape' | 'duplicate_asset'

export type DecisionsRead =
  | { ok: true; proposals: Proposal[]; notes: string[] }
  /** `problem` names the place, and is fit to be told to the model. */
  | { ok: false; code: ReadCode; problem: string }

export type Question = {
  version: SchemaVersion
  /** What was asked about, and what may be answered. */
  legal: readonly Legal[]
  /** Prices the levels are compared with; `null`: unknown. */
  marks: Readonly<Record<string, number | null>>
}

/** Rationale of the hold that stands for an asset the answer leaves out. */
export const NOT_ANSWERED = 'not_answered'
const NOTES_MAX = 50

type Placed = { decision: Decision; path: readonly PropertyKey[] }
type Refused = Extract<DecisionsRead, { ok: false }>

/**
 * One proposal for each asset asked about, in that order. Assets not asked about are dropped, the same decision twice
 * counts once, and an asset left out is held: each with a note. Anything else that is wrong refuses the whole answer,
 * so that the model can be told and asked again. Never throws.
 */
export const readDecisions = (text: string, question: Question): DecisionsRead => {
  const extracted = extractJson(text)
  if (!extracted.ok) return extracted
  const notes: string[] = []
  const collected = collect(extracted.value, question, notes)
  if (!(collected instanceof Map)) return collected
  const proposals: Proposal[] = []
  for (const legal of question.legal) {
    const placed = collected.get(legal.symbol)
    if (placed === undefined) {
      proposals.push(hold(legal.symbol, NOT_ANSWERED))
      notes.push(`${legal.symbol}: not in the answer, held`)
      continue
    }
    const { symbol } = legal
    const mark = Object.hasOwn(question.marks, symbol) ? (question.marks[symbol] ?? null) : null
    const judged = toProposal(placed.decision, { legal, mark, path: placed.path })
    if (!judged.ok) return judged
    proposals.push(judged.proposal)
    notes.push(...judged.notes)
  }
  return { ok: true, proposals, notes: bounded(notes) }
}

/** The decisions by asset, of the right shape. */
const collect = (value: unknown, question: Question, notes: string[]): Map<string, Placed> | Refused => {
  const { version } = question
  const answer = shapeOfAnswer(version, value)
  if (!answer.ok) return { ok: false, code: 'shape', problem: answer.problem }
  const symbols = new Set(question.legal.map(each => each.symbol))
  const found = new Map<string, Placed>()
  for (const [index, item] of answer.value.entries()) {
    const path = ['trade_decisions', index]
    const at = pathText([...path, 'asset'])
    const isNamed = isFields(item) && Object.hasOwn(item, 'asset') && typeof item.asset === 'string'
    const written = isNamed ? (item.asset as string) : null
    const asset = written === null ? null : assetOf(written, symbols)
    if (written !== null && asset === null) {
      notes.push(`${at}: ${shortly(written, 40)} was not asked about, dropped`)
      continue
    }
    if (written !== null && asset !== written) {
      notes.push(`${at}: ${shortly(written, 40)} read as ${asset}`)
    }
    const cleaned = isFields(item)
      ? cleanDecision({ ...item, asset: asset ?? item.asset }, path, notes)
      : item
    const shaped = shapeOfDecision(version, cleaned, path)
    if (!shaped.ok) return { ok: false, code: 'shape', problem: shaped.problem }
    const before = found.get(shaped.value.asset)
    if (before === undefined) {
      found.set(shaped.value.asset, { decision: shaped.value, path })
    } else if (sameJson(before.decision, shaped.value)) {
      notes.push(`${at}: the same decision on ${shaped.value.asset} twice, counted once`)
    } else {
      const problem = `${at}: two different decisions on ${shaped.value.asset}, the other in ${pathText(before.path)}`
      return { ok: false, code: 'duplicate_asset', problem }
    }
  }
  return found
}

const bounded = (notes: string[]): string[] =>
  notes.length <= NOTES_MAX
    ? notes
    : [...notes.slice(0, NOTES_MAX - 1), `and ${notes.length - NOTES_MAX + 1} more`]
