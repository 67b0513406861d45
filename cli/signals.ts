/**
 * What signals mean to a running engine: SIGINT and SIGTERM stop it, a second one leaves at once after the last write,
 * SIGUSR2 is the panic button for every account.
 */
import type { Engine } from '../actors/engine.ts'
import type { Acknowledgement } from '../actors/engine-control.ts'
import { visible } from '../domain/text.ts'

/** Longer than the engine waits for services, the last write and open requests together; then the process ends itself. */
const EXIT_MS = 29_500

type Note = (text: string) => void

const report = ({ accountId, done, state, remaining }: Acknowledgement): string =>
  `  ${visible(`${accountId}: ${done ? 'flat and halted' : `not done, ${state}: ${remaining.join('; ')}`}`)}\n`

const panic = async (engine: Engine, note: Note): Promise<void> => {
  note('Panic: entries cancelled, everything is being closed, halted until re-armed.\n')
  const acknowledgements = await engine.command(
    'all',
    { name: 'panic', reason: null },
    { by: 'signal:SIGUSR2' },
  )
  note(acknowledgements.map(report).join(''))
}

/** Returns the function that gives the signals back to the system. */
export const obeySignals = (engine: Engine, note: Note): (() => void) => {
  let stops = 0
  const stop = () => {
    stops += 1
    if (stops === 1) {
      note('Stopping: finishing what is in flight, keeping all state. Stops stay at the venue.\n')
      engine.stop()
      setTimeout(() => process.exit(1), EXIT_MS).unref()
    } else if (stops === 2) {
      note('Leaving at once: only the last write is waited for.\n')
      engine.leave()
    } else {
      process.exit(1)
    }
  }
  const panicAll = () => {
    panic(engine, note).catch((error: unknown) =>
      note(`Panic failed: ${visible(error instanceof Error ? error.message : String(error))}\n`),
    )
  }
  // Windows has no SIGUSR2, and listening for it there is an error.
  const signals = process.platform === 'win32' ? [] : (['SIGUSR2'] as const)
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  for (const signal of signals) process.on(signal, panicAll)
  return () => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    for (const signal of signals) process.off(signal, panicAll)
  }
}
