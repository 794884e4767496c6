// Who is asking: wx.login gives a code, the server a token for it. The token is all that is kept.
const store = require('./store')
const transport = require('./transport')
const words = require('./words')

const SOON_MS = 60 * 1000 // a token that ends within this is not used any more
let arriving = null // one login at a time, whoever asks

const held = () => {
  const session = store.read('session')
  return session && Date.parse(session.expires_at) - Date.now() > SOON_MS ? session.token : null
}

function code() {
  return new Promise((resolve, reject) => {
    wx.login({
      success: (said) => resolve(said.code),
      fail: () => reject({ status: 0, code: 'lost', message: words.noLogin, details: {}, isLost: true }),
    })
  })
}

async function begin() {
  const answer = await transport.send('POST', '/session', { body: { code: await code() }, tries: 1 })
  if (answer.statusCode !== 201) throw transport.refusal(answer.statusCode, answer.data && answer.data.error)
  store.write('session', { token: answer.data.token, expires_at: answer.data.expires_at })
  return answer.data.token
}

function arrive() {
  arriving = arriving || begin().finally(() => { arriving = null })
  return arriving
}

const token = () => Promise.resolve(held() || arrive())

// The server no longer knows this token.
function renew(old) {
  const session = store.read('session')
  if (session && session.token !== old) return token()
  store.forget('session')
  return arrive()
}

module.exports = { token, renew, held }
