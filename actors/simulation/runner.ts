/** How services run in a simulation: at once when their answers are there at once, else when simulated time brings them. */
import { isPromise, run } from '../flow.ts'
import { type Runner, settling } from '../service-logic.ts'
import type { Timeline } from './timeline.ts'

export const simulationRunner =
  (timeline: Timeline): Runner =>
  service =>
    settling((input, settle) => {
      try {
        const output = run(service(input))
        if (!isPromise(output)) return settle({ type: 'service.answered', output })
        timeline.disturb()
        output.then(
          value => settle({ type: 'service.answered', output: value }),
          (error: unknown) => settle({ type: 'service.failed', error }),
        )
      } catch (error) {
        settle({ type: 'service.failed', error })
      }
    })
