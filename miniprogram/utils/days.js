// Days one may come, and what is free on them.
const request = require('./request')
const when = require('./when')
const words = require('./words')

const SHOWN = 14
const SEARCHED = 10 // days looked through for the first with a place

function ahead() {
  const today = when.today()
  return Array.from({ length: SHOWN }, (_, n) => when.later(today, n)).map((day) => ({
    day, date: words.shortDay(...when.numbers(day).slice(1)), weekday: day === today ? words.today : when.weekday(day),
  }))
}

async function free(hall, matter, day) {
  const { slots } = await request.open(`/slots${request.query({ hall, matter, on: day })}`)
  const shown = slots.map((one) => ({ id: one.id, at: `${when.timeOf(one.starts_at)}–${when.timeOf(one.ends_at)}`, left: one.left }))
  return { day, slots: shown, noSlots: shown.length ? '' : words.noSlots }
}

// The day itself when it is given, else the first with a place.
async function firstFree(hall, matter, day) {
  if (day) return free(hall, matter, day)
  let found = null
  for (const one of ahead().slice(0, SEARCHED)) {
    found = await free(hall, matter, one.day)
    if (found.slots.length) return found
  }
  return { ...found, noSlots: words.noSlotsSoon }
}

module.exports = { ahead, free, firstFree }
