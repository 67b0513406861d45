/** Where the labels of lit arrows go: on their line, clear of states and of each other where there is room. Pure. */

const CHARACTER = 6.7
const HEIGHT = 16
const PADDING = 6
/** Parts of the way along the line, the best first. */
const PLACES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.1, 0.9]

/** The point at a part of the way along a line. */
export const pointAlong = (points, share) => {
  const legs = points.slice(1).map((to, at) => ({ from: points[at], to }))
  const lengths = legs.map(({ from, to }) => Math.hypot(to.x - from.x, to.y - from.y))
  let left = lengths.reduce((sum, each) => sum + each, 0) * share
  for (const [at, { from, to }] of legs.entries()) {
    const length = lengths[at]
    if (left <= length && length > 0) {
      const part = left / length
      return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }
    }
    left -= length
  }
  return points.at(-1)
}

const overlap = (a, b) => {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return width > 0 && height > 0 ? width * height : 0
}

/** Of a state with states inside, only its name is in the way. */
const obstacleOf = ({ x, y, width, height, type }) =>
  type === 'compound'
    ? { x, y, width, height: 30 }
    : { x: x - 2, y: y - 2, width: width + 4, height: height + 4 }

const clamp = (value, least, most) => Math.max(least, Math.min(value, most))

const rectAt = ({ x, y }, width, drawing) => ({
  x: clamp(x - width / 2, 0, Math.max(0, drawing.width - width)),
  y: clamp(y - HEIGHT / 2, 0, drawing.height - HEIGHT),
  width,
  height: HEIGHT,
})

/** By the id of the arrow, its rectangle. Arrows with the least room choose first. */
export const placeLabels = (drawing, ids) => {
  const boxes = drawing.boxes.map(obstacleOf)
  const placed = new Map()
  const crowd = rect => {
    const inBoxes = boxes.reduce((sum, box) => sum + overlap(rect, box), 0)
    return [...placed.values()].reduce((sum, other) => sum + 2 * overlap(rect, other), inBoxes)
  }
  const wanted = drawing.arrows.filter(({ id, lines }) => ids.has(id) && lines.length > 0)
  const lengthOf = ({ lines: [points] }) =>
    points.slice(1).reduce((sum, to, at) => sum + Math.hypot(to.x - points[at].x, to.y - points[at].y), 0)
  for (const arrow of wanted.sort((a, b) => lengthOf(a) - lengthOf(b))) {
    const width = arrow.text.length * CHARACTER + 2 * PADDING
    const rects = PLACES.map(share => rectAt(pointAlong(arrow.lines[0], share), width, drawing))
    const best = rects.reduce((found, rect) => (crowd(rect) < crowd(found) - 1 ? rect : found))
    placed.set(arrow.id, best)
  }
  return placed
}
