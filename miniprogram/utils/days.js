// Days one may come, and what is free on them.
const request = require('./request')
const when = require('./when')
const words = require('./words')

const SHOWN = 14

function ahead() {
  const today = when.today()
  return Array.from({ length: SHOWN }, (_, n) => when.later(today, n)).map((day) => ({
    day, date: words.shortDay(...when.numbers(day).slice(1)), weekday: day === today ? words.today : when.weekday(day),
  }))
}

async function free(hall, matter, day) {
  const { slots, window } = await request.open(`/slots${request.query({ hall, matter, on: day })}`)
  const shown = slots.map((one) => ({ id: one.id, at: `${when.timeOf(one.starts_at)}–${when.timeOf(one.ends_at)}`, left: one.left }))
  return { day, window, slots: shown, noSlots: shown.length ? '' : window.said || words.noSlots }
}

// The day itself when it is given, else the first with a place among those that may be booked now.
async function firstFree(hall, matter, day) {
  if (day) return free(hall, matter, day)
  let found = await free(hall, matter, when.today())
  const { first_on: first, last_on: last } = found.window
  const may = ahead().slice(1).map((one) => one.day).filter((one) => (!first || one >= first) && (!last || one <= last))
  for (const one of found.slots.length ? [] : may) {
    found = await free(hall, matter, one)
    if (found.slots.length) return found
  }
  return found.slots.length ? found : { ...found, noSlots: words.noSlotsSoon }
}

module.exports = { ahead, free, firstFree }
