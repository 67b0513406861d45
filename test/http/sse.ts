/** Reads a stream of server-sent events message by message. */
export type Message = {
  event: string | null
  id: number | null
  data: Record<string, unknown> | null
  comment: string | null
}

export const readStream = (response: Response) => {
  if (response.body === null) throw new Error('the answer has no body')
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''

  /** The next message; `null` at the end of the stream. */
  const next = async (): Promise<Message | null> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const message = parse(text.slice(0, end))
        text = text.slice(end + 2)
        return message
      }
      const { done, value } = await reader.read()
      if (done) return null
      text += value
    }
  }

  const take = async (count: number): Promise<Message[]> => {
    const messages: Message[] = []
    while (messages.length < count) {
      const message = await next()
      if (message === null) throw new Error(`the stream ended after ${messages.length} of ${count} messages`)
      messages.push(message)
    }
    return messages
  }

  return { next, take, leave: () => reader.cancel() }
}

const parse = (block: string): Message => {
  const field = (name: string) =>
    block
      .split('\n')
      .find(line => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? null
  const id = field('id')
  const data = field('data')
  return {
    event: field('event'),
    id: id === null ? null : Number(id),
    data: data === null ? null : (JSON.parse(data) as Record<string, unknown>),
    comment: block.startsWith(': ') ? block.slice(2) : null,
  }
}
