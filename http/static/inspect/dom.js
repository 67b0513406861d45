/** Elements made of text and other elements, never of markup. */

/** Control and format characters, such as those that turn the direction of text around. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** The text with each of them as its escape, so that data cannot rewrite the page around it; line ends stay. */
export const visible = content =>
  String(content).replace(UNSEEN, mark =>
    mark === '\n' || mark === '\t' ? mark : `\\u{${mark.codePointAt(0).toString(16)}}`,
  )

export const el = (name, properties = {}, ...children) => {
  const { data = {}, aria = {}, ...rest } = properties
  const node = Object.assign(document.createElement(name), rest)
  Object.assign(node.dataset, data)
  for (const [key, value] of Object.entries(aria)) node.setAttribute(`aria-${key}`, visible(value))
  for (const name of ['textContent', 'title']) if (name in rest) node[name] = visible(rest[name])
  node.append(...children.filter(child => child !== null).map(shown))
  return node
}

export const byId = id => document.getElementById(id)

const shown = child => (typeof child === 'string' ? visible(child) : child)

/** Sets the text only when it changed, so that nothing is drawn or read aloud again. */
export const say = (node, content) => {
  const text = visible(content)
  if (node.textContent !== text) node.textContent = text
}
