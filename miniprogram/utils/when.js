// Days and times as people say them. The server's times carry +08:00; what is shown is read off their text, so that a
// telephone set to another zone shows the hall's time.
const words = require('./words')

const DAY_MS = 24 * 60 * 60 * 1000
const SHANGHAI_MS = 8 * 60 * 60 * 1000

const dayOf = (iso) => iso.slice(0, 10)
const timeOf = (iso) => iso.slice(11, 16)
const shanghai = (ms) => new Date(ms + SHANGHAI_MS).toISOString().slice(0, 16)
const today = () => dayOf(shanghai(Date.now()))
const later = (day, days) => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)
const weekday = (day) => words.weekdays[new Date(Date.parse(day)).getUTCDay()]

const numbers = (day) => day.split('-').map(Number)

// 11月30日（周一）
const sayDay = (day) => `${words.shortDay(...numbers(day).slice(1))}（${weekday(day)}）`

// 2027年12月31日
const sayFull = (day) => words.fullDay(...numbers(day))

// 2026年1月1日起至2027年12月31日; '' when neither is known
const sayValid = (from, to) => `${from ? words.from(sayFull(from)) : ''}${to ? words.until(sayFull(to)) : ''}`

// 今天 09:30, 明天 09:30, 11月30日（周一）09:30
function sayAt(iso) {
  const day = dayOf(iso)
  const near = { [today()]: `${words.today} `, [later(today(), 1)]: `${words.tomorrow} ` }
  return `${near[day] || sayDay(day)}${timeOf(iso)}`
}

const sayRange = (starts, ends) => `${sayDay(dayOf(starts))}${timeOf(starts)}–${timeOf(ends)}`

// Of what was kept at that ms: 11月30日（周一）09:30
const sayKept = (ms) => sayAt(shanghai(ms))

module.exports = { dayOf, timeOf, today, later, weekday, numbers, sayDay, sayValid, sayAt, sayRange, sayKept }
