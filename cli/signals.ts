/**
 * What signals mean to a running engine: SIGINT and SIGTERM stop it, a second one leaves at once after the last write,
 * SIGUSR2 is the panic button for every account.
 */
import type { Engine } from '../actors/engine.ts'
import type { Acknowledgement } from '../actors/engine-control.ts'
import { visible } from '../domain/text.ts'
import type { AuditLog, AuditRow } from '../http/audit.ts'
import { wall } from './wall.ts'

/** Longer than the engine waits for services, the last write and open requests together; then the process ends itself. */
const EXIT_MS = 29_500

type Note = (text: string) => void

const report = ({ accountId, done, state, remaining }: Acknowledgement): string =>
  `  ${visible(`${accountId}: ${done ? 'flat and halted' : `not done, ${state}: ${remaining.join('; ')}`}`)}\n`

type Row = Pick<AuditRow, 'action' | 'scope' | 'status' | 'after'> & { at: number; accounts?: string[] }

/** What a signal did is kept like what a request did; a row that cannot be written stops nothing. */
const keep = (audit: AuditLog, note: Note, { at, action, accounts = [], ...row }: Row): void => {
  const [signal = action] = action.split(' ')
  const id = `signal-${process.pid}-${at}`
  const durationMs = Math.max(0, wall.now() - at)
  try {
    audit.append({
      at,
      id,
      by: `signal:${signal}`,
      peer: null,
      action,
      accounts,
      code: null,
      durationMs,
      before: null,
      ...row,
    })
  } catch (error) {
    note(`The audit row could not be written: ${textOf(error)}\n`)
  }
}

const textOf = (error: unknown): string => visible(error instanceof Error ? error.message : String(error))

const panic = async (engine: Engine, note: Note): Promise<Acknowledgement[]> => {
  note('Panic: entries cancelled, everything is being closed, halted until re-armed.\n')
  const acknowledgements = await engine.command(
    'all',
    { name: 'panic', reason: null },
    { by: 'signal:SIGUSR2' },
  )
  note(acknowledgements.map(report).join(''))
  return acknowledgements
}

/** Returns the function that gives the signals back to the system. */
export const obeySignals = (engine: Engine, note: Note, audit: AuditLog): (() => void) => {
  let stops = 0
  const stop = (signal: NodeJS.Signals) => {
    stops += 1
    const action = `${signal} ${['', 'stop', 'leave'][stops] ?? 'exit'}`
    keep(audit, note, { at: wall.now(), action, scope: 'admin', status: 200, after: null })
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
  const panicAll = async (signal: NodeJS.Signals): Promise<void> => {
    const row = { at: wall.now(), action: `${signal} panic`, scope: 'trade' as const }
    try {
      const told = await panic(engine, note)
      const after = told.map(({ accountId, done, state }) => ({ account_id: accountId, done, state }))
      const accounts = told.map(each => each.accountId)
      keep(audit, note, { ...row, accounts, status: told.every(each => each.done) ? 200 : 202, after })
    } catch (error) {
      note(`Panic failed: ${textOf(error)}\n`)
      keep(audit, note, { ...row, status: 0, after: null })
    }
  }
  const onPanic = (signal: NodeJS.Signals) => void panicAll(signal)
  // Windows has no SIGUSR2, and listening for it there is an error.
  const signals = process.platform === 'win32' ? [] : (['SIGUSR2'] as const)
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  for (const signal of signals) process.on(signal, onPanic)
  return () => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    for (const signal of signals) process.off(signal, onPanic)
  }
}
