/** The one reading of the wall clock. */
export const wall = { now: () => Date.now() }
