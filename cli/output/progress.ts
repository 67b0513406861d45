/**
 * How far a long job has come: one bar on a terminal, a plain line every five seconds elsewhere, nothing when silent.
 * Written to stderr, so that stdout carries results only.
 */
import { visible } from '../../domain/text.ts'
import { shorten, type Terminal } from './terminal.ts'

export type ProgressOptions = {
  label: string
  /** What is counted, in the plural: `candles`. */
  unit: string
  /** `null`: nobody knows. */
  total: number | null
  terminal: Terminal
  /** Usually `text => process.stderr.write(text)`. */
  write: (text: string) => void
  /** Milliseconds of a clock that never goes back. */
  now: () => number
  /** With `--json`. */
  silent: boolean
}

export type Progress = {
  /** `done` counts from the start. Cheap enough to be called for each item. */
  update(done: number): void
  /** Shows the last state and leaves the line. Nothing is shown after it. */
  finish(): void
}

const LINE_EVERY_MS = 5_000
const BAR_EVERY_MS = 100
const BAR_WIDTH = 24
const CLEAR_LINE = '\r\u001b[2K'

/** `1h 02m`, `3m 05s`, `12s`. */
export const durationText = (ms: number): string => {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const two = (value: number): string => String(value).padStart(2, '0')
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)}h ${two(Math.floor((seconds % 3600) / 60))}m`
  return seconds >= 60 ? `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s` : `${seconds}s`
}

/** `950`, `12.3k`, `4.6M`. */
export const countText = (count: number): string => {
  if (count < 1_000) return String(Math.round(count))
  return count < 999_950 ? `${(count / 1_000).toFixed(1)}k` : `${(count / 1_000_000).toFixed(1)}M`
}

const barText = (share: number, unicode: boolean): string => {
  const full = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH)
  const [on, off] = unicode ? ['█', '░'] : ['#', '-']
  return `[${on.repeat(full)}${off.repeat(BAR_WIDTH - full)}]`
}

export const createProgress = (options: ProgressOptions): Progress => {
  const { unit, total, terminal, write, now, silent } = options
  const label = visible(options.label)
  const startedAt = now()
  let [shownAt, done, finished] = [terminal.isTty ? Number.NEGATIVE_INFINITY : startedAt, 0, false]

  const stateText = (): string => {
    const elapsed = now() - startedAt
    const rate = elapsed > 0 ? done / (elapsed / 1000) : 0
    const parts = [label]
    if (total !== null && total > 0) {
      if (terminal.isTty) parts.push(barText(done / total, terminal.unicode))
      parts.push(`${Math.floor((100 * done) / total)} %`, `${countText(done)} of ${countText(total)} ${unit}`)
    } else parts.push(`${countText(done)} ${unit}`)
    if (rate > 0) parts.push(`${countText(rate)} ${unit}/s`)
    if (finished) parts.push(`in ${durationText(elapsed)}`)
    else if (total !== null && rate > 0) parts.push(`${durationText(((total - done) / rate) * 1000)} left`)
    return parts.join('  ')
  }

  const show = (): void => {
    shownAt = now()
    if (!terminal.isTty) return write(`${stateText()}\n`)
    // A line longer than the terminal would wrap, and the next one could not replace it.
    write(`${CLEAR_LINE}${shorten(stateText(), terminal.columns - 1, terminal)}`)
  }

  return {
    update: count => {
      done = count
      const every = terminal.isTty ? BAR_EVERY_MS : LINE_EVERY_MS
      if (!silent && !finished && now() - shownAt >= every) show()
    },
    finish: () => {
      if (silent || finished) return
      finished = true
      show()
      if (terminal.isTty) write('\n')
    },
  }
}
