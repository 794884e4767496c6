// How long a matter takes, as lines of what and how long. What is not known is not said, never zero.
const words = require('./words')

function said(matter) {
  const lines = []
  if (matter.on_the_spot) lines.push({ what: words.handling, long: words.onTheSpot })
  if (matter.promised_days) lines.push({ what: words.promised, long: words.days(matter.promised_days, matter.days_unit) })
  if (matter.legal_days) lines.push({ what: words.legal, long: words.days(matter.legal_days, matter.days_unit) })
  return lines.length ? lines : [{ what: words.handling, long: words.noLimit }]
}

module.exports = { said }
