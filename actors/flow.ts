/**
 * Services as generators, so that one text runs in two ways: settled at once in a simulation, awaited when live.
 *
 * `yield* wait(port.call())` gives the value whether the port answered now or later. `run` stays synchronous as long as
 * every answer is; the first promise turns the rest asynchronous.
 */
import type { Answer } from '../domain/ports.ts'

export type Flow<Value> = Generator<unknown, Value, unknown>

export const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

export function* wait<Value>(answer: Answer<Value>): Flow<Value> {
  return (isPromise(answer) ? yield answer : answer) as Value
}

export const run = <Value>(flow: Flow<Value>): Answer<Value> => {
  const step = flow.next()
  return step.done === true ? step.value : finish(flow, step.value)
}

/** The rest of a flow that has met a promise. */
const finish = async <Value>(flow: Flow<Value>, first: unknown): Promise<Value> => {
  let awaited = first
  for (;;) {
    let step: IteratorResult<unknown, Value>
    try {
      step = flow.next(await awaited)
    } catch (error) {
      step = flow.throw(error)
    }
    if (step.done === true) return step.value
    awaited = step.value
  }
}
