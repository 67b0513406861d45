/** Talks to a running engine over HTTP, with the token of this machine's data folder. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { UsageError } from './exit.ts'
import { loadConfig } from './load-config.ts'
import { TOKEN_FILE } from './token.ts'

export type ClientOptions = { url?: string; token?: string; dataDir?: string }

export type Request = {
  path: string
  parameters?: Record<string, string | undefined>
  /** Sent as JSON with POST; without it the request is a GET. */
  body?: object
  /** Where it is another than that. */
  method?: 'PUT' | 'DELETE'
  timeoutMs?: number
}

const READ_MS = 5_000
/** Rows of one page of a list, as many as the interface gives. */
const PAGE = '500'

const tokenOf = (options: ClientOptions, dataDir: string): string => {
  const given = options.token ?? process.env['API_TOKEN']
  if (given !== undefined && given !== '') return given
  const file = join(dataDir, TOKEN_FILE)
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  throw new UsageError(
    `No token: give --token, set API_TOKEN, or run this where the engine's data folder is (${file})`,
  )
}

export const withClientOptions = (command: Command): Command =>
  command
    .option('--url <address>', 'address of the engine')
    .option('--token <token>', 'access token; default API_TOKEN or the file in the data folder')
    .option('--data-dir <folder>', 'data folder of the engine')
    .option('--json', 'print JSON')

/** @throws Error that says what to do when no engine answers, or what it answered when it refuses. */
export const ask = async <Answer>(options: ClientOptions, request: Request): Promise<Answer> => {
  const { settings } = loadConfig({}, { dataDir: options.dataDir })
  const host = settings.api.host === '0.0.0.0' ? '127.0.0.1' : settings.api.host
  const url = new URL(
    request.path,
    options.url ?? `${settings.api.tlsCert === null ? 'http' : 'https'}://${host}:${settings.api.port}`,
  )
  for (const [name, value] of Object.entries(request.parameters ?? {})) {
    if (value !== undefined) url.searchParams.set(name, value)
  }
  const headers: Record<string, string> = {
    authorization: `Bearer ${tokenOf(options, settings.dataDir)}`,
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  let response: Response
  try {
    response = await fetch(url, {
      headers,
      ...(request.body === undefined
        ? {}
        : { method: request.method ?? 'POST', body: JSON.stringify(request.body) }),
      signal: AbortSignal.timeout(request.timeoutMs ?? READ_MS),
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError' && request.body !== undefined) {
      throw new Error(
        `The engine at ${url.origin} took the command but did not answer in time; see latch accounts`,
        { cause: error },
      )
    }
    throw new Error(`No engine answers at ${url.origin}; start one with latch run, or name it with --url`, {
      cause: error,
    })
  }
  const body = (await response.json()) as { detail?: string; remedy?: string }
  if (response.ok) return body as Answer
  throw new Error(`The engine answered ${response.status}: ${body.detail ?? ''} ${body.remedy ?? ''}`.trim())
}

type List<Row> = { items: Row[]; total: number; next: string | null }

/** A whole list, page after page. @throws Error as `ask`. */
export const askAll = async <Row>(options: ClientOptions, request: Request): Promise<List<Row>> => {
  const items: Row[] = []
  for (let cursor: string | undefined; ; ) {
    const parameters = { ...request.parameters, limit: PAGE, cursor }
    const page = await ask<List<Row>>(options, { ...request, parameters })
    items.push(...page.items)
    if (page.next === null) return { ...page, items }
    cursor = page.next
  }
}
