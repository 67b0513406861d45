/** A thread that runs one seed after the other, as it is told, and answers with what became of each. */
import { parentPort } from 'node:worker_threads'
import { type SimulationOptions, type SimulationResult, simulate } from '../actors/simulation/simulation.ts'
import { simulateOutside } from './simulate-outside.ts'

export type Task = Omit<SimulationOptions, 'outside'>
export type Done = { seed: number; result: SimulationResult | null; error: string | null }

const run = async (task: Task): Promise<Done> => {
  try {
    return { seed: task.seed, result: await simulate({ ...task, outside: simulateOutside }), error: null }
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { seed: task.seed, result: null, error: text }
  }
}

const port = parentPort
/** One after the other: each task waits for the one before it. */
let work: Promise<void> = Promise.resolve()

const answer = async (task: Task): Promise<void> => {
  const done = await run(task)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin.
  port?.postMessage(done)
}

port?.on('message', (task: Task) => {
  work = work.then(() => answer(task))
})
