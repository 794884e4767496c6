const { page } = require('../../utils/page')
const files = require('../../utils/files')
const limits = require('../../utils/limits')
const request = require('../../utils/request')

page({
  data: { id: '', hall: '', matter: null, limits: [], isMoreShown: false },

  onLoad({ id, hall }) {
    this.setData({ id, hall: hall || '' })
    this.load()
  },

  load() {
    return this.reading(async () => {
      const found = await request.kept(`/matters/${encodeURIComponent(this.data.id)}${request.query({ hall: this.data.hall })}`)
      const matter = found.body
      return { matter, hall: matter.hall.id, limits: limits.said(matter), keptAt: this.aged(found) }
    })
  },

  more() {
    this.setData({ isMoreShown: true })
  },

  book() {
    wx.navigateTo({ url: `/pages/book/book${request.query({ matter: this.data.matter.id, hall: this.data.hall })}` })
  },

  take() {
    wx.navigateTo({ url: `/pages/take/take${request.query({ matter: this.data.matter.id, hall: this.data.hall })}` })
  },

  ask(event) {
    wx.navigateTo({ url: `/pages/ask/ask${request.query({ q: event.currentTarget.dataset.question })}` })
  },

  file(event) {
    files.show(event.currentTarget.dataset.id, event.currentTarget.dataset.type)
  },

  call() {
    wx.makePhoneCall({ phoneNumber: this.data.matter.agency.phone, fail: () => {} })
  },

  onShareAppMessage() {
    const { matter, hall } = this.data
    return { title: matter ? matter.name : '', path: `/pages/matter/matter${request.query({ id: this.data.id, hall })}` }
  },
})
