/** A question in the words of the OpenAI protocol, as far as the endpoint understands them. */
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions'
import type { ModelMessage, ModelRequest } from '../../domain/model/port.ts'
import type { Capability } from './capability.ts'
import { isOpenRouter } from './endpoint.ts'

type Body = ChatCompletionCreateParamsNonStreaming
/** What only OpenRouter knows; others refuse or ignore it. */
type RouterBody = {
  provider: { require_parameters: boolean; data_collection: 'deny' }
  usage: { include: true }
  reasoning?: { effort: string }
}

const messageOf = (message: ModelMessage): Body['messages'][number] => {
  if (message.role === 'tool') {
    return { role: 'tool', tool_call_id: message.toolCallId, content: message.content }
  }
  if (message.role !== 'assistant' || message.toolCalls === undefined || message.toolCalls.length === 0) {
    return { role: message.role, content: message.content }
  }
  const calls = message.toolCalls.map(({ id, name, arguments: text }) => ({
    id,
    type: 'function' as const,
    function: { name, arguments: text },
  }))
  return { role: 'assistant', content: message.content === '' ? null : message.content, tool_calls: calls }
}

/** Where the endpoint enforces no schema, the model is at least told it. */
const instruction = (schema: unknown): string =>
  `Answer with one JSON object and nothing else: no prose, no code fence. It fits this JSON Schema:\n${JSON.stringify(schema)}`

const messagesOf = ({ messages, format }: ModelRequest, capability: Capability): Body['messages'] => {
  const plain = messages.map(messageOf)
  if (format === null || capability.format === 'json_schema') return plain
  return [...plain, { role: 'user', content: instruction(format.schema) }]
}

const formatOf = ({ format }: ModelRequest, capability: Capability): Partial<Body> => {
  if (format === null || capability.format === 'text') return {}
  if (capability.format === 'json_object') return { response_format: { type: 'json_object' } }
  const { name, schema } = format
  return {
    response_format: { type: 'json_schema', json_schema: { name, strict: true, schema: { ...schema } } },
  }
}

const toolsOf = ({ tools }: ModelRequest): Partial<Body> => {
  if (tools.length === 0) return {}
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      type: 'function',
      function: { name, description, parameters: { ...parameters } },
    })),
    tool_choice: 'auto',
  }
}

/** The body sent. Equal questions to equal endpoints make equal bodies. */
export const requestBody = (request: ModelRequest, capability: Capability, baseUrl: string): Body => {
  const { model, temperature, reasoningEffort, tokensMax } = request
  const effort = capability.reasoning ? reasoningEffort : null
  const router = isOpenRouter(baseUrl)
  const extras: RouterBody = {
    // Without it a provider may ignore the schema, and without the other it may keep the prompt, which holds positions.
    provider: { require_parameters: true, data_collection: 'deny' },
    usage: { include: true },
    ...(effort === null ? {} : { reasoning: { effort } }),
  }
  return {
    model,
    messages: messagesOf(request, capability),
    stream: false,
    [capability.limit]: tokensMax,
    ...(temperature === null || !capability.temperature ? {} : { temperature }),
    ...(effort === null || router ? {} : { reasoning_effort: effort }),
    ...formatOf(request, capability),
    ...toolsOf(request),
    ...(router ? extras : {}),
  }
}
