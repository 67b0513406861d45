/**
 * Draws openapi.json: paths by tag, each with its parameters, answers, schemas and examples.
 *
 * Everything is set as text, never as markup, so a description can hold anything.
 */

// Absolute, since a page opened with credentials in its address may not fetch relative ones.
const base = (globalThis.location?.origin ?? '') + (document.body.dataset.base ?? '')
const METHODS = ['get', 'post', 'put', 'patch', 'delete']

/** An element with properties and children; a string child becomes text. */
const el = (name, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(name), properties)
  node.append(...children.filter(child => child !== null))
  return node
}

const code = text => el('code', {}, text)

const resolve = (description, schema) => {
  if (schema?.$ref === undefined) return { schema: schema ?? {}, name: null }
  const name = schema.$ref.split('/').at(-1)
  return { schema: description.components.schemas[name] ?? {}, name }
}

/** The type of a schema in a few words: `text`, `number or null`, `list of Position`. */
const typeText = (description, given) => {
  const { schema, name } = resolve(description, given)
  if (name !== null) return name
  const parts = schema.anyOf ?? schema.oneOf ?? schema.allOf
  if (parts !== undefined) return parts.map(part => typeText(description, part)).join(' or ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const types = [schema.type ?? 'anything'].flat()
  return types.map(type => oneType(description, schema, type)).join(' or ')
}

const oneType = (description, schema, type) => {
  if (type === 'null') return 'null'
  if (schema.enum !== undefined) return schema.enum.filter(value => value !== null).join(' | ')
  if (type === 'array') return `list of ${typeText(description, schema.items)}`
  if (type === 'string')
    return schema.format === 'date-time' ? 'time' : schema.pattern === undefined ? 'text' : 'decimal text'
  return type
}

/** The object a schema holds, looking through lists and alternatives; `null` when there is none. */
const objectIn = (description, given) => {
  const { schema } = resolve(description, given)
  if (schema.properties !== undefined) return schema
  if (schema.items !== undefined) return objectIn(description, schema.items)
  for (const part of schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []) {
    const found = objectIn(description, part)
    if (found !== null) return found
  }
  return null
}

const DEPTH_MAX = 5

const fieldTable = (description, object, depth) => {
  const rows = Object.entries(object.properties).map(([name, given]) => {
    const inner = depth < DEPTH_MAX ? objectIn(description, given) : null
    const about = el('td', {}, resolve(description, given).schema.description ?? '')
    if (inner !== null) {
      about.append(
        el(
          'details',
          { className: 'nested' },
          el('summary', {}, 'Fields'),
          fieldTable(description, inner, depth + 1),
        ),
      )
    }
    return el(
      'tr',
      {},
      el('td', {}, code(name)),
      el('td', { className: 'type' }, typeText(description, given)),
      about,
    )
  })
  return el('div', { className: 'scroll' }, el('table', {}, el('tbody', {}, ...rows)))
}

const parameterTable = (description, parameters) => {
  const head = el('tr', {}, ...['Name', 'In', 'Type', 'Default', 'What'].map(text => el('th', {}, text)))
  const rows = parameters.map(({ name, in: where, required, description: about, schema }) =>
    el(
      'tr',
      {},
      el('td', {}, code(name), required ? ' (required)' : ''),
      el('td', {}, where),
      el('td', { className: 'type' }, typeText(description, schema)),
      el('td', {}, schema?.default === undefined ? '' : code(String(schema.default))),
      el('td', {}, about ?? schema?.description ?? ''),
    ),
  )
  return el('div', { className: 'scroll' }, el('table', {}, el('thead', {}, head), el('tbody', {}, ...rows)))
}

const exampleText = example => (typeof example === 'string' ? example : JSON.stringify(example, null, 2))

const answer = (description, status, { description: about, content = {} }) => {
  const summary = el('summary', {}, el('span', { className: 'status' }, status), ` ${about}`)
  const parts = Object.entries(content).flatMap(([type, { schema, example }]) => {
    const object = objectIn(description, schema)
    return [
      el('p', {}, code(type), ' ', el('span', { className: 'type' }, typeText(description, schema))),
      object === null ? null : fieldTable(description, object, 0),
      example === undefined ? null : el('h3', {}, 'Example'),
      example === undefined ? null : el('pre', {}, exampleText(example)),
    ]
  })
  return el('details', { className: 'answer', open: status === '200' }, summary, ...parts)
}

const requestBody = (description, body) => {
  const object = body === null ? null : objectIn(description, body.schema)
  return object === null ? [] : [el('h3', {}, 'Body'), fieldTable(description, object, 0)]
}

const bodyOf = spec => spec.requestBody?.content?.['application/json'] ?? null

const curl = (method, path, spec) => {
  const security = spec.security ?? []
  const example = bodyOf(spec)?.example
  const verb = method === 'get' ? '' : ` -X ${method.toUpperCase()}`
  const data =
    example === undefined ? '' : ` -H 'Content-Type: application/json' -d '${JSON.stringify(example)}'`
  const header = security.length === 0 ? '' : " -H 'Authorization: Bearer <token>'"
  return `curl${verb}${header}${data} '${base}${path}'`
}

const operation = (description, method, path, spec) => {
  const body = el('div', { className: 'body' })
  const node = el(
    'details',
    { className: 'operation' },
    el(
      'summary',
      {},
      el('span', { className: 'method' }, method.toUpperCase()),
      el('span', { className: 'path' }, path),
      el('span', { className: 'brief' }, spec.summary ?? ''),
    ),
    body,
  )
  // Drawn when first opened: the whole description at once is slow on a phone.
  const draw = () => {
    const parameters = spec.parameters ?? []
    body.append(
      spec.description === undefined ? '' : el('p', {}, spec.description),
      el('h3', {}, 'Request'),
      el('pre', {}, curl(method, path, spec)),
      ...(parameters.length === 0
        ? []
        : [el('h3', {}, 'Parameters'), parameterTable(description, parameters)]),
      ...requestBody(description, bodyOf(spec)),
      el('h3', {}, 'Answers'),
      ...Object.entries(spec.responses).map(([status, response]) => answer(description, status, response)),
    )
  }
  node.addEventListener('toggle', draw, { once: true })
  return { node, text: `${method} ${path} ${spec.summary ?? ''}`.toLowerCase() }
}

const draw = description => {
  const groups = (description.tags ?? []).map(({ name }) => ({ name, operations: [] }))
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const method of METHODS.filter(each => methods[each] !== undefined)) {
      const spec = methods[method]
      const group = groups.find(each => spec.tags?.includes(each.name))
      group?.operations.push(operation(description, method, path, spec))
    }
  }
  const sections = groups
    .filter(group => group.operations.length > 0)
    .map(group => ({
      ...group,
      node: el('section', {}, el('h2', {}, group.name), ...group.operations.map(each => each.node)),
    }))
  document.getElementById('about').textContent = description.info.description ?? ''
  document.getElementById('operations').replaceChildren(...sections.map(section => section.node))
  document.getElementById('filter').addEventListener('input', ({ target }) => filter(sections, target.value))
}

const filter = (sections, typed) => {
  const wanted = typed.trim().toLowerCase()
  for (const section of sections) {
    for (const each of section.operations) each.node.hidden = !each.text.includes(wanted)
    section.node.hidden = section.operations.every(each => each.node.hidden)
  }
}

try {
  const response = await fetch(`${base}/openapi.json`)
  if (!response.ok)
    throw new Error(
      `the description answered ${response.status}; reload the page and give the token as password`,
    )
  draw(await response.json())
} catch (error) {
  document
    .getElementById('operations')
    .replaceChildren(el('p', { className: 'error' }, `Cannot draw the documentation: ${error.message}.`))
}
