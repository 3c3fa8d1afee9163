import { blankPicture, type Picture } from './picture.ts'

/** The square in the middle of a picture, drawn on black, with `side` pixels each way. */
export function resizedSquare({ width, height, rgba }: Picture, side: number): Picture {
  const from = Math.min(width, height)
  const left = (width - from) >> 1
  const top = (height - from) >> 1
  const shares = sharesOf(from, side)
  const columns = new Float32Array(from * side * 3)
  for (let y = 0; y < from; y++) {
    const row = ((top + y) * width + left) * 4
    shares.forEach(({ first, weights }, x) => {
      let red = 0
      let green = 0
      let blue = 0
      for (let i = 0, at = row + first * 4; i < weights.length; i++, at += 4) {
        const share = ((weights[i] ?? 0) * (rgba[at + 3] ?? 0)) / 255
        red += share * (rgba[at] ?? 0)
        green += share * (rgba[at + 1] ?? 0)
        blue += share * (rgba[at + 2] ?? 0)
      }
      const to = (y * side + x) * 3
      columns[to] = red
      columns[to + 1] = green
      columns[to + 2] = blue
    })
  }
  const square = blankPicture(side, side)
  shares.forEach(({ first, weights }, y) => {
    for (let i = 0; i < side * 3; i++) {
      let sum = 0
      for (let j = 0, at = first * side * 3 + i; j < weights.length; j++, at += side * 3) {
        sum += (weights[j] ?? 0) * (columns[at] ?? 0)
      }
      square.rgba[(y * side + ((i / 3) | 0)) * 4 + (i % 3)] = Math.round(sum)
    }
    for (let x = 0; x < side; x++) square.rgba[(y * side + x) * 4 + 3] = 255
  })
  return square
}

/** How much each of a run of pixels counts for one pixel of the result; together 1. */
interface Shares {
  readonly first: number
  readonly weights: Float32Array
}

/** Linear: near pixels count most, and where the result is smaller every pixel counts. */
function sharesOf(from: number, to: number): readonly Shares[] {
  const scale = from / to
  const reach = Math.max(1, scale)
  return Array.from({ length: to }, (_, i) => {
    const center = (i + 0.5) * scale
    const first = Math.max(0, Math.floor(center - reach))
    const end = Math.min(from, Math.ceil(center + reach))
    const weights = Float32Array.from({ length: end - first }, (_, j) =>
      Math.max(0, 1 - Math.abs(first + j + 0.5 - center) / reach),
    )
    const sum = weights.reduce((total, weight) => total + weight, 0)
    return { first, weights: weights.map((weight) => weight / sum) }
  })
}
