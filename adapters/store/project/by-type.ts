import type { Fact, FactType } from '../../../domain/fact.ts'

export type FactOf<Type extends FactType> = Extract<Fact, { type: Type }>

/** What to do with a fact, by its type; a type without an entry has nothing to do here. */
export type ByType<Rest extends unknown[], Value> = {
  readonly [Type in FactType]?: (fact: FactOf<Type>, ...rest: Rest) => Value
}

/** What the table answers to a fact, or `null`. */
export const answerTo = <Rest extends unknown[], Value>(
  table: ByType<Rest, Value>,
  fact: Fact,
  ...rest: Rest
): Value | null => {
  const answer = table[fact.type] as ((fact: Fact, ...rest: Rest) => Value) | undefined
  return answer === undefined ? null : answer(fact, ...rest)
}
