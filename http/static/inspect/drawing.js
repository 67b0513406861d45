/** Draws a laid-out chart as SVG, and lights what is lit. Everything is set as text and as attributes. */
import { visible } from './dom.js'
import { placeLabels } from './labels.js'

const SVG = 'http://www.w3.org/2000/svg'

const node = (name, attributes = {}, ...children) => {
  const element = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  element.append(...children)
  return element
}

const text = (content, attributes) => {
  const element = node('text', attributes)
  element.textContent = visible(content)
  return element
}

const titled = content => {
  const element = node('title')
  element.textContent = visible(content)
  return element
}

/** A line with its corners rounded. */
const pathOf = points => {
  const [first, ...rest] = points
  const parts = [`M ${first.x} ${first.y}`]
  rest.forEach((point, index) => {
    const following = rest[index + 1]
    if (following === undefined) return parts.push(`L ${point.x} ${point.y}`)
    const before = points[index]
    const cut = towards => {
      const length = Math.hypot(towards.x - point.x, towards.y - point.y)
      const share = length === 0 ? 0 : Math.min(6, length / 2) / length
      return `${point.x + (towards.x - point.x) * share} ${point.y + (towards.y - point.y) * share}`
    }
    return parts.push(`L ${cut(before)} Q ${point.x} ${point.y} ${cut(following)}`)
  })
  return parts.join(' ')
}

const boxOf = (box, initial) => {
  const { x, y, width, height } = box
  const isOuter = box.type === 'compound'
  const group = node(
    'g',
    { class: `state ${box.type}${initial ? ' begins' : ''}` },
    node('rect', { x, y, width, height, rx: isOuter ? 12 : 9, class: 'box' }),
    text(box.name, { x: x + 16 + (initial ? 12 : 0), y: y + 22, class: 'name' }),
    ...(initial ? [node('circle', { cx: x + 18, cy: y + 17.5, r: 3.5, class: 'start' })] : []),
    ...(box.type === 'final'
      ? [node('rect', { x: x + 3.5, y: y + 3.5, width: width - 7, height: height - 7, rx: 6, class: 'end' })]
      : []),
    ...box.arrivals.map((each, index) =>
      text(each.text, { x: x + 16, y: y + 39 + index * 15, class: 'arrival' }),
    ),
  )
  const ways = box.arrivals.map(each => each.text)
  group.append(titled([box.id, ...box.invokes.map(each => `asks ${each}`), ...ways].join('\n')))
  return group
}

const arrowOf = arrow => {
  const group = node(
    'g',
    { class: 'arrow' },
    ...arrow.lines.map(points =>
      node('path', { d: pathOf(points), class: 'line', 'marker-end': 'url(#head)' }),
    ),
  )
  group.append(titled(`${arrow.source} → ${arrow.target}\n${arrow.labels.join('\n')}`))
  return group
}

const labelOfArrow = (arrow, { x, y, width, height }, isTaken) =>
  node(
    'g',
    { class: isTaken ? 'label taken' : 'label' },
    node('rect', { x, y, width, height, rx: 5 }),
    text(arrow.text, { x: x + 6, y: y + 11.5 }),
  )

/** Scrolls the frame, and not the page around it, so that what is not seen whole comes to the middle. */
const reveal = (box, frame) => {
  if (box === undefined || frame === null) return
  const [own, view] = [box.getBoundingClientRect(), frame.getBoundingClientRect()]
  const isSeen =
    own.top >= view.top && own.bottom <= view.bottom && own.left >= view.left && own.right <= view.right
  if (isSeen) return
  frame.scrollTop += own.top + own.height / 2 - view.top - view.height / 2
  frame.scrollLeft += own.left + own.width / 2 - view.left - view.width / 2
}

const heads = () =>
  node(
    'defs',
    {},
    node(
      'marker',
      { id: 'head', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
      node('path', { d: 'M 0 0.8 L 7.5 4 L 0 7.2 z', class: 'head' }),
    ),
  )

/**
 * The chart, and how to light it: `light({ active, previous, taken, next })` with ids of states and arrows; `scale` draws it
 * larger or smaller.
 */
export const drawChart = drawing => {
  const boxes = new Map(drawing.boxes.map(box => [box.id, boxOf(box, box.begins)]))
  const arrows = new Map(drawing.arrows.map(arrow => [arrow.id, arrowOf(arrow)]))
  // Above everything, so that no line is drawn over one.
  const labels = node('g')
  let labelled = ''
  let here = null
  const element = node(
    'svg',
    {
      viewBox: `0 0 ${Math.ceil(drawing.width)} ${Math.ceil(drawing.height)}`,
      role: 'img',
    },
    heads(),
    ...boxes.values(),
    ...arrows.values(),
    labels,
  )
  const light = lit => {
    for (const [id, box] of boxes) {
      box.classList.toggle('active', lit.active.has(id))
      box.classList.toggle('previous', lit.previous.has(id))
    }
    for (const [id, arrow] of arrows) {
      arrow.classList.toggle('next', lit.next.has(id))
      arrow.classList.toggle('taken', lit.taken.has(id))
    }
    const innermost = [...lit.active].at(-1) ?? null
    // Only when it moved: whoever scrolls away to look at something else is left there.
    if (innermost !== here) reveal(boxes.get(innermost), element.parentElement)
    here = innermost
    const key = [...lit.next, '', ...lit.taken].join('\n')
    if (key !== labelled) {
      labelled = key
      const places = placeLabels(drawing, new Set([...lit.next, ...lit.taken]))
      labels.replaceChildren(
        ...drawing.arrows
          .filter(({ id }) => places.has(id))
          .map(arrow => labelOfArrow(arrow, places.get(arrow.id), lit.taken.has(arrow.id))),
      )
    }
    element.setAttribute('aria-label', `Statechart; it is in ${[...lit.active].at(-1) ?? 'no known state'}`)
  }
  const scale = factor => {
    element.setAttribute('width', String(Math.ceil(drawing.width * factor)))
    element.setAttribute('height', String(Math.ceil(drawing.height * factor)))
    reveal(boxes.get(here), element.parentElement)
  }
  return { element, light, scale }
}
