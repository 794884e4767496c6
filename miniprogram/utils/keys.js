// One key for each wish, kept until its answer is known: sent again with the same key, a wish has one effect.
const store = require('./store')

const SIGNS = 'abcdefghijklmnopqrstuvwxyz0123456789'
const made = () => `${Date.now().toString(36)}-${Array.from({ length: 16 }, () => SIGNS[Math.floor(Math.random() * 36)]).join('')}`

// `asked`: what exactly is wished; asked otherwise, it is another wish.
function keyFor(wish, asked) {
  const said = JSON.stringify(asked)
  const before = store.read(`key:${wish}`)
  if (before && before.said === said) return before.key
  const key = made()
  store.write(`key:${wish}`, { key, said })
  return key
}

const settle = (wish) => store.forget(`key:${wish}`)

module.exports = { keyFor, settle }
