/** A line of the interaction log: a call with everything that was said, and where it belongs. */
import type { ModelCall } from './call.ts'

export type Interaction = ModelCall & { accountId: string; at: number }
