/** A client that knows nothing of the engine but `/openapi.json`: it asks only what is described, and holds answers to it. */
import { expect } from 'vitest'
import { faultOf } from './http/json-schema.ts'

export type Row = Record<string, unknown>
type Schema = Parameters<typeof faultOf>[1]
type Media = { content?: { 'application/json'?: { schema: Schema } } }
type Operation = { parameters?: { name: string; in: string }[]; responses: Record<string, Media> }
type Description = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

export type Ask = (path: string, init?: { method: string; body?: string }) => Promise<Response>
type Words = Record<string, string>

/** The path with its braces filled, and what is left for the query. */
const filled = (path: string, words: Words): string => {
  const rest = new URLSearchParams(words)
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    rest.delete(name)
    return encodeURIComponent(words[name] ?? '')
  })
  return rest.size === 0 ? address : `${address}?${rest.toString()}`
}

export const openapiClient = async (ask: Ask) => {
  const description = (await (await ask('/openapi.json')).json()) as Description
  const operationOf = (method: string, path: string): Operation => {
    const operation = description.paths[path]?.[method.toLowerCase()]
    if (operation === undefined) throw new Error(`the description has no ${method} ${path}`)
    return operation
  }
  const schemaOf = (method: string, path: string, status: number): Schema => {
    const schema = operationOf(method, path).responses[status]?.content?.['application/json']?.schema
    if (schema === undefined) throw new Error(`${method} ${path} does not describe its answer ${status}`)
    return schema
  }
  const holdTo = (schema: Schema, value: unknown, where: string): void =>
    expect(faultOf(description.components.schemas, schema, value), where).toBeNull()

  const send = async (method: string, path: string, words: Words = {}, body?: object): Promise<Row> => {
    const known = new Set((operationOf(method, path).parameters ?? []).map(each => each.name))
    const stranger = Object.keys(words).find(name => !known.has(name))
    if (stranger !== undefined) throw new Error(`${method} ${path} has no parameter ${stranger}`)
    const answer = await ask(filled(path, words), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const value = (await answer.json()) as Row
    expect(answer.status, `${method} ${path}: ${JSON.stringify(value)}`).toBe(200)
    holdTo(schemaOf(method, path, 200), value, `${method} ${path}`)
    return value
  }

  return {
    send,
    /** Every row, page by page. */
    list: async (path: string, words: Words): Promise<Row[]> => {
      const rows: Row[] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page = await send('GET', path, { ...words, ...(cursor === '' ? {} : { cursor }) })
        rows.push(...(page['items'] as Row[]))
        cursor = page['next'] as string | null
      }
      return rows
    },
    /** Holds a message of a stream to what its plain answer lists. */
    holdMessage: (stream: string, message: unknown): void =>
      holdTo(schemaOf('GET', stream, 200), { events: [message] }, stream),
  }
}
export type OpenapiClient = Awaited<ReturnType<typeof openapiClient>>
