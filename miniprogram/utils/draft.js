// The form of a booking, kept while it is being filled in and until it was booked: a dead network or a closed page loses nothing.
const store = require('./store')
const when = require('./when')
const words = require('./words')

const PHONE = /^1\d{10}$/
const NAME = 'draft'

// Of today only: who left it for good leaves no name behind on a telephone others may use.
function kept(matter) {
  const draft = store.read(NAME)
  if (draft && draft.day !== when.today()) store.forget(NAME)
  return draft && draft.day === when.today() && draft.matter === matter ? draft.form : null
}

const keep = (matter, form) => store.write(NAME, { matter, form, day: when.today() })
const forget = () => store.forget(NAME)

const spaceless = (text) => text.replace(/[\s-]/g, '')

// What is missing or cannot be right, by field; the server looks again.
function lacking(form) {
  const wrong = {}
  if (!form.name.trim()) wrong.name = words.needName
  if (!PHONE.test(spaceless(form.phone))) wrong.phone = words.needPhone
  if (form.relation === 'company' && !form.company.trim()) wrong.company = words.needCompany
  return wrong
}

function body(slotId, matterId, form) {
  const said = { slot_id: slotId, matter_id: matterId, relation: form.relation, name: form.name.trim(), phone: spaceless(form.phone) }
  if (form.id_number.trim()) said.id_number = form.id_number.trim()
  if (form.relation === 'company') {
    said.company = form.company.trim()
    if (form.credit_code.trim()) said.credit_code = form.credit_code.trim()
  }
  return said
}

module.exports = { kept, keep, forget, lacking, body }
