const { page } = require('../../utils/page')
const halls = require('../../utils/hall')
const request = require('../../utils/request')
const store = require('../../utils/store')
const words = require('../../utils/words')

page({
  data: { hall: '', q: '', title: '', note: '', themes: [], events: [], audiences: [], matters: null, next: null, filter: {} },

  onLoad() {
    this.load()
  },

  onShow() {
    if (this.data.hall && this.data.hall !== store.read('hall', this.data.hall)) this.load()
  },

  load() {
    return this.data.matters ? this.find(this.data.filter, this.data.title) : this.front()
  },

  front() {
    return this.reading(async () => {
      const hall = (await halls.current()).id
      const guide = await request.kept(`/guide${request.query({ hall })}`)
      const { themes, life_events: events, audiences } = guide.body
      return { hall, themes, events, audiences, keptAt: this.aged(guide) }
    })
  },

  find(filter, title) {
    this.setData({ matters: [], next: null, title, filter, isRead: false })
    return this.reading(async () => {
      const found = await request.kept(`/matters${request.query({ ...filter, hall: this.data.hall })}`)
      return { matters: found.body.matters, next: found.body.next || null, keptAt: this.aged(found) }
    })
  },

  more() {
    return this.reading(async () => {
      const asked = { ...this.data.filter, hall: this.data.hall, after: this.data.next }
      const found = await request.kept(`/matters${request.query(asked)}`)
      return { matters: [...this.data.matters, ...found.body.matters], next: found.body.next || null }
    })
  },

  search() {
    const q = this.data.q.trim()
    this.setData({ note: '' })
    if (q) this.find({ q }, words.found(q))
    else this.back()
  },

  pick(event) {
    const { by, value, title, note } = event.currentTarget.dataset
    this.setData({ note: note || '' })
    this.find({ [by]: value }, title)
  },

  back() {
    this.setData({ matters: null, q: '', title: '', note: '', filter: {}, isRead: false })
    this.front()
  },
})
