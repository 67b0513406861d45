/**
 * Exit plans in free text whose direction does not fit the side, such as a long that says "close when 4h closes above
 * EMA50". A heuristic on English sentences: it warns, and decides nothing. What is enforced are typed conditions, and
 * those the risk staircase refuses on the wrong side.
 */
import type { Direction } from '../order.ts'

const CLAUSE_ENDS = /[;\n]|\.(?!\d)/
const EXIT = /\b(?:close|exit|sell|cover|cut|flatten|leave|get out|invalid\w*)\b/i
const WHEN = /\b(?:if|when|once|should|after|upon|on)\b/i
const PASSES =
  /\b(?:clos(?:e|es|ed|ing)|cross(?:es|ed|ing)?|break(?:s|ing)?|trad(?:es|ing)|mov(?:es|ing)|is)\s+(?:\w+\s+)?(above|over|below|under|beneath)\b/i
/** Taking profit on strength is no slip, and a denied condition turns its meaning. */
const OTHERWISE_MEANT = /\b(?:profit|target|tp|unless|until|not|fails?|no longer|never)\b|n['’]t\b/i

const CLAUSE_SHOWN_MAX = 120

/** One warning for each clause in question. */
export const exitPlanWarnings = (text: string, direction: Direction): string[] => {
  const expected = direction === 'long' ? 'below' : 'above'
  const warnings: string[] = []
  for (const part of text.split(CLAUSE_ENDS)) {
    const clause = part.trim()
    const side = sideOf(clause)
    if (side === null || side === expected) continue
    const shown = clause.length > CLAUSE_SHOWN_MAX ? `${clause.slice(0, CLAUSE_SHOWN_MAX)}…` : clause
    warnings.push(
      `exit plan "${shown}": a ${direction} is left when candles close ${expected} a level, not ${side}`,
    )
  }
  return warnings
}

/** The side of the level on which the clause wants to leave; `null` when it says nothing of the kind. */
const sideOf = (clause: string): 'above' | 'below' | null => {
  if (OTHERWISE_MEANT.test(clause)) return null
  const exit = EXIT.exec(clause)
  if (exit === null) return null
  const when = WHEN.exec(clause.slice(exit.index))
  if (when === null) return null
  const passes = PASSES.exec(clause.slice(exit.index + when.index))
  if (passes === null) return null
  return /above|over/i.test(passes[1] ?? '') ? 'above' : 'below'
}
