/** The certificate and key the interface speaks HTTPS with. */
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'

const read = (file: string, variable: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`${variable} names ${file}, which cannot be read. Check the path and who owns it.`, {
      cause: error,
    })
  }
}

/** `null` without them. @throws Error when they cannot be read, or are no pair: it never falls back to plain HTTP. */
export const tlsOf = (files: {
  tlsCert: string | null
  tlsKey: string | null
}): { cert: string; key: string } | null => {
  if (files.tlsCert === null || files.tlsKey === null) return null
  const pair = { cert: read(files.tlsCert, 'API_TLS_CERT'), key: read(files.tlsKey, 'API_TLS_KEY') }
  try {
    createSecureContext(pair)
  } catch (error) {
    throw new Error('API_TLS_CERT and API_TLS_KEY are no certificate and its key, in PEM.', { cause: error })
  }
  return pair
}
