/** Runs seeds on a few threads; each seed is a run of its own, so their order changes nothing. */
import { Worker } from 'node:worker_threads'
import type { Done, Task } from './simulate-worker.ts'

export const runSeeds = async (
  tasks: readonly Task[],
  threads: number,
  onDone: (done: Done) => void,
): Promise<void> => {
  const left = [...tasks]
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('simulate-worker.ts', import.meta.url))
      const next = (): void => {
        const task = left.shift()
        if (task === undefined) void worker.terminate().then(() => resolve(), reject)
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin.
        else worker.postMessage(task)
      }
      worker.on('message', (done: Done) => {
        onDone(done)
        next()
      })
      worker.on('error', reject)
      next()
    })
  await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, work))
}
