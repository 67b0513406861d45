/**
 * Whether the engine of this container is well, for whoever watches the container: exit code 0 when it says so.
 *
 * It speaks plain HTTP or HTTPS, as its configuration has it, which may stand in a file: the other is tried as well. The
 * certificate is made for the name others know the engine by; who answers here is this machine, and is told nothing.
 */
import { request as plain } from 'node:http'
import { request as encrypted } from 'node:https'

const TIMEOUT_MS = 4_000

/** Status of the answer; `null`: there was none. */
const ask = (request: typeof encrypted, port: string): Promise<number | null> =>
  new Promise(resolve => {
    const asked = request(
      { host: '127.0.0.1', port, path: '/health', timeout: TIMEOUT_MS, rejectUnauthorized: false },
      answer => {
        answer.resume()
        resolve(answer.statusCode ?? null)
      },
    )
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(null))
    asked.end()
  })

const port = process.env['API_PORT'] || '3000'
const ways = process.env['API_TLS_CERT'] ? [encrypted, plain] : [plain, encrypted]
let status: number | null = null
for (const way of ways) status ??= await ask(way, port)
process.exitCode = status === 200 ? 0 : 1
