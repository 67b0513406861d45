/** A broken promise, as it is reported. */
export type PromiseName = 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6' | 'P7' | 'P8' | 'P10' | 'P11' | 'P12'

export type Violation = {
  promise: PromiseName
  /** Venue time, epoch ms. */
  at: number
  accountId: string
  what: string
  expected: string
  actual: string
}

export type Accuse = (violation: Omit<Violation, 'at'>) => void
