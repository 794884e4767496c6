// Calls of the citizens' API (docs/api.md): answers resolve with the body, refusals reject as transport.refusal makes them.
const keys = require('./keys')
const session = require('./session')
const store = require('./store')
const transport = require('./transport')

const SHORT_MS = 4000 // where something kept can be shown instead

function opened(answer) {
  if (answer.statusCode >= 200 && answer.statusCode < 300) return answer.data
  throw transport.refusal(answer.statusCode, answer.data && answer.data.error)
}

const signed = (token, header = {}) => Object.assign({ Authorization: `Bearer ${token}` }, header)

// As the person; a session that ended is begun anew once, without a word.
async function asCitizen(method, path, how = {}) {
  const token = await session.token()
  const answer = await transport.send(method, path, { ...how, header: signed(token, how.header) })
  if (answer.statusCode !== 401) return answer
  const renewed = await session.renew(token)
  return transport.send(method, path, { ...how, header: signed(renewed, how.header) })
}

const mine = async (path) => opened(await asCitizen('GET', path))
const open = async (path) => opened(await transport.send('GET', path))

// What may be told to anybody, and better to those the server knows.
const known = (path) => (session.held() ? mine(path) : open(path))

const change = async (method, path, body) => opened(await asCitizen(method, path, { body, tries: 1 }))

// What must happen once: a booking, a ticket, a rating. Lost on the way it may be sent again, today or tomorrow.
async function wish(name, path, body) {
  const header = { 'Idempotency-Key': keys.keyFor(name, { path, body }) }
  const answer = await asCitizen('POST', path, { body, header })
  if (answer.statusCode < 500) keys.settle(name)
  return opened(answer)
}

// The guide: {body, keptAt}; keptAt is null when it is fresh, else when it was read (ms).
async function kept(path) {
  const had = store.answer(path)
  const how = had ? { header: had.etag ? { 'If-None-Match': had.etag } : {}, limitMs: SHORT_MS, tries: 1 } : {}
  try {
    const answer = await transport.send('GET', path, how)
    if (answer.statusCode === 304 && had) return { body: had.body, keptAt: null }
    const body = opened(answer)
    store.keepAnswer(path, { body, etag: transport.field(answer, 'ETag'), at: Date.now() })
    return { body, keptAt: null }
  } catch (problem) {
    if (had && (problem.isLost || problem.status >= 500)) return { body: had.body, keptAt: had.at }
    throw problem
  }
}

// Asks again and again: `seen` is told each answer, and says how many ms until the next (0: enough). Failing, it waits
// longer each time, to a minute; `failed` is told. Returns what stops it.
function follow(path, seen, failed) {
  let etag = ''
  let failures = 0
  let timer = null
  let isOver = false
  let pause = 0
  const turn = async () => {
    try {
      const answer = await asCitizen('GET', path, { header: etag ? { 'If-None-Match': etag } : {}, tries: 1 })
      if (isOver) return
      failures = 0
      if (answer.statusCode !== 304) {
        pause = seen(opened(answer))
        etag = transport.field(answer, 'ETag')
      } else {
        pause = seen(null)
      }
    } catch (problem) {
      if (isOver) return
      failures += 1
      pause = failed(problem) ? Math.min(60, 3 * 2 ** failures) * 1000 : 0
    }
    if (pause) timer = setTimeout(turn, pause)
  }
  turn()
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}

const query = (fields) => {
  const said = Object.keys(fields).filter((name) => fields[name] !== undefined && fields[name] !== null && fields[name] !== '')
  return said.length ? `?${said.map((name) => `${name}=${encodeURIComponent(fields[name])}`).join('&')}` : ''
}

module.exports = { mine, open, known, change, wish, kept, follow, query }
