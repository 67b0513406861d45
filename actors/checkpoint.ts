/** Where a running engine stood: written with every batch, read at the next start. */
import type { CandleSource, MarketStep } from '../domain/feed.ts'

/** The moment of a step that has been played last. */
export type Moment = 'open' | 'inside' | 'close'

export type Checkpoint = {
  version: 1
  /** Engine time. */
  now: number
  /** Open of the step that was being played; `null` before the first. */
  stepOpenAt: number | null
  moment: Moment
}

export const CHECKPOINT = 'checkpoint'
export const VENUE = 'paper_venue'

/** Reads a stored checkpoint; `null` when there is none. Throws on one of another version: guessing would lose time. */
export const readCheckpoint = (body: unknown): Checkpoint | null => {
  if (body === null || body === undefined) return null
  const checkpoint = body as Checkpoint
  if (checkpoint.version === 1 && typeof checkpoint.now === 'number') return checkpoint
  throw new Error(
    'The stored checkpoint is of another version of the engine; start with the version that wrote it, or with another data folder',
  )
}

/**
 * Plays the source again up to where the engine stood, without trading: the same seed and files give the same candles,
 * so every indicator is what it was. Returns the step that was not finished, if there is one.
 */
export const replayTo = (
  source: CandleSource,
  checkpoint: Checkpoint,
  warm: (step: MarketStep) => void,
): MarketStep | null => {
  if (checkpoint.stepOpenAt === null) return null
  for (let step = source.next(); step !== null; step = source.next()) {
    const isLast = step.openAt >= checkpoint.stepOpenAt
    if (isLast && checkpoint.moment !== 'close') return step
    warm(step)
    if (isLast) return null
  }
  return null
}
