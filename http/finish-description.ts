/**
 * What a generated description lacks, put right in one place for every path: names of operations, references that may be
 * null, and the refusals that come before any route.
 */
import type { ProblemCode } from './problem.ts'
import { problems } from './routes/answers.ts'

type Node = { [key: string]: unknown }
type Operation = Node & { responses: Node }

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `GET /accounts/{account_id}` is `getAccountsByAccountId`: stable as long as the path is. */
const operationIdOf = (method: string, path: string): string => {
  const words = path
    .split('/')
    .filter(part => part !== '')
    .flatMap(part => (part.startsWith('{') ? ['by', ...part.slice(1, -1).split(/\W|_/)] : part.split(/\W|_/)))
  return method + words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

/**
 * A named schema that may be null comes as `allOf: [the name, { type: [object, null] }]`, which null does not satisfy,
 * because it is no such object. It is one or the other.
 */
const eitherOrNull = (node: Node): Node => {
  if (!Array.isArray(node.allOf)) return node
  const parts = node.allOf.filter(isNode)
  const references = parts.filter(part => part.$ref !== undefined)
  const beside = parts.filter(part => part.$ref === undefined)
  if (!beside.some(part => [part.type].flat().includes('null'))) return node
  const { allOf: _allOf, ...rest } = node
  const { type: _type, ...said } = Object.assign({}, ...beside) as Node
  return { ...rest, ...said, anyOf: [...references, { type: 'null' }] }
}

const walk = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(walk)
  if (!isNode(value)) return value
  return eitherOrNull(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, walk(each)])))
}

/** Answered by the doors in front of every route that takes a body. */
const OF_BODIES: ProblemCode[] = ['body_too_large']

/** By reference, as the library has it: component names are looked up in the finished document. */
const refusalsOfBodies = (): Node =>
  Object.fromEntries(
    Object.entries(problems(...OF_BODIES)).map(([status, { description }]) => [
      status,
      {
        description,
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )

const finishOperation = (method: string, path: string, operation: Operation): Operation => ({
  ...operation,
  operationId: operationIdOf(method, path),
  responses: { ...operation.responses, ...(method === 'get' ? {} : refusalsOfBodies()) },
})

/** The description as it is told. */
export const finishDescription = (document: Node): Node => {
  const { paths, ...rest } = walk(document) as { paths: Record<string, Record<string, Operation>> }
  const finished = Object.entries(paths).map(([path, item]) => [
    path,
    Object.fromEntries(
      Object.entries(item).map(([method, operation]) => [
        method,
        METHODS.includes(method) ? finishOperation(method, path, operation) : operation,
      ]),
    ),
  ])
  return { ...rest, paths: Object.fromEntries(finished) as Node }
}
