// What the telephone remembers: small things by name, and answers of the guide for when there is no network.
const KEPT_MOST = 40 // answers; the oldest goes. WeChat gives 10 MB, an answer of the guide takes 1 to 20 KB
const KEPT = 'kept'

function read(name, otherwise = null) {
  const found = wx.getStorageSync(name)
  return found === '' || found === undefined || found === null ? otherwise : found
}

function write(name, value) {
  try {
    wx.setStorageSync(name, value)
  } catch (full) {
    forgetAnswers() // the guide can be read again; a form or a token cannot
    wx.setStorageSync(name, value)
  }
}

const forget = (name) => wx.removeStorageSync(name)

// {body, etag, at} of an answer read before, or null.
const answer = (path) => read(`${KEPT}:${path}`)

function keepAnswer(path, kept) {
  const others = read(KEPT, []).filter((one) => one !== path)
  const names = [...others, path]
  names.splice(0, Math.max(0, names.length - KEPT_MOST)).forEach((one) => forget(`${KEPT}:${one}`))
  write(`${KEPT}:${path}`, kept)
  write(KEPT, names)
}

function forgetAnswers() {
  read(KEPT, []).forEach((one) => forget(`${KEPT}:${one}`))
  forget(KEPT)
}

// Everything that says who somebody is. How large the print is, and the guide, may stay.
function forgetPerson() {
  const stays = wx.getStorageInfoSync().keys.filter((name) => name === 'elderly' || name === 'hall' || name.startsWith(KEPT))
  wx.getStorageInfoSync().keys.filter((name) => !stays.includes(name)).forEach(forget)
}

const isElderly = () => read('elderly', false)
const setElderly = (on) => write('elderly', on)

module.exports = { read, write, forget, answer, keepAnswer, forgetPerson, isElderly, setElderly }
