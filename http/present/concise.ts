/**
 * Figures without the digits that only arithmetic makes: a third has forty of them, and a sum of binary fractions ends in
 * 00000000004. Only what is shown is cut; the books keep every digit.
 */
import { dec } from '../../domain/units.ts'

const DIGITS = 12
/** Decimal text of a quotient. What was counted, paid or quoted has no such tail. */
const QUOTIENT = /^-?\d+\.\d{13,}$/

/** A quotient, to 12 digits that say something; any other text as it is. */
export const conciseText = <Text extends string | null>(text: Text): Text =>
  (text !== null && QUOTIENT.test(text) ? dec(text).toSignificantDigits(DIGITS).toFixed() : text) as Text

export const conciseNumber = <Value extends number | null>(value: Value): Value =>
  (value === null || Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS))) as Value

/** Every figure of an answer. */
export const concise = <Answer>(answer: Answer): Answer => {
  if (typeof answer === 'string') return conciseText(answer)
  if (typeof answer === 'number') return conciseNumber(answer)
  if (Array.isArray(answer)) return answer.map(each => concise(each) as unknown) as Answer
  if (typeof answer !== 'object' || answer === null) return answer
  return Object.fromEntries(Object.entries(answer).map(([name, each]) => [name, concise(each)])) as Answer
}
