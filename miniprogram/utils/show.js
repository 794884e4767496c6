// What the API tells, as the pages show it.
const when = require('./when')
const words = require('./words')

const LIVE = ['waiting', 'called', 'serving', 'missed']
const LIGHTS = { yellow: 'warn', red: 'bad' }

const appointment = (one) => ({ ...one, at: when.sayRange(one.starts_at, one.ends_at), isAhead: one.state === 'booked' })

// `place` is the one line that matters while waiting.
function ticket(one) {
  const wait = one.wait_low_minutes === null ? words.waitUnknown : words.wait(one.wait_low_minutes, one.wait_high_minutes)
  const place = { waiting: words.ahead(one.ahead), called: words.called }[one.state] || one.state_name
  return { ...one, place, wait: one.state === 'waiting' ? wait : '', isOn: LIVE.includes(one.state) }
}

function ofCase(one) {
  return {
    ...one,
    tag: LIGHTS[one.light] || '',
    sinceSaid: one.since ? when.sayAt(one.since) : '',
    dueSaid: one.due_on ? when.sayDay(one.due_on) : '',
    steps: one.history.map((fact, place) => ({ ...fact, place, at: when.sayAt(fact.at) })),
  }
}

const unrated = (one) => ({ ...one, atSaid: when.sayAt(one.at) })

module.exports = { appointment, ticket, ofCase, unrated, LIVE }
