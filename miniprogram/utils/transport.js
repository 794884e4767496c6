// One request over a line that may break: a time limit, and another try where trying again can do no harm.
const { server } = require('../config')
const words = require('./words')

const LIMIT_MS = 8000
const PAUSES_MS = [500, 1500] // between tries
const PASSING = [502, 503, 504] // the server restarts, or a proxy waits for it
const LONGEST_WAIT_S = 5 // asked to wait longer than this, the person is told

// What a page shows when something did not come about. `isLost`: nobody knows whether the server heard it.
function refusal(status, error) {
  const said = error || {}
  return {
    status, code: said.code || '', message: said.message || words.strange, details: said.details || {}, isLost: false,
  }
}

const lost = () => ({ status: 0, code: 'lost', message: words.lost, details: {}, isLost: true })

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

function once(method, path, { body, header = {}, limitMs = LIMIT_MS }) {
  return new Promise((resolve, reject) => {
    wx.request({
      url: `${server()}/api/v1${path}`,
      method,
      data: body === undefined ? undefined : JSON.stringify(body),
      header: Object.assign(body === undefined ? {} : { 'Content-Type': 'application/json' }, header),
      timeout: limitMs,
      success: resolve,
      fail: () => reject(lost()),
    })
  })
}

// Resolves with what wx.request gives. Rejects with lost() when every try was.
async function send(method, path, { tries = PAUSES_MS.length + 1, ...how } = {}) {
  for (let turn = 1; ; turn += 1) {
    const isLast = turn >= tries
    try {
      const answer = await once(method, path, how)
      const asked = askedToWait(answer)
      if (isLast || (!PASSING.includes(answer.statusCode) && asked === null)) return answer
      await wait(asked === null ? PAUSES_MS[turn - 1] : asked * 1000)
    } catch (problem) {
      if (isLast) throw problem
      await wait(PAUSES_MS[turn - 1])
    }
  }
}

function askedToWait(answer) {
  if (answer.statusCode !== 429) return null
  const seconds = Number(field(answer, 'Retry-After'))
  return seconds > 0 && seconds <= LONGEST_WAIT_S ? seconds : null
}

// A header field whatever its case: telephones differ.
function field(answer, name) {
  const found = Object.keys(answer.header || {}).find((one) => one.toLowerCase() === name.toLowerCase())
  return found === undefined ? '' : answer.header[found]
}

module.exports = { send, refusal, field }
