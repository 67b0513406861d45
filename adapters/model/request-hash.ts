/** The name of a question: what a cassette is looked up by. */
import { createHash } from 'node:crypto'
import { canonicalRequest } from '../../domain/model/canonical.ts'
import type { ModelRequest } from '../../domain/model/port.ts'

/** SHA-256 of the canonical JSON of the request, 64 hex digits. */
export const requestHash = (request: ModelRequest): string =>
  createHash('sha256').update(canonicalRequest(request)).digest('hex')
