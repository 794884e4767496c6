// A matter, a day, a time, who comes. With `number` it moves an appointment: only the day and the time are asked.
const { page } = require('../../utils/page')
const days = require('../../utils/days')
const draft = require('../../utils/draft')
const request = require('../../utils/request')
const when = require('../../utils/when')
const words = require('../../utils/words')

const FORM = { relation: 'self', name: '', phone: '', id_number: '', company: '', credit_code: '' }

page({
  data: {
    matter: null, hall: null, moves: '', days: [], day: '', slots: [], slotId: 0, noSlots: '', window: null,
    form: FORM, isKept: false, done: null,
  },

  onLoad({ matter, hall, number }) {
    this.asked = { matter, hall, number }
    const kept = draft.kept(matter)
    if (kept && !number) this.setData({ form: { ...FORM, ...kept }, isKept: true })
    this.load()
  },

  load() {
    return this.reading(async () => {
      const what = this.asked.number ? await moved(this.asked.number) : await wanted(this.asked)
      this.setData({ ...what, days: days.ahead() })
      return days.firstFree(what.hall.id, what.matter.id, this.data.day)
    })
  },

  pickDay(event) {
    const { day } = event.currentTarget.dataset
    this.setData({ day, slots: [], slotId: 0, noSlots: '' })
    return this.reading(() => days.free(this.data.hall.id, this.data.matter.id, day))
  },

  pickSlot(event) {
    this.setData({ slotId: event.currentTarget.dataset.id, problem: '' })
  },

  pickRelation(event) {
    this.fill('relation', event.currentTarget.dataset.relation)
  },

  filled(event) {
    this.fill(event.currentTarget.dataset.field, event.detail.value)
  },

  fill(field, value) {
    this.setData({ [`form.${field}`]: value, [`wrong.${field}`]: '' })
    draft.keep(this.asked.matter, this.data.form)
  },

  async send() {
    const wrong = this.data.moves ? {} : draft.lacking(this.data.form)
    const problem = this.data.slotId ? '' : words.needSlot
    if (problem || Object.keys(wrong).length) {
      this.setData({ problem: problem || Object.values(wrong)[0], wrong })
      return
    }
    await this.doing(async () => {
      const booked = this.data.moves ? await this.move() : await this.book()
      this.setData({ done: { ...booked, at: when.sayRange(booked.starts_at, booked.ends_at) } })
      wx.setNavigationBarTitle({ title: this.data.moves ? words.moved : words.booked })
      wx.pageScrollTo({ scrollTop: 0, duration: 0 })
    })
    if (!this.data.done && this.data.problem) this.again()
  },

  async book() {
    const { slotId, matter, form } = this.data
    const booked = await request.wish('book', '/appointments', draft.body(slotId, matter.id, form))
    draft.forget(this.asked.matter)
    return booked
  },

  move() {
    const { moves, slotId } = this.data
    return request.wish('move', `/appointments/${encodeURIComponent(moves)}/reschedule`, { slot_id: slotId })
  },

  // Somebody else was quicker: what is free now. The choice stays when it still is.
  async again() {
    const { problem, slotId, hall, matter, day } = this.data
    if (!day) return
    try {
      const { slots, noSlots } = await days.free(hall.id, matter.id, day)
      this.setData({ slots, noSlots, problem, slotId: slots.some((one) => one.id === slotId) ? slotId : 0 })
    } catch (unread) {
      this.setData({ problem })
    }
  },

  mine() {
    wx.switchTab({ url: '/pages/mine/mine' })
  },
})

async function wanted({ matter, hall }) {
  const found = (await request.kept(`/matters/${encodeURIComponent(matter)}${request.query({ hall })}`)).body
  return { matter: found, hall: found.hall }
}

async function moved(number) {
  const held = await request.mine(`/appointments/${encodeURIComponent(number)}`)
  return { matter: held.matter, hall: held.hall, moves: held.number, day: when.dayOf(held.starts_at) }
}
