/** Reads every GET route of a running engine's description, with names of things that are there. */

type Described = { parameters?: { name: string; in: string; required?: boolean }[] }
type Row = Record<string, unknown>
export type Answers = Map<string, { status: number; text: string; headers: string }>

/** `given` are values of path and query parameters; the newest call and the first actor are looked up. */
export const readEveryRoute = async (
  url: string,
  headers: Record<string, string>,
  given: Record<string, string>,
): Promise<Answers> => {
  const answers: Answers = new Map()
  const read = async (path: string): Promise<string> => {
    const answer = await fetch(`${url}${path}`, { headers, signal: AbortSignal.timeout(20_000) })
    const text = await answer.text()
    answers.set(path, { status: answer.status, text, headers: JSON.stringify([...answer.headers]) })
    return text
  }
  const { paths } = JSON.parse(await read('/openapi.json')) as { paths: Record<string, { get?: Described }> }
  const first = async (path: string): Promise<Row> =>
    (JSON.parse(await read(path)) as { items: Row[] }).items[0] ?? {}
  const names: Record<string, string> = {
    call_id: String((await first('/llm/interactions'))['call_id']),
    id: String((await first('/actors'))['id']),
    ...given,
  }
  for (const [path, { get }] of Object.entries(paths)) {
    if (get === undefined || path === '/events') continue
    const filled = path.replaceAll(/\{([a-z_]+)\}/g, (_whole, name: string) => names[name] ?? `no-${name}`)
    const needed = (get.parameters ?? []).filter(each => each.in === 'query' && each.required === true)
    const query = needed.map(({ name }) => `${name}=${names[name] ?? ''}`).join('&')
    await read(query === '' ? filled : `${filled}?${query}`)
  }
  return answers
}
