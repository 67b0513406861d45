/** Elements made of text and other elements, never of markup. */

export const el = (name, properties = {}, ...children) => {
  const { data = {}, aria = {}, ...rest } = properties
  const node = Object.assign(document.createElement(name), rest)
  Object.assign(node.dataset, data)
  for (const [key, value] of Object.entries(aria)) node.setAttribute(`aria-${key}`, String(value))
  node.append(...children.filter(child => child !== null))
  return node
}

export const byId = id => document.getElementById(id)

/** Sets the text only when it changed, so that nothing is drawn or read aloud again. */
export const say = (node, content) => {
  if (node.textContent !== content) node.textContent = content
}
