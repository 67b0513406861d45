/** The auditor's own arithmetic: shared with the engine is the library, not one line of ours. */
import { Decimal } from 'decimal.js'

export const D = Decimal.clone({ precision: 60 })
export type D = Decimal
export const ZERO = new D(0)
